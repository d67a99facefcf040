#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/history_store.hpp"
#include "chat_core/recorder.hpp"

namespace patchcord::irc {

class Server;

/// Writes what is said and what happens into the history, as the lines that clients were sent of it: channels, and
/// queries in which somebody with an account on IRC takes part.
class HistoryRecorder final : public chat::Recorder, public chat::ServiceObserver {
  public:
    HistoryRecorder(Server& server, chat::HistoryStore& store);
    ~HistoryRecorder() override;
    HistoryRecorder(const HistoryRecorder&) = delete;
    HistoryRecorder& operator=(const HistoryRecorder&) = delete;

    /// `kept` is called once the next message is safe. It must be taken back if none was sent.
    void expect(chat::HistoryStore::Kept kept) { expected_ = std::move(kept); }
    /// True: nothing was recorded, and `kept` will not be called.
    [[nodiscard]] bool take_back() { return std::exchange(expected_, nullptr) != nullptr; }

    void message_sent(const chat::Message& message) override;
    void user_joined(const chat::Group& group, const chat::User& user) override;
    void user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how) override;
    void topic_changed(const chat::Group& group, const chat::User* by) override;
    void renamed(const chat::Group& group, const chat::Renaming& how) override;
    void settings_changed(const chat::Group& group, const chat::User* by,
                          std::span<const chat::SettingChange> changes) override;
    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void user_renamed(const chat::User& user, std::string_view old_name) override;

  private:
    /// A line about something `cause` does in a group now.
    [[nodiscard]] chat::HistoryLine event_in(const chat::Group& group, const chat::User* cause,
                                             std::string_view command) const;

    Server& server_;
    chat::HistoryStore& store_;
    chat::HistoryStore::Kept expected_;
    chat::WallTime last_message_{};
};

/// Is it the kind of message that is kept at all: what people said, to all who could hear it?
[[nodiscard]] bool is_for_history(const chat::Message& message);

}  // namespace patchcord::irc

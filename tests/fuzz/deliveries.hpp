#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/receipt.hpp"
#include "chat_core/recorder.hpp"
#include "chat_core/user.hpp"
#include "tests/fuzz/demand.hpp"

namespace patchcord::fuzz {

/// What became of the one message that is on its way.
struct Fate {
    std::map<std::string, int> heard;        // by whom, how often
    std::map<std::string, int> failed;       // whose client could not take it
    std::map<std::string, int> undelivered;  // of whom the sender was told that
    int recorded = 0;
};

/// Somebody's client, which fails when it is told to.
class Listener final : public chat::ChatClient {
  public:
    static constexpr std::size_t most_receipts = 64;

    Listener(std::string name, Fate& fate) : name_(std::move(name)), fate_(fate) {}

    std::error_code receive(const chat::Message& message, chat::RenderCache&) override {
        demand(fate_.recorded == 0, "what is said is recorded when all have heard it");
        demand(!message.text.styled().text().empty(), "words are there for all");
        if (message.receipt != nullptr && keeps && receipts.size() < most_receipts) receipts.push_back(message.receipt);
        if (message.receipt != nullptr && !keeps) message.receipt->settle();
        const std::error_code error = std::exchange(failing, {});
        ++(error ? fate_.failed : fate_.heard)[name_];
        return error;
    }
    std::error_code user_joined(const chat::Group&, const chat::User&, chat::RenderCache&) override { return {}; }
    /// Whoever is taken out is told to others, who may fail at that.
    std::error_code user_left(const chat::Group&, const chat::User&, const chat::Departure&,
                              chat::RenderCache&) override {
        return std::exchange(failing_later, {});
    }
    std::error_code group_meta_update(const chat::Group&, const chat::GroupMeta&, const chat::User*,
                                      chat::RenderCache&) override {
        return {};
    }
    void undelivered(const chat::Message&, const chat::User& to, std::error_code why) override {
        demand(static_cast<bool>(why), "there is a reason");
        ++fate_.undelivered[to.name()];
    }

    std::error_code failing;
    std::error_code failing_later;
    bool keeps = false;
    std::vector<std::shared_ptr<chat::Receipt>> receipts;

  private:
    std::string name_;
    Fate& fate_;
};

/// Who keeps history.
class Recorded final : public chat::Recorder {
  public:
    explicit Recorded(Fate& fate) : fate_(fate) {}
    void message_sent(const chat::Message& message) override {
        ++fate_.recorded;
        demand(message.id > last_, "messages are recorded in the order of their numbers");
        last_ = message.id;
    }
    void user_joined(const chat::Group&, const chat::User&) override {}
    void user_left(const chat::Group&, const chat::User&, const chat::Departure&) override {}
    void topic_changed(const chat::Group&, const chat::User*) override {}
    void renamed(const chat::Group&, const chat::Renaming&) override {}
    void settings_changed(const chat::Group&, const chat::User*, std::span<const chat::SettingChange>) override {}

  private:
    Fate& fate_;
    chat::MessageId last_{};
};

}  // namespace patchcord::fuzz

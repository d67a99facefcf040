#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/chat_service.hpp"
#include "chat_core/log_sink.hpp"
#include "chat_core/ports/address_book.hpp"
#include "gateway/bridge/name_map.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// Contact lists of people on IRC: whom they can have on one, and where the lists of those with an account are kept.
/// Made before those who tell others of somebody's coming, for it says that the list is awaited.
class ContactBook final : public chat::AddressBook, public chat::ServiceObserver {
  public:
    struct Parts {
        chat::ChatService& service;
        const NameMap& names;
        Store& store;
        /// Is this the handle of somebody on IRC, or of a room?
        std::function<bool(const std::string& handle)> is_ours;
        chat::LogSink& log;
        /// After this time a list that could not be loaded is asked for again.
        std::chrono::milliseconds retry_after{5'000};
        /// What `asker` means by a handle: `bob@example.com/escargot` for somebody on a service that they have an
        /// account on. Nothing for somebody here.
        std::function<std::optional<std::string>(std::string_view handle, const chat::User& asker)> on_service = {};
    };

    explicit ContactBook(const Parts& parts) : parts_(parts) { parts_.service.add_observer(*this); }
    ~ContactBook() override { parts_.service.remove_observer(*this); }
    ContactBook(const ContactBook&) = delete;
    ContactBook& operator=(const ContactBook&) = delete;

    [[nodiscard]] std::optional<std::string> address_of(std::string_view name, const chat::User& asker) const override;
    [[nodiscard]] std::string name_of(std::string_view address) const override;
    void exists(std::string address, std::function<void(chat::Result<bool>)> done) const override;

    void user_signed_on(const chat::User& user) override;
    void account_changed(const chat::User& user) override;
    void contact_changed(const chat::User& owner, const chat::RosterEntry& before,
                         const chat::RosterEntry& after) override;

  private:
    void await(const chat::User& user);
    void load(chat::UserId id);
    void restore(chat::UserId id, chat::Result<StoredRoster> stored);
    void load_again(chat::UserId id, std::error_code why);
    void save(const std::string& account, const chat::RosterEntry& entry);

    Parts parts_;
    bool trouble_logged_ = false;
    bool mirroring_ = false;  // a change is being made in an account's other logins, too
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for answers that come after the end
};

}  // namespace patchcord::gateway

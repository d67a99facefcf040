#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

/// Keeps messages for people on IRC who have an account, until they log in. Guests have none: who comes next with their
/// nick may be somebody else. What is written to somebody who has just logged in is kept as well, until they got all
/// that is older.
class AccountMail final : public chat::OfflineBox, public chat::ServiceObserver {
  public:
    struct Parts {
        chat::ChatService& service;
        msn::AccountStore& store;
        msn::Server& server;
        /// The account a nick belongs to, as it is stored; nothing for a nick that anybody may have.
        std::function<std::optional<std::string>(std::string_view nick)> account_of;
    };

    explicit AccountMail(Parts parts) : parts_(std::move(parts)) { parts_.service.add_observer(*this); }
    ~AccountMail() override { parts_.service.remove_observer(*this); }
    AccountMail(const AccountMail&) = delete;
    AccountMail& operator=(const AccountMail&) = delete;

    [[nodiscard]] bool expects(std::string_view name) const override;
    void keep(const chat::User& from, std::string_view name, std::string text,
              std::function<void(std::error_code)> done) override;

    /// They are back, and it is known whom they block.
    void roster_restored(const chat::User& owner) override;
    void user_signed_on(const chat::User& user) override { expect(user); }
    void account_changed(const chat::User& user) override { expect(user); }
    void user_signed_off(const chat::User& user, std::string_view reason) override;

  private:
    /// Somebody who has logged in, and has not got yet what waited for them.
    struct Arrival {
        chat::UserId id;
        std::chrono::milliseconds pause;  // before the client is tried again that has to read first
        std::uint64_t last_delivered = 0;
        bool more_kept = false;  // since the store was asked
    };

    void expect(const chat::User& user);
    [[nodiscard]] Arrival* arrival_of(chat::UserId id);
    [[nodiscard]] std::optional<std::string> receiver(std::string_view name) const;
    void fetch(chat::UserId to);
    void fetch_later(chat::UserId to, std::chrono::milliseconds delay);
    void fetched(chat::UserId to, const chat::Result<std::vector<msn::OfflineMessage>>& waiting);
    bool deliver(chat::UserId to, const std::vector<msn::OfflineMessage>& messages);

    Parts parts_;
    std::vector<Arrival> arrivals_;                           // few: each lasts until the store has answered
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for answers that come after the end
};

/// A message of `from` that is kept now for `to`, an account or a handle. `from_name` is what `to` will read.
[[nodiscard]] msn::OfflineMessage message_to_keep(msn::Server& server, const chat::User& from, std::string to,
                                                  std::string from_name, std::string text);

}  // namespace patchcord::gateway

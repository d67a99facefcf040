#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

/// Keeps messages for people on IRC who have an account, until they log in. Guests have none: who comes next with their
/// nick may be somebody else.
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

  private:
    void deliver(chat::UserId to, const std::vector<msn::OfflineMessage>& messages);

    Parts parts_;
};

/// A message of `from` that is kept now for `to`, an account or a handle. `from_name` is what `to` will read.
[[nodiscard]] msn::OfflineMessage message_to_keep(msn::Server& server, const chat::User& from, std::string to,
                                                  std::string from_name, std::string text);

}  // namespace patchcord::gateway

#pragma once

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "gateway/bridge/account_mail.hpp"
#include "gateway/bridge/far_mail.hpp"
#include "gateway/bridge/name_map.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

/// Keeps what is said on IRC to people who are away: to those on MSN, known by the nick they had, until they sign in;
/// to those with an account on IRC until they log in; to those on MSN services, known to their contacts only.
class Mailbox final : public chat::OfflineBox {
  public:
    Mailbox(const chat::ChatService& service, const NameMap& names, msn::AccountStore& store, msn::Server& server,
            AccountMail& accounts, FarMail& far)
        : service_(service), names_(names), store_(store), server_(server), accounts_(accounts), far_(far) {}

    [[nodiscard]] bool expects(std::string_view name) const override;
    [[nodiscard]] bool expects_from(const chat::User& from, std::string_view name) const override;
    void keep(const chat::User& from, std::string_view name, std::string text,
              std::function<void(std::error_code)> done) override;

  private:
    [[nodiscard]] bool is_away_on_msn(std::string_view name) const;

    const chat::ChatService& service_;
    const NameMap& names_;
    msn::AccountStore& store_;
    msn::Server& server_;
    AccountMail& accounts_;
    FarMail& far_;
};

}  // namespace patchcord::gateway

#pragma once

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "gateway/bridge/name_map.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

/// Keeps messages for people on MSN, known by the nick they had, until they sign in.
class Mailbox final : public chat::OfflineBox {
  public:
    Mailbox(const chat::ChatService& service, const NameMap& names, msn::AccountStore& store, msn::Server& server)
        : service_(service), names_(names), store_(store), server_(server) {}

    [[nodiscard]] bool expects(std::string_view name) const override;
    void keep(const chat::User& from, std::string_view name, std::string text,
              std::function<void(std::error_code)> done) override;

  private:
    const chat::ChatService& service_;
    const NameMap& names_;
    msn::AccountStore& store_;
    msn::Server& server_;
};

}  // namespace patchcord::gateway

#pragma once

#include <map>
#include <memory>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/dialer.hpp"
#include "gateway/services/offline_mail_client.hpp"
#include "gateway/services/passport_client.hpp"
#include "gateway/services/rst_client.hpp"
#include "gateway/services/ticket_keeper.hpp"
#include "msn/link/linked_account.hpp"

namespace patchcord::gateway {

/// How a service is reached: its server, where that sends us on to, and where tickets come from.
class ServiceAccess {
  public:
    /// Gives an empty string, or what is wrong with the configuration of the service.
    [[nodiscard]] static std::string open(EventLoop& loop, chat::LogSink& log, const Config::MsnService& config,
                                          std::unique_ptr<ServiceAccess>& opened);
    ServiceAccess(EventLoop& loop, chat::LogSink& log, const Config::MsnService& config,
                  std::shared_ptr<TlsClientContext> tls);

    /// Reads `ca_file` again, for connections that begin later. Gives an empty string, or what is wrong; then those are
    /// trusted that were.
    [[nodiscard]] std::string read_trust();
    [[nodiscard]] chat::Connector& connector() { return dialer_; }
    /// Nobody connects any more; what is connected stays.
    void hang_up();
    /// For addresses that a server of the service named, which is at `server_address` itself.
    [[nodiscard]] chat::Connector& onward(const std::string& server_address);
    [[nodiscard]] msn::TicketSource& tickets();
    /// Where the lists of an account are; nullptr where the servers keep them.
    [[nodiscard]] std::unique_ptr<msn::AddressBookSource> address_book(const msn::LinkOptions& link);
    /// Where messages wait that were left for an account; nullptr where there is no such place.
    [[nodiscard]] std::unique_ptr<msn::OfflineMessageSource> offline_messages(const msn::LinkOptions& link);

  private:
    [[nodiscard]] OfflineMailClient::Tickets web_tickets(const msn::LinkOptions& link);

    EventLoop& loop_;
    chat::LogSink& log_;
    Config::MsnService config_;
    Dialer dialer_;
    std::map<AddressClass, std::unique_ptr<Dialer>> onward_;
    PassportClient passport_;
    TicketKeeper kept_;  // of passport_
    RstClient rst_;
};

}  // namespace patchcord::gateway

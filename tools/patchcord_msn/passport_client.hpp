#pragma once

#include <string>

#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "msn/client/notification_client.hpp"
#include "tools/patchcord_msn/http_get.hpp"

namespace patchcord::tools {

/// Gets a ticket from a Passport service over plain HTTP: asks the nexus where to log in, then logs in there.
///
/// The nexus names host and path; only the path is taken, so that the password goes to the host the user named and to
/// no other. A redirection is not followed.
class PassportClient final : public msn::TicketSource {
  public:
    PassportClient(chat::Connector& connector, chat::Endpoint service);

    void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override;

  private:
    void get(std::string target, std::vector<std::pair<std::string, std::string>> headers, HttpGet::Done done);

    chat::Connector& connector_;
    chat::Endpoint service_;
};

}  // namespace patchcord::tools

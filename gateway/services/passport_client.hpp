#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/http/http_client.hpp"
#include "msn/client/notification_client.hpp"

namespace patchcord::gateway {

struct PassportClientOptions {
    std::string nexus_url;                      ///< where it is asked where to log in; without a path, `/rdr/pprdr.asp`
    std::string login_url;                      ///< where to log in; then no nexus is asked
    bool insecure = false;                      ///< passwords may be sent without TLS to other machines, too
    std::chrono::milliseconds timeout{30'000};  ///< for each question
};

/// Gets a ticket from a Passport service ("tweener", MSNP8 to MSNP12): asks the nexus where to log in, if there is
/// one, then logs in there and follows redirections, `max_redirects` at most.
///
/// The password goes to one host only, over TLS: the configured one, or the one that a nexus named whose certificate
/// was right. A nexus without TLS names a path only: the password goes to the host of the nexus, which the user named.
/// No redirection leads to another host or away from TLS.
class PassportClient final : public msn::TicketSource {
  public:
    static constexpr int max_redirects = 5;

    /// Both outlive the client.
    PassportClient(chat::Connector& connector, chat::Scheduler& scheduler, PassportClientOptions options);
    /// Nobody who still waits is told.
    ~PassportClient() override;

    /// Errors: `wrong_password`, with the service's own words, and `no_ticket`, with a reason in ours.
    void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override;

  private:
    struct Login;

    void ask_nexus(const std::shared_ptr<Login>& login);
    void nexus_answered(const std::shared_ptr<Login>& login, const Url& nexus, const chat::Result<HttpAnswer>& answer);
    void log_in(const std::shared_ptr<Login>& login, const Url& where);
    void login_answered(const std::shared_ptr<Login>& login, const Url& where, const chat::Result<HttpAnswer>& answer);
    void redirected(const std::shared_ptr<Login>& login, const Url& from, std::string_view location);

    HttpClient http_;
    PassportClientOptions options_;
};

}  // namespace patchcord::gateway

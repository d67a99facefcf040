#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/http_client.hpp"
#include "gateway/services/rst_messages.hpp"
#include "msn/client/notification_client.hpp"

namespace patchcord::gateway {

struct RstClientOptions {
    std::string login_url;                      ///< where to log in; without a path, `/RST.srf`
    bool insecure = false;                      ///< passwords may be sent without TLS to other machines, too
    std::chrono::milliseconds timeout{30'000};  ///< for each question
    std::vector<RstWanted> more = {};           ///< tickets that each login brings besides those it needs
};

/// Gets tickets from a Passport service by SOAP, for logins of MSNP15: one for the notification server, with the secret
/// that proves it is ours, and those for web services, such as the address book, which are kept.
///
/// The password goes to the configured host only, over TLS. No redirection, be it HTTP's or SOAP's, leads to another
/// host or away from TLS; `max_redirects` of them are followed.
class RstClient final : public msn::TicketSource {
  public:
    static constexpr int max_redirects = 3;
    /// Of an answer, in bytes. One with six tokens has 10 KiB.
    static constexpr std::size_t max_answer_bytes = 64 * 1024;

    /// Both outlive the client.
    RstClient(chat::Connector& connector, chat::Scheduler& scheduler, RstClientOptions options);
    /// Nobody who still waits is told.
    ~RstClient() override;

    /// The challenge is the name of a policy. Errors: `wrong_password`, with the service's own words, and `no_ticket`,
    /// with a reason in ours.
    void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override;

    /// An account's ticket for the web service at that address (`contacts_address`), as the last login brought it;
    /// empty: none.
    [[nodiscard]] std::string ticket_for(const std::string& handle, std::string_view address) const;
    /// Gets another one instead. Errors as above.
    void renew_ticket(const std::string& handle, const std::string& password, std::string_view address,
                      std::function<void(Ticket)> done);
    /// Nobody needs the tickets of that account any more.
    void forget(const std::string& handle);

  private:
    struct Login;

    void begin(const std::shared_ptr<Login>& login);
    void ask(const std::shared_ptr<Login>& login, const Url& where);
    void answered(const std::shared_ptr<Login>& login, const Url& where, const chat::Result<HttpAnswer>& answer);
    void redirected(const std::shared_ptr<Login>& login, const Url& from, std::string_view location);
    void keep(const Login& login, const RstReply& reply);
    [[nodiscard]] std::vector<RstWanted> kept_tokens() const;

    RstClientOptions options_;
    using Tickets = std::map<std::string, std::string, std::less<>>;  // by address
    std::map<std::string, Tickets> tickets_;                          // by handle
    HttpClient http_;
};

}  // namespace patchcord::gateway

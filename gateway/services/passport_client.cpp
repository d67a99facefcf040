#include "gateway/services/passport_client.hpp"

#include <sodium.h>
#include <utility>

#include "gateway/services/password_rules.hpp"
#include "msn/wire/passport.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using Ticket = msn::TicketSource::Ticket;

constexpr const char* usual_nexus_path = "/rdr/pprdr.asp";

Ticket refused(const HttpAnswer& answer) {
    const auto said = msn::parse_passport_answer(answer.header("WWW-Authenticate"));
    return {{}, ClientErrc::wrong_password, said ? shown_words(said->reason) : std::string()};
}

}  // namespace

/// One login. Its secret is forgotten at the end.
struct PassportClient::Login {
    std::string authorization;
    std::function<void(Ticket)> done;
    int redirects = 0;

    Login(std::string secret, std::function<void(Ticket)> then)
        : authorization(std::move(secret)), done(std::move(then)) {}
    ~Login() { sodium_memzero(authorization.data(), authorization.size()); }
    Login(const Login&) = delete;
    Login& operator=(const Login&) = delete;
};

PassportClient::PassportClient(chat::Connector& connector, chat::Scheduler& scheduler, PassportClientOptions options)
    : http_(connector, scheduler), options_(std::move(options)) {}

PassportClient::~PassportClient() = default;

void PassportClient::get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                                std::function<void(Ticket)> done) {
    msn::PassportRequest request{handle, password, challenge};
    const auto login = std::make_shared<Login>(msn::format_passport_request(request), std::move(done));
    sodium_memzero(request.password.data(), request.password.size());
    if (options_.login_url.empty()) return ask_nexus(login);
    const auto where = parse_url(options_.login_url);
    if (!where) return login->done({{}, ClientErrc::no_ticket, "the address of the login is none"});
    log_in(login, *where);
}

void PassportClient::ask_nexus(const std::shared_ptr<Login>& login) {
    auto nexus = parse_url(options_.nexus_url);
    if (!nexus) return login->done({{}, ClientErrc::no_ticket, "the address of the nexus is none"});
    if (nexus->target == "/") nexus->target = usual_nexus_path;
    HttpQuestion question;
    question.url = *nexus;
    question.timeout = options_.timeout;
    http_.ask(std::move(question), [this, login, nexus = *nexus](const chat::Result<HttpAnswer>& answer) {
        nexus_answered(login, nexus, answer);
    });
}

void PassportClient::nexus_answered(const std::shared_ptr<Login>& login, const Url& nexus,
                                    const chat::Result<HttpAnswer>& answer) {
    if (!answer) return login->done(no_ticket(nexus, answer.error().message()));
    const auto named = msn::parse_passport_urls(answer->header(msn::passport_urls_header));
    auto where = named ? parse_url(*named) : std::nullopt;
    if (!where) return login->done(no_ticket(nexus, "it does not say where to log in"));
    // Whoever sits on the way could have named any host.
    if (!nexus.secure) where = Url{nexus.secure, nexus.host, nexus.port, where->target};
    if (nexus.secure && !where->secure) return login->done(no_ticket(nexus, "it wants the password without TLS"));
    log_in(login, *where);
}

void PassportClient::log_in(const std::shared_ptr<Login>& login, const Url& where) {
    if (!may_carry_passwords(where, options_.insecure)) {
        return login->done(no_ticket(where, "the password is not sent there without TLS"));
    }
    HttpQuestion question;
    question.url = where;
    question.timeout = options_.timeout;
    question.headers.emplace_back("Authorization", login->authorization);
    http_.ask(std::move(question),
              [this, login, where](const chat::Result<HttpAnswer>& answer) { login_answered(login, where, answer); });
}

void PassportClient::login_answered(const std::shared_ptr<Login>& login, const Url& where,
                                    const chat::Result<HttpAnswer>& answer) {
    if (!answer) return login->done(no_ticket(where, answer.error().message()));
    if (answer->status == 401) return login->done(refused(*answer));
    if (is_redirection(answer->status)) return redirected(login, where, answer->header("Location"));
    const auto said = msn::parse_passport_answer(answer->header("Authentication-Info"));
    if (answer->status == 200 && said && said->status == msn::PassportAnswer::Status::success) {
        return login->done({said->ticket, {}, {}});
    }
    login->done(no_ticket(
        where, answer->status == 200 ? "its answer holds no ticket" : "it answered " + std::to_string(answer->status)));
}

void PassportClient::redirected(const std::shared_ptr<Login>& login, const Url& from, std::string_view location) {
    const auto where = resolve_url(from, location);
    if (const std::string problem = problem_with_redirection(from, where); !problem.empty()) {
        return login->done(no_ticket(from, problem));
    }
    if (++login->redirects > max_redirects) return login->done(no_ticket(from, "it sends us around in circles"));
    log_in(login, *where);
}

}  // namespace patchcord::gateway

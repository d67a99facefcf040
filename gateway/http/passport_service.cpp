#include "gateway/http/passport_service.hpp"

#include <utility>

#include "gateway/http/rst.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/passport.hpp"

namespace patchcord::gateway {
namespace {

// The same words for a handle nobody has.
constexpr const char* wrong_words = "The e-mail address or password is wrong";
constexpr const char* throttled_words = "Too many wrong passwords; wait a while";

const char* words_for(PassportResult result) {
    return result == PassportResult::throttled ? throttled_words : wrong_words;
}

constexpr const char* nexus_path = "/rdr/pprdr.asp";

std::string without_scheme(std::string url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
    while (url.ends_with('/')) url.pop_back();
    return url;
}

/// What holds a ticket or depends on who asks is nobody else's.
HttpResponse make_private(unsigned status) {
    HttpResponse response = make_plain_response(status);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

HttpResponse make_soap(std::string body) {
    HttpResponse response = make_private(200);
    response.content_type = "text/xml; charset=utf-8";
    response.body = std::move(body);
    return response;
}

}  // namespace

std::string nexus_address(std::string base_url) {
    while (base_url.ends_with('/')) base_url.pop_back();
    return base_url + nexus_path;
}

PassportService::PassportService(chat::Scheduler& scheduler, chat::LogSink& log, HttpMetrics& metrics, Tickets& tickets,
                                 LoginThrottle& throttle, CheckPassword check, PassportOptions options)
    : scheduler_(scheduler),
      log_(log),
      metrics_(metrics),
      tickets_(tickets),
      throttle_(throttle),
      check_(std::move(check)),
      options_(std::move(options)) {}

/// No client is a web page: a browser was made to ask by a stranger's, who would use its user's address and patience.
bool PassportService::is_from_a_page(const HttpRequest& request) {
    return !request.header("Origin").empty();
}

void PassportService::add_routes(HttpRoutes& routes) {
    for (const char* path : {nexus_path, "/nexus-mock"}) {
        routes.add("GET", path,
                   [this](const HttpRequest& request, const HttpRespond& respond) { tell_where(request, respond); });
    }
    for (const char* path : {"/login", "/login2.srf"}) {
        routes.add("GET", path,
                   [this](const HttpRequest& request, HttpRespond respond) { log_in(request, std::move(respond)); });
    }
    for (const char* path : {"/RST.srf", "//RST.srf"}) {  // Pidgin asks for the second
        routes.add("POST", path, [this](const HttpRequest& request, HttpRespond respond) {
            log_in_by_soap(request, std::move(respond));
        });
    }
}

void PassportService::tell_where(const HttpRequest& request, const HttpRespond& respond) const {
    HttpResponse response = make_private(200);
    response.headers.emplace_back(msn::passport_urls_header, msn::format_passport_urls(login_address(request)));
    respond(std::move(response));
}

std::string PassportService::login_address(const HttpRequest& request) const {
    if (!options_.base_url.empty()) return without_scheme(options_.base_url) + "/login";
    if (!request.host.empty()) return request.host + "/login";
    // Who names no host (libpurple up to 2.5) goes to port 443 of whatever is said here.
    const std::string& address = request.peer.local_address;
    return (address.find(':') == std::string::npos ? address : "[" + address + "]") + "/login";
}

void PassportService::log_in(const HttpRequest& request, HttpRespond respond) {
    if (is_from_a_page(request)) {
        respond(make_private(403));
        return;
    }
    const auto asked = msn::parse_passport_request(request.header("Authorization"));
    if (!asked) {
        respond(make_failure({}, request.peer.address));
        return;
    }
    const std::string& address = request.peer.address;
    authenticate(address, asked->sign_in, asked->password,
                 [this, address, respond = std::move(respond)](const Outcome& outcome) {
                     if (outcome.result != PassportResult::right) {
                         respond(make_failure(outcome, address));
                         return;
                     }
                     HttpResponse response = make_private(200);
                     response.headers.emplace_back(
                         "Authentication-Info",
                         msn::format_passport_answer({msn::PassportAnswer::Status::success, outcome.ticket, ""}));
                     respond(std::move(response));
                 });
}

void PassportService::log_in_by_soap(const HttpRequest& request, HttpRespond respond) {
    if (is_from_a_page(request)) {
        respond(make_private(403));
        return;
    }
    auto asked = parse_rst_request(request.body);
    if (!asked) {
        respond(make_private(400));
        return;
    }
    authenticate(request.peer.address, asked->username, asked->password,
                 [this, addresses = std::move(asked->addresses), respond = std::move(respond)](const Outcome& outcome) {
                     const chat::WallTime now = scheduler_.wall_now();
                     if (outcome.result == PassportResult::right) {
                         respond(make_soap(
                             format_rst_answer({addresses, outcome.ticket, now, now + tickets_.options().lifetime})));
                     } else if (outcome.result == PassportResult::busy) {
                         respond(make_busy());
                     } else {
                         respond(make_soap(format_rst_failure(words_for(outcome.result))));
                     }
                 });
}

/// A wrong password costs its address something before it is known to be wrong, or many asked at once would be free.
void PassportService::authenticate(const std::string& address, std::string_view sign_in, std::string password,
                                   Done done) {
    if (!throttle_.begin(address, scheduler_.now())) {
        done(refuse(address, sign_in, PassportResult::throttled));
        return;
    }
    auto handle = msn::parse_handle(sign_in);
    if (!handle) {
        done(refuse(address, sign_in, PassportResult::wrong));
        return;
    }
    check_(*handle, std::move(password),
           [this, alive = std::weak_ptr(alive_), address, handle = *handle, done = std::move(done)](Verdict verdict) {
               if (!alive.expired()) done(settle(address, handle, verdict));
           });
}

PassportService::Outcome PassportService::settle(const std::string& address, const std::string& handle,
                                                 Verdict verdict) {
    if (verdict == Verdict::wrong) return refuse(address, handle, PassportResult::wrong);
    throttle_.forgive(address, scheduler_.now());
    if (verdict == Verdict::busy) return refuse(address, handle, PassportResult::busy);
    metrics_.logins(PassportResult::right).add();
    return {PassportResult::right, tickets_.issue(handle)};
}

PassportService::Outcome PassportService::refuse(const std::string& address, std::string_view handle,
                                                 PassportResult why) {
    metrics_.logins(why).add();
    if (why == PassportResult::throttled) metrics_.limit_hits(HttpLimit::failed_logins).add();
    log_.log(why == PassportResult::throttled ? chat::LogLevel::warn : chat::LogLevel::info, {}, "login refused",
             {{"handle", handle.substr(0, msn::max_handle_bytes)},
              {"address", address},
              {"result", passport_result_name(why)}});
    return {why, {}};
}

HttpResponse PassportService::make_failure(const Outcome& outcome, const std::string& address) const {
    if (outcome.result == PassportResult::busy) return make_busy();
    // Also when it has to wait: clients know no 429, but show what a 401 says.
    HttpResponse response = make_private(401);
    response.headers.emplace_back("WWW-Authenticate", msn::format_passport_answer({msn::PassportAnswer::Status::failed,
                                                                                   "", words_for(outcome.result)}));
    if (outcome.result == PassportResult::throttled) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(throttle_.wait(address));
        response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    }
    return response;
}

HttpResponse PassportService::make_busy() const {
    HttpResponse response = make_private(503);
    response.headers.emplace_back("Retry-After", std::to_string(options_.busy_retry_after.count()));
    return response;
}

}  // namespace patchcord::gateway

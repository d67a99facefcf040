#include "gateway/files/upload_service.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"
#include "gateway/auth/cloak.hpp"
#include "gateway/files/content_disposition.hpp"
#include "gateway/files/percent.hpp"
#include "gateway/http/status_routes.hpp"
#include "gateway/http/url.hpp"
#include "irc/wire/base64.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view upload_path = "/upload";
constexpr std::size_t token_characters = 26;
constexpr const char* methods = "OPTIONS, POST, PUT";

HttpResponse make_private(unsigned status, std::string words = {}) {
    HttpResponse response = make_plain_response(status);
    response.headers.emplace_back("Cache-Control", "no-store");
    if (!words.empty()) response.body = std::move(words);
    return response;
}

HttpResponse make_failure(unsigned status) {
    switch (status) {
        case 400: return make_private(status, "There is no file in what you sent\n");
        case 413: return make_private(status, "The file is too big, or you have no room left for it\n");
        case 507: return make_private(status, "There is no room for it here at the moment\n");
        default: return make_private(status);
    }
}

HttpResponse make_unauthorized() {
    HttpResponse response = make_private(401);
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Patchcord\", charset=\"UTF-8\"");
    return response;
}

/// What is behind `/upload/`.
std::string_view rest_of(std::string_view path) {
    path.remove_prefix(upload_path.size());
    if (path.starts_with('/')) path.remove_prefix(1);
    return path;
}

bool is_token(std::string_view text) {
    return text.size() == token_characters && SpoolDirectory::is_name(text);
}

struct Credentials {
    std::string name;
    std::string password;
};

/// `Authorization: Basic` (RFC 7617).
std::optional<Credentials> credentials_in(std::string_view header) {
    constexpr std::string_view scheme = "basic ";
    const bool is_basic =
        header.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) {
            return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a');
        });
    if (!is_basic) return std::nullopt;
    const auto decoded = irc::decode_base64(header.substr(scheme.size()));
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) return std::nullopt;
    return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::string form_for(const std::string& target) {
    const std::string to = target.empty() ? std::string() : " to " + escape_html(target);
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width\">\n<title>Send a file</title>\n</head>\n<body>\n<h1>Send a file" +
           to +
           "</h1>\n<form method=\"post\" enctype=\"multipart/form-data\">\n<p><input type=\"file\" name=\"file\" "
           "required></p>\n<p><button type=\"submit\">Send</button></p>\n</form>\n</body>\n</html>\n";
}

}  // namespace

UploadService::~UploadService() {
    for (const auto& [token, invitation] : invitations_) parts_.scheduler.cancel(invitation.expiry);
}

std::string UploadService::address() const {
    return parts_.drop.base_url().empty() ? std::string() : parts_.drop.base_url() + std::string(upload_path);
}

void UploadService::add_routes(HttpRoutes& routes) {
    for (const std::string& path : {std::string(upload_path), std::string(upload_path) + "/*"}) {
        for (const char* method : {"POST", "PUT"}) {
            routes.add_upload(method, path, [this](const HttpRequest& request, HttpIntake intake) {
                receive(request, std::move(intake));
            });
        }
        routes.add("OPTIONS", path, [](const HttpRequest&, const HttpRespond& respond) {
            HttpResponse response = make_private(204);
            response.body.clear();
            response.headers.emplace_back("Allow", methods);
            respond(std::move(response));
        });
    }
    routes.add("GET", std::string(upload_path) + "/*",
               [this](const HttpRequest& request, const HttpRespond& respond) { show_form(request, respond); });
}

// --- links for one file ----------------------------------------------------------------------------------------------

chat::Result<std::string> UploadService::invite(const chat::User& user, const std::string& target) {
    if (address().empty()) return chat::FileErrc::not_possible;
    const auto of_user = std::count_if(invitations_.begin(), invitations_.end(),
                                       [&](const auto& known) { return known.second.user == user.id(); });
    if (static_cast<std::size_t>(of_user) >= parts_.desk.options().max_offers) {
        parts_.spool.limit_hit(SpoolLimit::uploads, HttpFileDrop::owner_of(user));
        return chat::FileErrc::too_many;
    }
    const std::string token = random_base32(token_characters);
    const chat::TimerId expiry =
        parts_.scheduler.after(parts_.desk.options().offer_time, [this, token] { invitations_.erase(token); });
    invitations_[token] = {user.id(), target, expiry};
    return address() + "/" + token;
}

void UploadService::forget(const std::string& invitation) {
    const auto found = invitations_.find(invitation);
    if (found == invitations_.end()) return;
    parts_.scheduler.cancel(found->second.expiry);
    invitations_.erase(found);
}

void UploadService::show_form(const HttpRequest& request, const HttpRespond& respond) {
    const auto found = invitations_.find(rest_of(request.path));
    if (found == invitations_.end()) {
        respond(answer_wrong_link(request));
        return;
    }
    HttpResponse response = make_private(200, form_for(found->second.target));
    response.content_type = "text/html; charset=utf-8";
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    respond(std::move(response));
}

HttpResponse UploadService::answer_wrong_link(const HttpRequest& request) const {
    return HttpFileDrop::answer_wrong_link(parts_.throttle, parts_.spool, request.peer.address, parts_.scheduler.now());
}

// --- requests --------------------------------------------------------------------------------------------------------

void UploadService::receive(const HttpRequest& request, HttpIntake intake) {
    const std::string token(rest_of(request.path));
    if (address().empty()) {
        intake.respond(make_private(404));
    } else if (is_token(token) && request.header("Authorization").empty()) {
        receive_invited(request, token, std::move(intake));
    } else {
        receive_by_account(request, std::move(intake));
    }
}

void UploadService::receive_invited(const HttpRequest& request, const std::string& token, HttpIntake intake) {
    const auto found = invitations_.find(token);
    if (found == invitations_.end()) {
        intake.respond(answer_wrong_link(request));
        return;
    }
    const chat::User* user = parts_.service.find_user(found->second.user);
    if (user == nullptr || found->second.in_use) {
        intake.respond(make_private(404));
        return;
    }
    found->second.in_use = true;
    Upload upload{plan_for(request, {}), found->second.target, token, user->id(), std::move(intake)};
    upload.plan.owner = HttpFileDrop::owner_of(*user);
    take(std::move(upload));
}

bool UploadService::takes_password(const HttpRequest& request) const {
    const bool by_proxy = parts_.drop.base_url().starts_with("https:");  // which has the certificate
    return request.peer.secure || by_proxy || plaintext_passwords_ || is_loopback_host(request.peer.address);
}

/// A browser adds a password it knows to whatever a stranger's page makes it send.
bool UploadService::is_from_a_page(const HttpRequest& request) const {
    const std::string_view origin = request.header("Origin");
    return !origin.empty() && origin != parts_.drop.base_url();
}

void UploadService::receive_by_account(const HttpRequest& request, HttpIntake intake) {
    auto given = credentials_in(request.header("Authorization"));
    if (is_from_a_page(request)) return intake.respond(make_private(403));
    if (!takes_password(request)) return intake.respond(make_private(403, "Passwords are taken over https only\n"));
    if (!given) return intake.respond(make_unauthorized());
    Upload upload{plan_for(request, rest_of(request.path)), query_value(request.query, "to"), {}, {}, {}};
    upload.intake = std::move(intake);
    auto shared = std::make_shared<Upload>(std::move(upload));
    parts_.accounts.check({std::move(given->name), std::move(given->password), request.peer.address},
                          [this, alive = std::weak_ptr(alive_), shared](chat::AccountVerifier::Answer answer,
                                                                        const chat::AccountIdentity& who) {
                              if (alive.expired()) return;
                              using Answer = chat::AccountVerifier::Answer;
                              if (answer == Answer::right) {
                                  shared->plan.owner = "account:" + who.account;
                                  shared->user = user_of(who.account);
                                  take(std::move(*shared));
                              } else if (answer == Answer::wrong) {
                                  shared->intake.respond(make_unauthorized());
                              } else {
                                  HttpResponse busy = make_private(429);
                                  busy.headers.emplace_back("Retry-After", "10");
                                  shared->intake.respond(std::move(busy));
                              }
                          });
}

std::optional<chat::UserId> UploadService::user_of(const std::string& account) const {
    for (const chat::User* user : parts_.service.online_users()) {
        if (!user->puppet() && parts_.service.same_name(user->profile().account, account)) return user->id();
    }
    return std::nullopt;
}

UploadBody::Plan UploadService::plan_for(const HttpRequest& request, std::string_view rest) const {
    UploadBody::Plan plan;
    plan.token = random_base32(token_characters);
    std::string name = file_name_in(request.header("Content-Disposition"));
    if (name.empty()) name = percent_decode(rest).value_or(std::string());
    plan.name = chat::clean_file_name(name);
    plan.length = request.length;
    plan.boundary = MultipartReader::boundary_in(request.header("Content-Type"));
    plan.max_size = parts_.desk.options().max_size;
    return plan;
}

// --- files -----------------------------------------------------------------------------------------------------------

void UploadService::take(Upload upload) {
    auto shared = std::make_shared<const Upload>(std::move(upload));
    const auto guarded = [this, shared](auto then) {
        return [alive = std::weak_ptr(alive_), shared, then](const auto& what) {
            if (const auto service = alive.lock()) ((*service)->*then)(*shared, what);
        };
    };
    std::unique_ptr<UploadBody> body;
    const UploadBody::Events events{guarded(&UploadService::failed), guarded(&UploadService::kept)};
    const unsigned status = UploadBody::make(parts_.spool, shared->plan, events, body);
    if (status != 0) {
        failed(*shared, status);
    } else {
        shared->intake.take(std::move(body));
    }
}

void UploadService::failed(const Upload& upload, unsigned status) {
    const auto invitation = invitations_.find(upload.invitation);
    if (invitation != invitations_.end()) invitation->second.in_use = false;
    upload.intake.respond(make_failure(status));
}

void UploadService::kept(const Upload& upload, const SpooledFile& file) {
    forget(upload.invitation);
    parts_.log.log(chat::LogLevel::info, {}, "file came over HTTP", {{"owner", file.owner}, {"bytes", file.size}});
    const std::string link = parts_.drop.link_to(file.token, file.name);
    HttpResponse response = make_private(201, link + "\n" + offer(upload, file));
    response.headers.emplace_back("Location", link);
    upload.intake.respond(std::move(response));
}

/// A line that says what became of it.
std::string UploadService::offer(const Upload& upload, const SpooledFile& file) {
    if (upload.target.empty()) return {};
    chat::User* from = upload.user ? parts_.service.find_user(*upload.user) : nullptr;
    if (from == nullptr) return "Not offered to " + upload.target + ": you are not here\n";
    const bool is_group = upload.target.starts_with('#') || upload.target.starts_with('&');
    chat::Target to;
    std::error_code error;
    if (is_group) {
        const auto group = parts_.service.lookup_group(upload.target);
        error = group.error();
        if (group) to.group = *group;
    } else {
        const auto user = parts_.service.lookup_user(upload.target, *from);
        error = user.error();
        if (user) to.user = *user;
    }
    if (!error) error = parts_.drop.offer_kept(*from, to, file.token).error();
    if (error) return "Not offered to " + upload.target + ": " + error.message() + "\n";
    return "Offered to " + upload.target + "\n";
}

}  // namespace patchcord::gateway

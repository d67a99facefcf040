#include "gateway/services/rst_client.hpp"

#include <algorithm>
#include <sodium.h>
#include <utility>

#include "chat_core/utf8.hpp"
#include "gateway/services/password_rules.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using Ticket = msn::TicketSource::Ticket;
using Kind = RstReply::Kind;

constexpr const char* usual_path = "/RST.srf";

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

/// XML has no way to write other controls.
bool can_be_sent(std::string_view password) {
    return chat::is_valid_utf8(password) &&
           std::all_of(password.begin(), password.end(), [](char c) { return static_cast<unsigned char>(c) >= ' '; });
}

}  // namespace

/// One login. What is asked, and with it the password, is forgotten at the end.
struct RstClient::Login {
    std::string handle;
    std::string question;
    std::string wanted;  // the address whose ticket is the answer
    std::function<void(Ticket)> done;
    int redirects = 0;

    Login(std::string who, std::string what, std::string_view address, std::function<void(Ticket)> then)
        : handle(std::move(who)), question(std::move(what)), wanted(address), done(std::move(then)) {}
    ~Login() { wipe(question); }
    Login(const Login&) = delete;
    Login& operator=(const Login&) = delete;
};

RstClient::RstClient(chat::Connector& connector, chat::Scheduler& scheduler, RstClientOptions options)
    : options_(std::move(options)), http_(connector, scheduler) {}

RstClient::~RstClient() {
    while (!tickets_.empty()) forget(std::string(tickets_.begin()->first));
}

/// Those of web services.
std::vector<RstWanted> RstClient::kept_tokens() const {
    std::vector<RstWanted> tokens = {{std::string(contacts_address), std::string(contacts_policy)}};
    tokens.insert(tokens.end(), options_.more.begin(), options_.more.end());
    return tokens;
}

void RstClient::get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                           std::function<void(Ticket)> done) {
    std::vector<RstWanted> wanted = kept_tokens();
    wanted.insert(wanted.begin(), {std::string(messenger_address), challenge});
    if (!can_be_sent(password)) {
        return done({{}, ClientErrc::no_ticket, "the password holds characters that cannot be sent"});
    }
    begin(std::make_shared<Login>(handle, format_rst_question(handle, password, wanted), messenger_address,
                                  std::move(done)));
}

void RstClient::renew_ticket(const std::string& handle, const std::string& password, std::string_view address,
                             std::function<void(Ticket)> done) {
    std::vector<RstWanted> wanted = kept_tokens();
    std::erase_if(wanted, [&](const RstWanted& token) { return token.address != address; });
    if (const auto known = tickets_.find(handle); known != tickets_.end()) {
        const auto old = known->second.find(address);
        if (old != known->second.end()) wipe(old->second);
    }
    if (wanted.empty() || !can_be_sent(password)) return done({{}, ClientErrc::no_ticket, {}});
    begin(std::make_shared<Login>(handle, format_rst_question(handle, password, wanted), address, std::move(done)));
}

std::string RstClient::ticket_for(const std::string& handle, std::string_view address) const {
    const auto known = tickets_.find(handle);
    if (known == tickets_.end()) return {};
    const auto found = known->second.find(address);
    return found == known->second.end() ? std::string() : found->second;
}

void RstClient::forget(const std::string& handle) {
    const auto known = tickets_.find(handle);
    if (known == tickets_.end()) return;
    for (auto& [address, ticket] : known->second) wipe(ticket);
    tickets_.erase(known);
}

void RstClient::begin(const std::shared_ptr<Login>& login) {
    auto where = parse_url(options_.login_url);
    if (!where) return login->done({{}, ClientErrc::no_ticket, "the address of the login is none"});
    if (where->target == "/") where->target = usual_path;
    ask(login, *where);
}

void RstClient::ask(const std::shared_ptr<Login>& login, const Url& where) {
    if (!may_carry_passwords(where, options_.insecure)) {
        return login->done(no_ticket(where, "the password is not sent there without TLS"));
    }
    HttpQuestion question;
    question.url = where;
    question.method = "POST";
    question.content_type = "text/xml; charset=utf-8";
    question.body = login->question;
    question.most_bytes = max_answer_bytes;
    question.timeout = options_.timeout;
    http_.ask(std::move(question),
              [this, login, where](const chat::Result<HttpAnswer>& answer) { answered(login, where, answer); });
}

/// What the SOAP says counts first, then the status of HTTP.
void RstClient::answered(const std::shared_ptr<Login>& login, const Url& where,
                         const chat::Result<HttpAnswer>& answer) {
    if (!answer) return login->done(no_ticket(where, answer.error().message()));
    const RstReply reply = parse_rst_answer(answer->body);
    const std::string words = shown_words(reply.words);
    const RstToken* const token = reply.token_for(login->wanted);
    if (reply.kind == Kind::elsewhere) return redirected(login, where, reply.location);
    if (reply.kind == Kind::wrong_password) return login->done({{}, ClientErrc::wrong_password, words});
    if (reply.kind == Kind::fault) return login->done(no_ticket(where, "it refused: " + words));
    if (token != nullptr) {
        keep(*login, reply);
        return login->done({token->ticket, {}, {}, token->secret});
    }
    if (is_redirection(answer->status)) return redirected(login, where, answer->header("Location"));
    login->done(no_ticket(
        where, answer->status == 200 ? "its answer holds no ticket" : "it answered " + std::to_string(answer->status)));
}

void RstClient::redirected(const std::shared_ptr<Login>& login, const Url& from, std::string_view location) {
    const auto where = resolve_url(from, location);
    if (const std::string problem = problem_with_redirection(from, where); !problem.empty()) {
        return login->done(no_ticket(from, problem));
    }
    if (++login->redirects > max_redirects) return login->done(no_ticket(from, "it sends us around in circles"));
    ask(login, *where);
}

/// A login brings all of them, or none at all; a renewal, the one.
void RstClient::keep(const Login& login, const RstReply& reply) {
    if (login.wanted == messenger_address) forget(login.handle);
    for (const RstWanted& wanted : kept_tokens()) {
        const RstToken* const token = reply.token_for(wanted.address);
        if (token != nullptr) tickets_[login.handle][wanted.address] = token->ticket;
    }
}

}  // namespace patchcord::gateway

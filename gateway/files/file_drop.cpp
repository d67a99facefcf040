#include "gateway/files/file_drop.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "chat_core/file_error.hpp"
#include "chat_core/user.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/auth/cloak.hpp"
#include "gateway/files/content_disposition.hpp"
#include "gateway/files/percent.hpp"
#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view file_path = "/file/";
constexpr std::size_t token_characters = 26;  // 130 bits
constexpr std::size_t longest_in_link = 90;   // bytes of an encoded name: a link stands in a line of IRC
constexpr std::size_t longest_ending = 12;
constexpr std::size_t most_taken = 1000;  // links remembered whose files went another way

/// The name behind the token is for people; nobody looks at it.
std::string short_name(std::string_view name) {
    std::string whole = percent_encode(name);
    if (whole.size() <= longest_in_link) return whole;
    const std::size_t dot = name.rfind('.');
    std::string ending = dot == std::string_view::npos ? std::string() : percent_encode(name.substr(dot));
    if (ending.size() > longest_ending) ending.clear();
    std::string stem;
    for (std::size_t at = 0; at < name.size();) {
        std::string next;
        chat::append_utf8(next, chat::next_code_point(name, at));
        next = percent_encode(next);
        if (stem.size() + next.size() + ending.size() > longest_in_link) break;
        stem += next;
    }
    return stem + ending;
}

/// The token in the path of a link; empty when it is none. One part may follow.
std::string_view token_in(std::string_view path) {
    path.remove_prefix(file_path.size());
    const std::string_view token = path.substr(0, path.find('/'));
    path.remove_prefix(token.size());
    if (path.find('/', 1) != std::string_view::npos) return {};
    return token.size() == token_characters && SpoolDirectory::is_name(token) ? token : std::string_view();
}

/// The same for a file that never was, was withdrawn or has expired.
HttpResponse make_gone() {
    HttpResponse response = make_plain_response(404);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

HttpResponse make_retry(unsigned status, std::chrono::milliseconds wait) {
    HttpResponse response = make_plain_response(status);
    response.headers.emplace_back("Cache-Control", "no-store");
    const auto seconds = std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
    response.headers.emplace_back("Retry-After", std::to_string(seconds.count()));
    return response;
}

/// All but the body. What strangers send is never shown by a browser, and cannot do anything if it were.
HttpResponse make_head(const std::string& name, std::uint64_t size, const std::string& etag, const FilePart& part) {
    HttpResponse response = make_plain_response(200);
    response.body.clear();
    response.content_type = content_type_of(name);
    response.length = part.length;
    response.headers = {{"Content-Disposition", format_attachment(name)},
                        {"Content-Security-Policy", "sandbox; default-src 'none'"},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cache-Control", "private"},
                        {"Accept-Ranges", "bytes"},
                        {"ETag", etag}};
    switch (part.kind) {
        case FilePart::Kind::whole: break;
        case FilePart::Kind::not_modified: response.status = 304; break;
        case FilePart::Kind::part:
            response.status = 206;
            response.headers.emplace_back("Content-Range", "bytes " + std::to_string(part.offset) + "-" +
                                                               std::to_string(part.offset + part.length - 1) + "/" +
                                                               std::to_string(size));
            break;
        case FilePart::Kind::unsatisfiable:
            response = make_plain_response(416);
            response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
            break;
    }
    return response;
}

/// The same while it comes and when it is there; a token is good for one content only.
std::string etag_of(const std::string& token) {
    constexpr std::size_t shown = 10;
    return '"' + token.substr(token.size() - shown) + '"';
}

bool has_body(const FilePart& part) {
    return part.kind == FilePart::Kind::whole || part.kind == FilePart::Kind::part;
}

}  // namespace

// --- offers ----------------------------------------------------------------------------------------------------------

std::string HttpFileDrop::owner_of(const chat::User& user) {
    const chat::Profile& profile = user.profile();
    if (!profile.account.empty()) return "account:" + lower_case(profile.account);
    return profile.address.empty() ? "nick:" + lower_case(user.name()) : "address:" + lower_case(profile.address);
}

std::string HttpFileDrop::link_to(std::string_view token, std::string_view name) const {
    return base_url_ + std::string(file_path) + std::string(token) + "/" + short_name(name);
}

std::string HttpFileDrop::link_for(const chat::FileOffer& offer) {
    if (base_url_.empty() || offer.from == nullptr) return {};
    const std::string token = random_base32(token_characters);
    offers_[token] = {offer.id, owner_of(*offer.from), offer.name, offer.size};
    tokens_[offer.id] = token;
    return link_to(token, offer.name);
}

void HttpFileDrop::ended(const chat::FileOffer& offer) {
    kept_.erase(offer.id);
    const auto known = tokens_.extract(offer.id);
    if (!known) return;
    const std::string& token = known.mapped();
    offers_.erase(token);
    const bool is_here = parts_.spool.find(token).has_value();
    if (offer.state == chat::FileState::completed && !is_here) remember_taken(token);
}

void HttpFileDrop::remember_taken(const std::string& token) {
    taken_.insert(token);
    taken_order_.push_back(token);
    if (taken_order_.size() <= most_taken) return;
    taken_.erase(taken_order_.front());
    taken_order_.pop_front();
}

chat::Result<chat::FileOfferId> HttpFileDrop::offer_kept(chat::User& from, const chat::Target& to,
                                                         const std::string& token) {
    const auto kept = parts_.spool.find(token);
    const std::shared_ptr<SpoolFile> file = kept ? parts_.spool.open(token) : nullptr;
    if (file == nullptr) return chat::FileErrc::gone;
    auto made = parts_.desk.offer_kept(from, to, kept->name, kept->size, link_to(token, kept->name),
                                       std::make_unique<SpoolSource>(file, parts_.defer));
    if (made && parts_.desk.find(*made)) kept_[*made] = token;
    return made;
}

void HttpFileDrop::fetched(const std::string& token) {
    std::vector<chat::FileOfferId> offers;
    for (const auto& [id, kept] : kept_) {
        if (kept == token) offers.push_back(id);
    }
    for (const chat::FileOfferId id : offers) parts_.desk.fetched(id);
}

// --- links -----------------------------------------------------------------------------------------------------------

void HttpFileDrop::add_routes(HttpRoutes& routes) {
    routes.add("GET", std::string(file_path) + "*",
               [this](const HttpRequest& request, const HttpRespond& respond) { give(request, respond); });
}

HttpResponse HttpFileDrop::answer_wrong_link(LoginThrottle& throttle, Spool& spool, const std::string& address,
                                             chat::Now now) {
    if (throttle.begin(address, now)) return make_gone();
    spool.metrics().limit_hits(SpoolLimit::wrong_links).add();
    return make_retry(429, throttle.wait(address));
}

void HttpFileDrop::give(const HttpRequest& request, const HttpRespond& respond) {
    const std::string token(token_in(request.path));
    respond(is_right(token)
                ? answer(request, token)
                : answer_wrong_link(parts_.throttle, parts_.spool, request.peer.address, parts_.scheduler.now()));
}

bool HttpFileDrop::is_right(const std::string& token) {
    if (base_url_.empty() || token.empty()) return false;
    return offers_.contains(token) || taken_.contains(token) || parts_.spool.find(token);
}

HttpResponse HttpFileDrop::answer(const HttpRequest& request, const std::string& token) {
    if (const auto kept = parts_.spool.find(token)) {
        const std::string etag = etag_of(token);
        const FilePart part = part_asked_for(request, kept->size, etag);
        HttpResponse response = make_head(kept->name, kept->size, etag, part);
        if (!has_body(part) || request.method == "HEAD") return response;
        const std::shared_ptr<SpoolFile> file = parts_.spool.open(token);
        if (file == nullptr) return make_gone();
        parts_.spool.metrics().downloads.add();
        std::function<void()> finished;
        if (part.kind == FilePart::Kind::whole) {
            finished = [alive = std::weak_ptr(alive_), token] {
                if (const auto drop = alive.lock()) (*drop)->fetched(token);
            };
        }
        response.stream = std::make_shared<SpoolReader>(file, part.offset, std::move(finished));
        return response;
    }
    if (taken_.contains(token)) return make_plain_response(410);
    const auto offered = offers_.find(token);
    if (offered == offers_.end()) return make_gone();
    const Offer offer = offered->second;
    return answer_offer(request, token, offer);
}

/// Only who wants the bytes accepts it: HEAD is what previews of links ask.
HttpResponse HttpFileDrop::answer_offer(const HttpRequest& request, const std::string& token, const Offer& offer) {
    const auto state = parts_.desk.find(offer.id);
    if (!state) return make_gone();
    if (state->state != chat::FileState::offered) return make_plain_response(410);
    const std::string etag = etag_of(token);
    const FilePart part = part_asked_for(request, offer.size, etag);
    HttpResponse response = make_head(offer.name, offer.size, etag, part);
    if (!has_body(part) || request.method == "HEAD") return response;
    return begin(token, offer, std::move(response), part);
}

HttpResponse HttpFileDrop::begin(const std::string& token, const Offer& offer, HttpResponse response,
                                 const FilePart& part) {
    auto writer = parts_.spool.begin(token, offer.owner, offer.name, offer.size);
    if (!writer) return make_plain_response(507);
    const std::shared_ptr<SpoolFile> file = (*writer)->file();
    const std::error_code error = parts_.desk.accept(offer.id, std::make_unique<SpoolSink>(std::move(*writer)));
    if (error == chat::FileErrc::taken) return make_plain_response(410);
    if (error == chat::FileErrc::too_many) return make_retry(503, std::chrono::seconds(30));
    if (error) return make_gone();
    parts_.spool.metrics().downloads.add();
    response.stream = std::make_shared<SpoolReader>(file, part.offset);
    return response;
}

}  // namespace patchcord::gateway

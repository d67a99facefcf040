#include "gateway/files/picture_shelf.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <utility>

#include "chat_core/file_error.hpp"
#include "gateway/auth/cloak.hpp"
#include "gateway/files/file_drop.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view avatar_path = "/avatar/";
constexpr std::size_t token_characters = 26;  // 130 bits

std::string sha1(std::string_view bytes) {
    std::array<unsigned char, 20> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1) return {};
    return {digest.begin(), digest.end()};
}

/// By how it begins; nothing for what no browser is to take for a picture.
std::string_view image_type(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
    if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return "image/gif";
    return {};
}

}  // namespace

HttpPictureShelf::HttpPictureShelf(Parts parts) : parts_(parts) {
    parts_.service.add_observer(*this);
}

HttpPictureShelf::~HttpPictureShelf() {
    parts_.service.remove_observer(*this);
}

// --- who has which ---------------------------------------------------------------------------------------------------

bool HttpPictureShelf::is_wanted(const chat::User& user) const {
    return !base_url_.empty() && edges_.is_wanted && edges_.is_wanted(user);
}

void HttpPictureShelf::want(const chat::User& user) {
    if (!base_url_.empty() && edges_.fetch) edges_.fetch(user);
}

std::error_code HttpPictureShelf::keep(std::string_view digest, std::string bytes) {
    const std::string_view type = image_type(bytes);
    if (type.empty() || sha1(bytes) != digest) return chat::FileErrc::protocol_error;
    if (has(digest)) return {};
    if (!make_room()) return chat::FileErrc::no_space;
    Picture picture{random_base32(token_characters), type, std::move(bytes)};
    digests_.emplace(picture.token, digest);
    order_.emplace_back(digest);
    pictures_.emplace(digest, std::move(picture));
    return {};
}

bool HttpPictureShelf::make_room() {
    while (pictures_.size() >= most_) {
        const auto oldest = std::find_if(order_.begin(), order_.end(), [this](const std::string& digest) {
            return pictures_.find(digest)->second.shown == 0;
        });
        if (oldest == order_.end()) return false;
        const auto picture = pictures_.find(*oldest);
        digests_.erase(picture->second.token);
        pictures_.erase(picture);
        order_.erase(oldest);
    }
    return true;
}

void HttpPictureShelf::show(const chat::User& user, std::string_view digest) {
    const auto picture = pictures_.find(digest);
    const auto before = shown_.find(&user);
    if (before == shown_.end() ? picture == pictures_.end() : before->second == digest) return;
    take_down(user);
    if (picture != pictures_.end()) {
        ++picture->second.shown;
        shown_.emplace(&user, digest);
    }
    if (!base_url_.empty() && edges_.changed) edges_.changed(user);
}

void HttpPictureShelf::take_down(const chat::User& user) {
    const auto shown = shown_.find(&user);
    if (shown == shown_.end()) return;
    --pictures_.find(shown->second)->second.shown;
    shown_.erase(shown);
}

void HttpPictureShelf::user_signed_off(const chat::User& user, std::string_view) {
    take_down(user);
}

// --- links -----------------------------------------------------------------------------------------------------------

std::string HttpPictureShelf::link_of(const chat::User& user) const {
    const auto shown = shown_.find(&user);
    if (base_url_.empty() || shown == shown_.end()) return {};
    return base_url_ + std::string(avatar_path) + pictures_.find(shown->second)->second.token;
}

void HttpPictureShelf::add_routes(HttpRoutes& routes) {
    routes.add("GET", std::string(avatar_path) + "*",
               [this](const HttpRequest& request, const HttpRespond& respond) { give(request, respond); });
}

/// A link is for one picture for ever, so that it need not be fetched again. Whatever it really is, a browser takes it
/// for an image only, and runs nothing in it.
void HttpPictureShelf::give(const HttpRequest& request, const HttpRespond& respond) {
    const auto digest = digests_.find(std::string_view(request.path).substr(avatar_path.size()));
    if (base_url_.empty() || digest == digests_.end()) {
        return respond(HttpFileDrop::answer_wrong_link(parts_.throttle, parts_.spool, request.peer.address,
                                                       parts_.scheduler.now()));
    }
    const Picture& picture = pictures_.find(digest->second)->second;
    HttpResponse response = make_plain_response(200);
    response.content_type = picture.type;
    response.body = picture.bytes;
    response.headers = {{"Content-Security-Policy", "sandbox; default-src 'none'"},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cache-Control", "private, max-age=86400, immutable"}};
    respond(std::move(response));
}

}  // namespace patchcord::gateway

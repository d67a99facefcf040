#include "gateway/http/message.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>

namespace patchcord::gateway {
namespace {

constexpr std::size_t max_host_bytes = 255;

bool is_host_byte(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || std::string_view("-._:[]").find(c) != std::string_view::npos;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

HttpResponse make_plain_response(unsigned status) {
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    HttpResponse response;
    response.status = status;
    response.body = std::string(reason.data(), reason.size()) + "\n";
    return response;
}

bool is_http_host(std::string_view text) {
    return !text.empty() && text.size() <= max_host_bytes && std::all_of(text.begin(), text.end(), is_host_byte);
}

}  // namespace patchcord::gateway

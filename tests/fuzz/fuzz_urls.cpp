// URLs from configuration and from strangers, and redirections.

#include <cstdint>
#include <string_view>

#include "gateway/http/url.hpp"
#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchcord::gateway;
    using patchcord::fuzz::demand;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view bad = {"\0\r\n \\@", 6};
    if (const auto url = parse_url(text)) {
        demand(!url->host.empty() && url->port != 0, "there is a host");
        demand(url->target.starts_with('/'), "the target is a path");
        demand(url->host.find_first_of(bad) == std::string_view::npos, "the host is a name or an address");
        demand(url->target.find_first_of(bad.substr(0, 5)) == std::string_view::npos, "a request is one line");
        demand(parse_url(format_url(*url)) == url, "what is written is read again");
    }
    const Url base{true, "a.example", 444, "/"};
    if (const auto there = resolve_url(base, text); there && text.starts_with('/')) {
        demand(there->host == base.host && there->port == base.port && there->secure, "a path leads to no other host");
    }
    return 0;
}

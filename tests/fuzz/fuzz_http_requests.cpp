// Requests of strangers over HTTP, and the opening of a WebSocket, which is one: however the bytes are cut, the same
// comes of them.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/request_reader.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::gateway;
using patchcord::fuzz::demand;
using Outcome = HttpRequestReader::Outcome;

constexpr HttpRequestLimits limits{1024, 2048};
constexpr std::size_t most_steps = 10'000;

/// All that is read, as one text: pieces of a body that comes as a stream lie behind each other in any cut.
struct Reading {
    std::string text;
    bool failed = false;
};

std::string written(const HttpRequest& request) {
    std::string text = request.method + ' ' + request.path + '?' + request.query + " host=" + request.host;
    for (const auto& [header, value] : request.headers) text += '\n' + header + ": " + value;
    return text + "\n\n";
}

void check_request(const HttpRequest& request) {
    demand(request.path.starts_with('/'), "a path begins at the root");
    demand(request.body.size() <= limits.body, "a body fits");
    demand(request.host.empty() || is_http_host(request.host), "a host is one");
    for (const auto& [header, value] : request.headers) {
        demand(header.find_first_of("\r\n") == std::string::npos, "a header's name is one line");
        demand(value.find_first_of("\r\n") == std::string::npos, "and so is its value");
    }
}

/// Reads until nothing more comes; false at the end of all reading.
bool drain(HttpRequestReader& reader, Reading& into) {
    for (std::size_t step = 0; step < most_steps; ++step) {
        HttpRequest request;
        switch (reader.next(request)) {
            case Outcome::nothing: return true;
            case Outcome::request:
            case Outcome::head:
                check_request(request);
                into.text += written(request) + request.body + '|';
                break;
            case Outcome::body: into.text += request.body; break;
            case Outcome::body_end: into.text += '|'; break;
            case Outcome::expects_answer: break;  // said when the header ends, wherever that is
            default: into.failed = true; return false;
        }
    }
    demand(false, "reading comes to an end");
    return false;
}

Reading read(std::string_view bytes, std::size_t piece) {
    HttpRequestReader reader(limits, [](std::string_view method, std::string_view) { return method == "PUT"; });
    Reading reading;
    while (!bytes.empty()) {
        const std::size_t size = std::min(piece, bytes.size());
        reader.feed(bytes.substr(0, size));
        bytes.remove_prefix(size);
        if (!drain(reader, reading)) break;
        demand(reader.buffered() <= limits.header + limits.body + piece, "what is kept is bounded");
    }
    return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Reading whole = read(bytes, std::max<std::size_t>(1, size));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}}) {
        const Reading cut = read(bytes, piece);
        demand(cut.text == whole.text, "the cut makes no difference to what is read");
        demand(cut.failed == whole.failed, "nor to whether it can be");
    }
    return 0;
}

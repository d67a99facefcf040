// Requests of strangers in two different cuts, whose they are, and answers that hold what the requests say.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/response_format.hpp"
#include "gateway/http/routes.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::gateway;
using patchcord::fuzz::demand;
using Outcome = HttpRequestReader::Outcome;

constexpr HttpRequestLimits limits{600, 100};
constexpr std::size_t version_bytes = 9;  // which the reader adds where there is none
constexpr std::string_view unsafe("\r\n\0", 3);

/// Says back what it was asked, in all places an answer has.
HttpResponse echo(const HttpRequest& request) {
    HttpResponse response;
    response.content_type = request.header("accept");
    response.headers.emplace_back("Location", "http://" + request.host + request.path + "?" + request.query);
    response.headers.emplace_back("X-Echo", request.body);
    response.body = request.body;
    return response;
}

HttpRoutes make_routes() {
    HttpRoutes routes;
    const auto answer = [](const HttpRequest& request, const HttpRespond& respond) { respond(echo(request)); };
    routes.add("GET", "/a", answer);
    routes.add("POST", "/a", answer);
    routes.add("GET", "/d/*", answer);
    routes.add_upload("PUT", "/d/*", [](const HttpRequest&, const HttpIntake&) {});
    return routes;
}

/// What the routes above have to say to a request that came as a whole.
unsigned expected_status(const HttpRequest& request) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (request.path == "/a") return reads || request.method == "POST" ? 200 : 405;
    if (request.path.starts_with("/d/")) return reads ? 200 : 405;
    return 404;
}

void check_answer(const HttpResponse& response, bool only_header) {
    const std::string bytes = format_http_response(response, {{}, true, only_header});
    const std::size_t end = bytes.find("\r\n\r\n");
    demand(bytes.starts_with("HTTP/1.1 ") && end != std::string::npos, "an answer has a header");
    demand(bytes.substr(end + 4) == (only_header ? "" : response.body), "the body is the body");
    // The status, date, type, sniffing, connection and length; three more for a page.
    const bool is_page = response.content_type.starts_with("text/html");
    std::size_t lines = 6 + response.headers.size() + (is_page ? 3 : 0);
    std::string_view rest = std::string_view(bytes).substr(0, end + 2);
    for (; !rest.empty(); --lines) {
        const std::size_t line = rest.find("\r\n");
        demand(lines > 0, "no header is added");
        demand(rest.substr(0, line).find_first_of(unsafe) == std::string_view::npos, "a header is one line");
        rest.remove_prefix(line + 2);
    }
    demand(lines == 0, "no header is lost");
    demand(bytes.find("\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n") < end, "the length fits");
}

void check_request(const HttpRequest& request, const HttpRoutes& routes) {
    unsigned answers = 0;
    routes.dispatch(request, [&](const HttpResponse& response) {
        ++answers;
        demand(response.status == expected_status(request), "a request comes to whom it is for");
        check_answer(response, request.method == "HEAD");
    });
    demand(answers == 1, "a request is answered once");
    demand(request.body.size() <= limits.body, "a body has an end");
}

void check_head(const HttpRequest& request) {
    demand(!request.method.empty() && request.method.find(' ') == std::string::npos, "a method is a word");
    demand(request.path.starts_with('/') && request.path.find_first_of(" ?") == std::string::npos, "a path is a path");
    demand(request.host.empty() || is_http_host(request.host), "a host is a host");
    for (const std::string& text : {request.method, request.path, request.query}) {
        demand(text.find_first_of(unsafe) == std::string::npos, "a request line is one line");
    }
    std::size_t size = request.path.size() + request.query.size();
    for (const auto& [name, value] : request.headers) {
        demand(!name.empty() && name.find_first_of(unsafe) == std::string::npos, "a header has a name");
        demand(value.find_first_of(unsafe) == std::string::npos, "a header is one line");
        size += name.size() + value.size();
    }
    demand(size <= limits.header, "a header has an end");
}

std::string words_of(const HttpRequest& request) {
    std::string words = request.method + " " + request.path + "?" + request.query + " at " + request.host;
    for (const auto& [name, value] : request.headers) words += "\n" + name + "=" + value;
    if (request.length) words += "\nlength " + std::to_string(*request.length);
    return words + (request.keep_alive ? "\nstays" : "\nends") + (request.expects_leave ? ", waits\n" : "\n");
}

struct Read {
    std::string told;
    bool failed = false;
    bool pending = false;
};

/// False when there is nothing more for now.
bool take(HttpRequestReader& reader, HttpRequest& request, const HttpRoutes& routes, Read& read) {
    const Outcome outcome = reader.next(request);
    switch (outcome) {
        case Outcome::nothing: return false;
        case Outcome::expects_answer: return true;  // only who has not sent the body yet is told
        case Outcome::body: read.told += request.body; return true;
        case Outcome::body_end: read.told += "\nend\n"; return true;
        case Outcome::head:
        case Outcome::request:
            check_head(request);
            demand(routes.is_upload(request.method, request.path) == (outcome == Outcome::head),
                   "what is read as a stream is what is for an upload");
            read.told += words_of(request);
            if (outcome == Outcome::head) return true;
            read.told += request.body + "\n";
            check_request(request, routes);
            return true;
        // Which of the two is seen first depends on how much of the header has come.
        case Outcome::bad:
        case Outcome::header_too_long: read.told += "refused"; break;
        case Outcome::no_length: read.told += "no length"; break;
        case Outcome::body_too_long: read.told += "body too long"; break;
    }
    read.failed = true;
    demand(reader.next(request) == outcome && reader.buffered() == 0, "a failure lasts, and keeps nothing");
    return false;
}

Read read_all(std::string_view stream, std::size_t cut, const HttpRoutes& routes) {
    HttpRequestReader reader(
        limits, [&](std::string_view method, std::string_view path) { return routes.is_upload(method, path); });
    Read read;
    HttpRequest request;
    while (!stream.empty() && !read.failed) {
        const std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        reader.feed(piece);
        while (take(reader, request, routes, read)) {
        }
        demand(reader.buffered() <= limits.header + version_bytes, "what is kept is bounded");
    }
    read.pending = reader.pending();
    return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const HttpRoutes routes = make_routes();
    const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Read whole = read_all(stream, std::max<std::size_t>(stream.size(), 1), routes);
    const Read cut = read_all(stream, data[0] % 16U + 1, routes);
    demand(whole.told == cut.told, "a cut changes nothing");
    demand(whole.failed == cut.failed && whole.pending == cut.pending, "a cut does not change the end");
    return 0;
}

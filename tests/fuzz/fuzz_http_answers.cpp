// What other people's HTTP servers answer to our questions, in any cut and with any end, and what we ask them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "gateway/http/http_client.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using fuzz::demand;
using fuzz::Script;

/// How the server's bytes come.
struct Delivery {
    std::size_t cut = 0;  // bytes at a time
    std::error_code end;  // of the connection
};

HttpQuestion question_of(unsigned how) {
    HttpQuestion question;
    question.url = {true, "a.example", 443, "/x"};
    question.method = how % 4 == 0 ? "HEAD" : how % 4 == 1 ? "POST" : "GET";
    question.most_bytes = how / 4 % 4 == 0 ? 16 : 4096;
    return question;
}

bool is_one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void check_answer(const HttpAnswer& answer, const HttpQuestion& question) {
    demand(answer.status / 100 != 1, "an answer is a final one");
    demand(answer.body.size() <= question.most_bytes, "a body is bounded");
    demand(question.method != "HEAD" || answer.body.empty(), "there is no body where none was asked for");
    std::size_t bytes = 0;
    for (const HttpHeader& header : answer.headers) {
        demand(is_one_line(header.first) && is_one_line(header.second), "a header is one line");
        demand(header.first.find_first_of(": ") == std::string::npos, "a name is a name");
        bytes += header.first.size() + header.second.size();
    }
    demand(bytes <= HttpClient::max_header_bytes, "headers are bounded");
}

/// The answer, or nothing: how an error is called may depend on the cut.
std::optional<HttpAnswer> outcome_of(std::string_view bytes, const HttpQuestion& question, const Delivery& how) {
    tests::ManualScheduler scheduler;
    tests::ScriptedConnector connector;
    HttpClient client(connector, scheduler);
    std::optional<chat::Result<HttpAnswer>> told;
    client.ask(question, [&](chat::Result<HttpAnswer> answer) {
        demand(!told, "the end is told once");
        told.emplace(std::move(answer));
    });
    tests::ScriptedConnector::Line& line = connector.lines.front();
    for (std::string_view rest = bytes; !rest.empty() && !line.closed();) {
        const std::size_t size = std::min(how.cut, rest.size());
        line.say(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    demand(line.closed() == told.has_value(), "the connection ends with the question");
    line.end(how.end);
    demand(told.has_value(), "a question ends with its connection");
    demand(client.open() == 0 && scheduler.pending() == 0, "nothing waits any more");
    if (!*told) return std::nullopt;
    check_answer(**told, question);
    return std::move(**told);
}

bool same(const std::optional<HttpAnswer>& left, const std::optional<HttpAnswer>& right) {
    if (!left || !right) return !left && !right;
    return left->status == right->status && left->headers == right->headers && left->body == right->body;
}

void check_answers(unsigned how, std::string_view bytes) {
    const HttpQuestion question = question_of(how);
    const auto whole = outcome_of(bytes, question, {std::max<std::size_t>(bytes.size(), 1), {}});
    for (const std::size_t cut : std::array<std::size_t, 4>{1, 2, 7, 64 + how}) {
        demand(same(outcome_of(bytes, question, {cut, {}}), whole), "the cut makes no difference");
    }
    // Without a length, what a broken connection has brought may be part of it only.
    const auto broken = outcome_of(bytes, question, {1, std::make_error_code(std::errc::connection_reset)});
    demand(!broken || same(broken, whole), "a broken connection makes no other answer");
}

/// What is asked stays one question, whatever is in it, or is not asked.
void check_question(unsigned how, std::string_view text) {
    HttpQuestion question = question_of(how);
    question.headers = {{"SOAPAction", std::string(text)}, {"X", "y"}};
    const bool good = is_one_line(text);
    const std::size_t size = question.body.size();
    tests::ManualScheduler scheduler;
    tests::ScriptedConnector connector;
    {
        HttpClient client(connector, scheduler);
        client.ask(question, [&](const chat::Result<HttpAnswer>& answer) {
            demand(!good && !answer, "what is no header is refused, and only that");
        });
        demand(connector.lines.empty() != good, "nothing is connected to for what is not asked");
    }
    if (!good) return;
    const std::string& asked = connector.lines.front().received();
    const std::size_t head = asked.find("\r\n\r\n");
    demand(head + 4 + size == asked.size(), "a question is a head and its body");
    std::size_t lines = 1;
    for (std::size_t at = asked.find('\n'); at < head; at = asked.find('\n', at + 1)) ++lines;
    demand(lines == (question.method == "GET" ? 6U : 7U), "it has the lines it should have");
    connector.lines.front().end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    check_answers(data[0], bytes);
    check_question(data[0], bytes);
    return 0;
}

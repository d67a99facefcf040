// What a client says from its first byte on, the opening handshake and the frames behind it, in two different cuts.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"
#include "gateway/websocket/frames.hpp"
#include "gateway/websocket/handshake.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using fuzz::demand;

constexpr std::string_view origin = "https://a.example";
constexpr std::string_view unsafe("\r\n\0", 3);

WebsocketRules make_rules() {
    WebsocketRules rules;
    rules.origins = {std::string(origin)};
    rules.limits = {300, 8};
    return rules;
}

/// A header that ends, of whole lines, which it gives without the first and without the empty one.
std::string_view header_lines(std::string_view text) {
    const std::size_t end = text.find("\r\n\r\n");
    demand(text.starts_with("HTTP/1.1 ") && end != std::string_view::npos, "an answer has a header");
    const std::string_view lines = text.substr(text.find("\r\n") + 2, end - text.find("\r\n"));
    for (std::string_view rest = lines; !rest.empty();) {
        const std::size_t size = rest.find("\r\n");
        demand(rest.substr(0, size).find_first_of(unsafe) == std::string_view::npos, "a header is one line");
        rest.remove_prefix(size + 2);
    }
    return lines;
}

/// Only what is known here stands in it; nothing that the client made up.
void check_acceptance(const WebsocketAnswer& answer, std::string_view sent) {
    std::string_view lines = header_lines(answer.text);
    demand(answer.text.starts_with("HTTP/1.1 101 ") && answer.text.ends_with("\r\n\r\n"), "it is an acceptance");
    constexpr std::string_view begin = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
    constexpr std::size_t token_bytes = 28;  // SHA-1 in base64
    demand(lines.starts_with(begin) && lines.size() >= begin.size() + token_bytes + 2, "it says what it has to");
    lines.remove_prefix(begin.size() + token_bytes + 2);
    std::string_view expected;
    if (answer.kind == WebsocketMessage::text) expected = "Sec-WebSocket-Protocol: text.ircv3.net\r\n";
    if (answer.kind == WebsocketMessage::binary) expected = "Sec-WebSocket-Protocol: binary.ircv3.net\r\n";
    demand(lines == expected, "it names the subprotocol, if there is one, and nothing else");
    demand(answer.taken <= sent.size() && answer.taken <= longest_websocket_header, "a handshake has an end");
    const std::string_view taken = sent.substr(0, answer.taken);
    demand(taken.ends_with("\r\n\r\n"), "a handshake ends where its header does");
    demand(taken.find(origin) != std::string_view::npos, "only a page that is listed may connect");
    demand(answer.forwarded_for.find_first_of(unsafe) == std::string::npos, "what was forwarded is one line");
    demand(answer.forwarded_for.size() <= answer.taken, "what was forwarded has an end");
}

/// A refusal is the same whoever asks for whatever.
void check_refusal(const WebsocketAnswer& answer) {
    (void)header_lines(answer.text);
    constexpr std::array<std::string_view, 4> all{"400", "403", "426", "431"};
    demand(std::find(all.begin(), all.end(), answer.text.substr(9, 3)) != all.end(), "a refusal has its reason");
    constexpr std::size_t longest = 512;
    demand(answer.text.size() <= longest, "a refusal repeats nothing");
    demand(answer.forwarded_for.empty() && !answer.kind, "nothing is believed of whom is refused");
}

struct Said {
    std::string answer;  // empty: none yet
    bool accepted = false;
    std::string lines;
    std::string replies;
    bool goes_on = true;
    WebsocketClose close = WebsocketClose::normal;
};

Said say(std::string_view stream, std::size_t cut) {
    static const WebsocketRules rules = make_rules();
    WebsocketDecoder decoder(rules.limits);
    Said said;
    std::string begin;
    while (said.goes_on && !stream.empty()) {
        std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        std::string behind;
        if (!said.accepted) {
            begin += piece;
            const WebsocketAnswer answer = answer_handshake(begin, rules, {});
            if (answer.text.empty()) {
                demand(begin.size() <= longest_websocket_header, "what is kept of a handshake is bounded");
                continue;
            }
            said.answer = answer.text;
            said.accepted = said.goes_on = answer.accepted;
            if (!answer.accepted) {
                check_refusal(answer);
                break;
            }
            check_acceptance(answer, begin);
            behind = begin.substr(answer.taken);
            piece = behind;
        }
        said.goes_on = decoder.feed(piece, said.lines, said.replies);
        demand(decoder.held() <= rules.limits.message, "a message has an end");
    }
    said.close = decoder.close_code();
    return said;
}

void check_lines(std::string_view lines) {
    demand(lines.empty() || lines.ends_with("\r\n"), "lines are whole");
    while (!lines.empty()) {
        const std::size_t end = lines.find("\r\n");
        demand(end > 0 && lines.substr(0, end).find_first_of(unsafe) == std::string_view::npos, "a line is one line");
        lines.remove_prefix(end + 2);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Said whole = say(stream, std::max<std::size_t>(stream.size(), 1));
    const Said cut = say(stream, data[0] % 32U + 1);
    demand(whole.answer.empty() == cut.answer.empty(), "a cut does not change whether there is an answer");
    demand(whole.accepted == cut.accepted && whole.goes_on == cut.goes_on, "a cut changes nothing");
    // Whether a header is too long or wrong first depends on how much of it has come.
    if (whole.accepted) demand(whole.answer == cut.answer, "a cut does not change the answer");
    demand(whole.lines == cut.lines && whole.replies == cut.replies, "a cut does not change what is said");
    demand(whole.close == cut.close, "a cut does not change the end");
    check_lines(whole.lines);
    return 0;
}

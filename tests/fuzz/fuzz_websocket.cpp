// Frames of a client after the handshake, in two different cuts, and frames made of lines.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/websocket/frames.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::gateway;
using patchcord::fuzz::demand;

constexpr WebsocketLimits limits{300, 8};

struct Decoded {
    std::string lines;
    std::string replies;
    bool goes_on = true;
    WebsocketClose close = WebsocketClose::normal;
};

Decoded decode(std::string_view stream, std::size_t cut) {
    WebsocketDecoder decoder(limits);
    Decoded all;
    while (all.goes_on && !stream.empty()) {
        const std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        const std::size_t most = decoder.held() + piece.size() + 2;
        std::string lines;
        all.goes_on = decoder.feed(piece, lines, all.replies);
        demand(lines.size() <= most, "no more comes out than there is room for");
        demand(decoder.held() <= limits.message, "a message has an end");
        all.lines += lines;
    }
    all.close = decoder.close_code();
    return all;
}

void look_at_lines(std::string_view lines) {
    demand(lines.empty() || lines.ends_with("\r\n"), "lines are whole");
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        const std::string_view line = lines.substr(0, end - 1);
        demand(!line.empty() && line.size() <= limits.message, "a line has a length");
        demand(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a line is one line");
        lines.remove_prefix(end + 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Decoded whole = decode(stream, std::max<std::size_t>(stream.size(), 1));
    const Decoded cut = decode(stream, data[0] % 16U + 1);
    demand(whole.lines == cut.lines && whole.replies == cut.replies, "a cut changes nothing");
    demand(whole.goes_on == cut.goes_on && whole.close == cut.close, "a cut does not change the end");
    look_at_lines(whole.lines);
    std::string frames;
    for (std::string_view rest = stream; !rest.empty();) {
        const std::size_t taken = append_line_frames(frames, {&rest, 1}, WebsocketMessage::text);
        demand(taken > 0 && taken <= rest.size(), "something is taken, and no more than there is");
        rest.remove_prefix(taken);
    }
    return 0;
}

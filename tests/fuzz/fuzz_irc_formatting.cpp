// Text with codes into styled text and back, splitting, CTCP.

#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"
#include "irc/wire/ctcp.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/text_split.hpp"
#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchcord::irc;
    using patchcord::fuzz::demand;
    if (size < 1) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto styled = parse_formatting(text);
    const auto again = parse_formatting(format_formatting(styled, ColourForm::hex));
    demand(again.text() == styled.text(), "formatting keeps the text");
    demand(strip_formatting(text) == styled.text(), "stripping leaves the same text");

    const std::size_t limit = data[0] + std::size_t{4};
    const bool valid = patchcord::chat::is_valid_utf8(text);
    std::string joined;
    for (const std::string_view piece : split_text(text, limit, patchcord::chat::CodePointBreaker())) {
        demand(!piece.empty() && piece.size() <= limit, "a piece fits");
        demand(!valid || patchcord::chat::is_valid_utf8(piece), "a piece is whole code points");
        joined += piece;
    }
    demand(joined == text, "the pieces are the text");
    if (const auto ctcp = parse_ctcp(text)) demand(!ctcp->command.empty(), "a CTCP has a command");
    return 0;
}

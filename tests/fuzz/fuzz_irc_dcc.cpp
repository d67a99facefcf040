// What clients say about files in CTCP DCC, read and written again.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "irc/wire/dcc.hpp"
#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchcord::irc;
    using patchcord::fuzz::demand;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    ParsedDcc parsed = parse_dcc(text);
    demand(parsed.dcc.has_value() == parsed.problem.empty(), "either it is read or there is a reason");
    if (!parsed.dcc) return 0;
    Dcc& dcc = *parsed.dcc;
    demand(dcc.kind != Dcc::Kind::send || dcc.port != 0 || !dcc.token.empty(), "who listens is known");
    std::erase(dcc.name, '"');
    ParsedDcc again = parse_dcc(format_dcc(dcc));
    // The name of what is rejected stands as it is, quotes and all.
    demand(dcc.kind == Dcc::Kind::reject || again.dcc == dcc, "what is written reads the same");
    demand(again.dcc && again.dcc->kind == dcc.kind, "what is written can be read");
    return 0;
}

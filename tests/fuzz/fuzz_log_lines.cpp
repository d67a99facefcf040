// Text of strangers as it stands in logs, on terminals and in JSON.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/log/escape.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

void check_harmless(std::string_view text) {
    demand(chat::is_valid_utf8(text), "what is escaped is UTF-8");
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = chat::next_code_point(text, at);
        demand(c >= 0x20 && (c < 0x7F || c >= 0xA0), "no control is left");
        demand(!chat::is_deceptive(c), "nothing that deceives is left");
    }
}

/// Is every quotation mark behind an odd number of backslashes, and the end behind an even one?
bool stays_inside_quotes(std::string_view text) {
    bool escaped = false;
    for (const char c : text) {
        if (c == '"' && !escaped) return false;
        escaped = c == '\\' && !escaped;
    }
    return !escaped;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string logged = gateway::escape_for_log(text);
    check_harmless(logged);
    demand(stays_inside_quotes(logged), "a logged word does not end its quotes");
    const std::string json = gateway::escape_for_json(text);
    check_harmless(json);
    demand(stays_inside_quotes(json), "a JSON string does not end early");
    const std::string shown = gateway::escape_controls(text);
    check_harmless(shown);
    demand(gateway::escape_controls(shown) == shown, "harmless text stays as it is");
    return 0;
}

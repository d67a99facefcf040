// Whole lines of the log, in both forms, made of the words of strangers: JSON gives back what went in.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "chat_core/utf8.hpp"
#include "gateway/log/log.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/gateway/support/strict_json.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

constexpr std::size_t longest_line = 4000;  // what a pipe takes at once, less time and level

struct Words {
    std::string what;
    std::string connection;
    std::string one;
    std::string two;
};

void check_line(const std::string& line) {
    demand(chat::is_valid_utf8(line), "a line is UTF-8");
    for (const char c : line)
        demand(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "and it is one, without controls");
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void check_json(const std::string& members, const Words& words) {
    const auto read = tests::StrictJson::parse('{' + members + '}');
    demand(read.has_value(), "JSON can be read");
    demand(read->size() == (words.connection.empty() ? 3U : 4U), "no field is made up");
    if (members.size() > longest_line / 2) return;  // long values are cut
    for (const auto& [key, value] : {std::pair{"message", &words.what}, {"one", &words.one}, {"two", &words.two}})
        demand(!is_plain(*value) || read->at(key) == *value, "JSON gives back what went in");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Script script(data, size);
    const auto word = [&script] { return std::string(script.text()); };
    const Words words{word(), word(), word(), word()};
    for (const auto format : {gateway::LogFormat::text, gateway::LogFormat::json}) {
        const std::string line =
            gateway::format_log_line(format, words.connection, words.what, {{"one", words.one}, {"two", words.two}});
        check_line(line);
        if (format == gateway::LogFormat::json) check_json(line, words);
    }
    return 0;
}

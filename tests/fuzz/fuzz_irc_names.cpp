// Names as IRC compares and checks them, and masks, against references that are slow and plain.

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/fold.hpp"
#include "chat_core/mask.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "irc/wire/source.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

constexpr std::size_t max_length = 64;

/// Text in characters as masks count them: a byte, with the continuation bytes that follow.
std::vector<std::string> characters(std::string_view text) {
    std::vector<std::string> out;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (continues && !out.empty()) {
            out.back() += c;
        } else {
            out.emplace_back(1, c);
        }
    }
    return out;
}

/// Wildcards by dynamic programming: row `i` says which beginnings of the text the first `i` parts of the mask match.
bool matches_slowly(std::string_view mask, std::string_view text, const chat::FoldTable& table) {
    const std::vector<std::string> wanted = characters(mask);
    const std::vector<std::string> given = characters(text);
    std::vector<std::vector<bool>> match(wanted.size() + 1, std::vector<bool>(given.size() + 1, false));
    match[0][0] = true;
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
        const std::string& part = wanted[i - 1];
        for (std::size_t j = 0; j <= given.size(); ++j) {
            if (part == "*") {
                match[i][j] = match[i - 1][j] || (j > 0 && match[i][j - 1]);
            } else if (j > 0) {
                const bool same = part == "?" || chat::folded(part, table) == chat::folded(given[j - 1], table);
                match[i][j] = same && match[i - 1][j - 1];
            }
        }
    }
    return match[wanted.size()][given.size()];
}

/// Bytes that continue no character are cut otherwise behind a wildcard: the reference is for well-formed text.
bool is_plain(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80U) return false;
    }
    return true;
}

void check_folding(std::string_view left, std::string_view right, const chat::FoldTable& table) {
    const std::string once = chat::folded(left, table);
    demand(chat::folded(once, table) == once, "folding twice changes nothing more");
    const bool equal = chat::equal_folded(left, right, table);
    demand(equal == (once == chat::folded(right, table)), "names are equal when they fold to the same");
    const chat::FoldHash hash{&table};
    demand(!equal || hash(left) == hash(right), "equal names have equal hashes");
    if (is_plain(left) && is_plain(right) && left.size() + right.size() < 512) {
        demand(chat::matches_mask(left, right, table) == matches_slowly(left, right, table),
               "a mask matches what the reference matches");
    }
    demand(chat::matches_mask("*", left, table), "a star matches all");
}

void check_validity(std::string_view name) {
    if (irc::is_valid_nick(name, max_length)) {
        demand(name.find_first_of(" ,:!@*?.#&$+%~\r\n") == std::string_view::npos, "a nick is one word and no mask");
        demand(!irc::is_channel_name(name) && std::isdigit(static_cast<unsigned char>(name[0])) == 0,
               "a nick is no channel and no number");
    }
    if (irc::is_valid_channel(name, max_length)) {
        demand(name.find_first_of(std::string_view(" ,\a\r\n\0", 6)) == std::string_view::npos,
               "a channel is one word");
        demand(!irc::is_valid_nick(name, max_length), "a channel is no nick");
    }
    const std::string user = irc::clean_username(name, 10);
    demand(!user.empty() && user.size() <= 10 && irc::clean_username(user, 10) == user, "a user part stays one");
    demand(!irc::is_valid_hostname(name) || name.find_first_of(" !@:") == std::string_view::npos, "a host is one word");
    const irc::Source source = irc::parse_source(name);
    const std::string written = irc::format_source(source);
    demand(irc::parse_source(written) == source, "a source reads back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Script script(data, size);
    const std::string_view left = script.text();
    const std::string_view right = script.text();
    for (const irc::Casemapping mapping : {irc::Casemapping::ascii, irc::Casemapping::rfc1459}) {
        check_folding(left, right, irc::fold_table(mapping));
    }
    check_validity(left);
    return 0;
}

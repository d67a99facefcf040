#include "irc/wire/casemap.hpp"

#include <cstddef>

namespace patchcord::irc {
namespace {

constexpr std::string_view ascii_name = "ascii";
constexpr std::string_view rfc1459_name = "rfc1459";

constexpr char& entry(chat::FoldTable& table, char byte) {
    return table[static_cast<unsigned char>(byte)];
}

constexpr chat::FoldTable make_ascii_table() {
    chat::FoldTable table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<char>(static_cast<unsigned char>(i));
    for (char upper = 'A'; upper <= 'Z'; ++upper) entry(table, upper) = static_cast<char>(upper - 'A' + 'a');
    return table;
}

constexpr chat::FoldTable make_rfc1459_table() {
    chat::FoldTable table = make_ascii_table();
    entry(table, '[') = '{';
    entry(table, ']') = '}';
    entry(table, '\\') = '|';
    entry(table, '~') = '^';
    return table;
}

constexpr chat::FoldTable ascii_table = make_ascii_table();
constexpr chat::FoldTable rfc1459_table = make_rfc1459_table();

}  // namespace

std::optional<Casemapping> parse_casemapping(std::string_view name) {
    if (name == ascii_name) return Casemapping::ascii;
    if (name == rfc1459_name) return Casemapping::rfc1459;
    return std::nullopt;
}

std::string_view format_casemapping(Casemapping mapping) {
    return mapping == Casemapping::rfc1459 ? rfc1459_name : ascii_name;
}

const chat::FoldTable& fold_table(Casemapping mapping) {
    return mapping == Casemapping::rfc1459 ? rfc1459_table : ascii_table;
}

}  // namespace patchcord::irc

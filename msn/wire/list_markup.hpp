#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::msn {

/// Somebody in the payload of ADL and RML, which tell a notification server of MSNP13 and later who is on which list.
struct ListMarkupEntry {
    std::string handle;
    unsigned lists = 0;    ///< bits of LST
    unsigned network = 1;  ///< 1: MSN itself
    std::string name = {};
    friend bool operator==(const ListMarkupEntry&, const ListMarkupEntry&) = default;
};

/// Entries that one payload may have; servers take no more in one command.
inline constexpr std::size_t max_markup_entries = 150;
/// Longest payload, in bytes, likewise.
inline constexpr std::size_t max_markup_bytes = 7500;

/// Reads `<ml><d n="example.com"><c n="bob" l="3" t="1" f="Bob"/></d></ml>`: what is malformed is left out, and so is
/// whatever follows the first 1000 entries.
[[nodiscard]] std::vector<ListMarkupEntry> parse_list_markup(std::string_view payload);

/// Payloads for all of them, each within the limits. `initial` marks the lists a client signs in with, which are told
/// even when there is nobody on them.
[[nodiscard]] std::vector<std::string> format_list_markup(std::vector<ListMarkupEntry> entries, bool initial);

}  // namespace patchcord::msn

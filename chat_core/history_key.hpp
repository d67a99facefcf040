#pragma once

#include <string>
#include <string_view>

namespace patchcord::chat {

// The key of a query in the history: the identities of its two parties, sorted, so that both have the same. An identity
// is an account, an address of another network, or a guest's nick with a mark before it; none holds a line break.

inline constexpr char party_separator = '\n';

[[nodiscard]] inline std::string query_key(std::string_view one, std::string_view other) {
    if (other < one) std::swap(one, other);
    return std::string(one) + party_separator + std::string(other);
}

/// The party of a query that is not `one`; empty when the key is no query of theirs.
[[nodiscard]] inline std::string other_party(std::string_view key, std::string_view one) {
    const std::size_t border = key.find(party_separator);
    if (border == std::string_view::npos) return {};
    const std::string_view first = key.substr(0, border);
    const std::string_view second = key.substr(border + 1);
    if (first == one) return std::string(second);
    return second == one ? std::string(first) : std::string();
}

}  // namespace patchcord::chat

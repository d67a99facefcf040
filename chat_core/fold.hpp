#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// What each byte counts as when names are compared. Which bytes are the same letter is a protocol's business (IRC:
/// CASEMAPPING), so whoever makes a container of names hands the table in.
using FoldTable = std::array<char, 256>;

/// `text` with every byte folded: the form names are stored under.
[[nodiscard]] std::string folded(std::string_view text, const FoldTable& table);

/// Are these the same name?
[[nodiscard]] bool equal_folded(std::string_view left, std::string_view right, const FoldTable& table);

/// Hash for containers keyed by names: equal names have equal hashes, and a look-up by string_view copies nothing.
/// `table` is not owned and outlives the container.
struct FoldHash {
    using is_transparent = void;
    const FoldTable* table;
    [[nodiscard]] std::size_t operator()(std::string_view text) const;
};

/// Equality that belongs to FoldHash.
struct FoldEqual {
    using is_transparent = void;
    const FoldTable* table;
    [[nodiscard]] bool operator()(std::string_view left, std::string_view right) const;
};

}  // namespace patchcord::chat

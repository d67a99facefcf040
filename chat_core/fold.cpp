#include "chat_core/fold.hpp"

#include <algorithm>
#include <cstdint>

namespace patchcord::chat {
namespace {

char fold(char byte, const FoldTable& table) {
    return table[static_cast<unsigned char>(byte)];
}

}  // namespace

std::string folded(std::string_view text, const FoldTable& table) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [&](char byte) { return fold(byte, table); });
    return out;
}

bool equal_folded(std::string_view left, std::string_view right, const FoldTable& table) {
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(),
                                                     [&](char a, char b) { return fold(a, table) == fold(b, table); });
}

std::size_t FoldHash::operator()(std::string_view text) const {
    std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a, 64 bits: offset basis, then prime
    for (const char byte : text) {
        hash ^= static_cast<unsigned char>(fold(byte, *table));
        hash *= 0x100000001B3ULL;
    }
    return static_cast<std::size_t>(hash);
}

bool FoldEqual::operator()(std::string_view left, std::string_view right) const {
    return equal_folded(left, right, *table);
}

}  // namespace patchcord::chat

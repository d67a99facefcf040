#include "gateway/control/tar_format.hpp"

#include <algorithm>

namespace patchcord::gateway {
namespace {

struct Field {
    std::size_t offset;
    std::size_t length;
};

constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field owner_field{108, 8};
constexpr Field group_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field time_field{136, 12};
constexpr Field sum_field{148, 8};
constexpr Field type_field{156, 1};
constexpr Field magic_field{257, 8};

void put(std::string& block, Field field, std::string_view text) {
    block.replace(field.offset, std::min(text.size(), field.length), text.substr(0, field.length));
}

std::string octal(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (std::size_t i = digits; i > 0; --i, value >>= 3U) text[i - 1] = static_cast<char>('0' + (value & 7U));
    return text;
}

/// Octal with a NUL behind it, or binary with the first bit set.
void put_number(std::string& block, Field field, std::uint64_t value) {
    const std::size_t digits = field.length - 1;
    if (value >> (3 * digits) == 0) return put(block, field, octal(value, digits));
    std::string bytes(field.length, '\0');
    for (std::size_t i = field.length; i > 0; --i, value >>= 8U) bytes[i - 1] = static_cast<char>(value & 0xFFU);
    bytes[0] = static_cast<char>(static_cast<unsigned char>(bytes[0]) | 0x80U);
    put(block, field, bytes);
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
    constexpr std::uint64_t private_mode = 0600;
    std::string block(tar_block, '\0');
    put(block, name_field, entry.name);
    put_number(block, mode_field, private_mode);
    put_number(block, owner_field, entry.owner);
    put_number(block, group_field, entry.group);
    put_number(block, size_field, entry.size);
    put_number(block, time_field, static_cast<std::uint64_t>(std::max<std::int64_t>(entry.modified, 0)));
    put(block, sum_field, "        ");  // counts as spaces in the sum
    put(block, type_field, "0");
    put(block, magic_field, std::string_view("ustar\00000", 8));
    std::uint64_t sum = 0;
    for (const char byte : block) sum += static_cast<unsigned char>(byte);
    put(block, sum_field, octal(sum, 6) + std::string("\0 ", 2));
    return block;
}

std::size_t tar_padding(std::uint64_t size) {
    return static_cast<std::size_t>((tar_block - size % tar_block) % tar_block);
}

std::string tar_end() {
    return std::string(2 * tar_block, '\0');
}

}  // namespace patchcord::gateway

#include "msn/wire/challenge.hpp"

#include <algorithm>
#include <cstddef>

namespace patchcord::msn {
namespace {

constexpr int first_with_mixing = 11;
constexpr std::uint64_t modulus = 0x7FFFFFFF;
constexpr std::uint64_t magic = 0x0E79A9C1;

using Digest = std::array<std::uint8_t, 16>;

// Ascending by the last dialect.
constexpr std::array<Product, 15> products = {{{"PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR", 10},
                                               {"msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5", 10},
                                               {"PROD0058#7IL2{QD", "QHDCY@7R1TB6W?5B", 10},
                                               {"PROD0061VRRZH@4F", "JXQ6J@TUOGYV@N0M", 10},
                                               {"PROD00504RLUG%WL", "I2EBK%PYNLZL5_J4", 10},
                                               {"PROD0076ENE8*@AW", "CEQJ8}OE0!WTSWII", 10},
                                               {"PROD0090YUAUV{2B", "YMM8C_H7KCQ2S_KL", 12},
                                               {"PROD0101{0RM?UBW", "CFHUR$52U_{VIX5T", 12},
                                               {"PROD0112J1LW7%NB", "RH96F{PHI8PPX_TJ", 14},
                                               {"PROD01065C%ZFN6F", "O4BG@C7BWLYQX?5G", 14},
                                               {"PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX", 21},
                                               {"PROD0113H11T8$X_", "RG@XY*28Q5QHS%Q5", 21},
                                               {"PROD0114ES4Z%Q5W", "PK}_A_0N_K%O?A9S", 21},
                                               {"PROD0118R6%2WYOS", "YIXPX@5I2P0UT*LK", 21},
                                               {"PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM", 21}}};

std::uint32_t read_le32(const std::uint8_t* bytes) {
    return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8U |
           static_cast<std::uint32_t>(bytes[2]) << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
}

std::string hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : digest) {
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

Digest md5_of(std::string_view first, std::string_view second, Md5 md5) {
    return md5(std::string(first) + std::string(second));
}

// All sums and products stay below 2^63.
Digest mixed(const Digest& digest, std::string text) {
    std::array<std::uint64_t, 4> factors{};
    for (std::size_t i = 0; i < factors.size(); ++i) factors[i] = read_le32(digest.data() + 4 * i) & modulus;
    text.append(8 - text.size() % 8, '0');
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < text.size(); i += 8) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data() + i);
        const std::uint64_t scaled = read_le32(bytes) * magic % modulus;
        const std::uint64_t step = ((scaled + high) * factors[0] + factors[1]) % modulus;
        high = ((read_le32(bytes + 4) + step) % modulus * factors[2] + factors[3]) % modulus;
        low = (low + high + step) % modulus;
    }
    high = (high + factors[1]) % modulus;
    low = (low + factors[3]) % modulus;

    Digest out = digest;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint64_t word = i / 4 % 2 == 0 ? high : low;
        out[i] ^= static_cast<std::uint8_t>(word >> 8 * (i % 4));
    }
    return out;
}

bool equal_in_constant_time(std::string_view expected, std::string_view given) {
    unsigned difference = expected.size() == given.size() ? 0 : 1;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const char c = i < given.size() ? given[i] : '\0';
        difference |= static_cast<unsigned char>(expected[i] ^ c);
    }
    return difference == 0;
}

}  // namespace

const Product* find_product(std::string_view id) {
    const auto* const found =
        std::find_if(products.begin(), products.end(), [&](const Product& p) { return p.id == id; });
    return found == products.end() ? nullptr : found;
}

const Product& product_for(int dialect) {
    const auto* const found =
        std::find_if(products.begin(), products.end(), [&](const Product& p) { return p.last_dialect >= dialect; });
    return found == products.end() ? products.back() : *found;
}

std::string answer_challenge(int dialect, std::string_view challenge, const Product& product, Md5 md5) {
    const Digest digest = md5_of(challenge, product.key, md5);
    if (dialect < first_with_mixing) return hex(digest);
    return hex(mixed(digest, std::string(challenge) + std::string(product.id)));
}

bool check_challenge(int dialect, std::string_view challenge, std::string_view product_id, std::string_view answer,
                     Md5 md5) {
    const Product* product = find_product(product_id);
    if (product == nullptr) return false;
    return equal_in_constant_time(answer_challenge(dialect, challenge, *product, md5), answer);
}

std::string answer_md5_login(std::string_view challenge, std::string_view password, Md5 md5) {
    return hex(md5_of(challenge, password, md5));
}

bool check_md5_login(std::string_view challenge, std::string_view password, std::string_view answer, Md5 md5) {
    return equal_in_constant_time(answer_md5_login(challenge, password, md5), answer);
}

}  // namespace patchcord::msn

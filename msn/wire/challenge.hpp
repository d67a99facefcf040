#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// MD5 of bytes (RFC 1321), handed in by whoever has a library for it.
using Md5 = std::array<std::uint8_t, 16> (*)(std::string_view);

/// A client's name for itself in QRY, and the key that goes with it: official clients had them built in.
struct Product {
    std::string_view id;
    std::string_view key;
    int last_dialect;  ///< the highest MSNP version it is used with
};

[[nodiscard]] const Product* find_product(std::string_view id);

/// The product to claim in `dialect`, the N of MSNPN.
[[nodiscard]] const Product& product_for(int dialect);

/// The answer to CHL (MSNP6 and later): 32 lower-case hex digits, sent as the payload of QRY.
///
/// Up to MSNP10 it is MD5 over challenge and key. From MSNP11 on that MD5 is mixed with challenge and product id; of
/// the two ways clients pad these, "at least one byte" is the one taken here (they differ only where both together are
/// a multiple of eight bytes long).
[[nodiscard]] std::string answer_challenge(int dialect, std::string_view challenge, const Product& product, Md5 md5);

/// Is `answer` what a client with this product id answers? No for an unknown product. Takes the same time for each
/// answer.
[[nodiscard]] bool check_challenge(int dialect, std::string_view challenge, std::string_view product_id,
                                   std::string_view answer, Md5 md5);

/// The answer in an MD5 login (`USR … MD5 S`, MSNP2 to 7): 32 lower-case hex digits of MD5 over challenge and password.
[[nodiscard]] std::string answer_md5_login(std::string_view challenge, std::string_view password, Md5 md5);

/// Is `answer` right? Takes the same time for each answer.
[[nodiscard]] bool check_md5_login(std::string_view challenge, std::string_view password, std::string_view answer,
                                   Md5 md5);

}  // namespace patchcord::msn

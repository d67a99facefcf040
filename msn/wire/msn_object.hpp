#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// What an object is (its Type); others are emoticons, backgrounds, winks.
inline constexpr std::uint32_t display_picture = 3;
/// The longest description that is read, in bytes: real ones have 200 to 600.
inline constexpr std::size_t max_object_bytes = 2048;

/// A picture or the like that a client would give to others (MSNP9 and later), as its presence describes it:
/// `<msnobj Creator="bob@example.com" Size="7" Type="3" Location="TFR1.dat" Friendly="AAA=" SHA1D="..." SHA1C="..."/>`.
/// Nothing in it is to be believed before the bytes are there.
struct MsnObject {
    std::uint32_t size = 0;  // bytes; never 0
    std::uint32_t type = 0;
    std::string digest;  // SHA-1 of the bytes, 20 bytes
    std::string text;    // all of it: by this the client is asked for the bytes
    friend bool operator==(const MsnObject&, const MsnObject&) = default;
};

/// Reads one out of CHG, NLN or ILN, where it is percent-encoded. Nothing when it is not exactly one element without
/// content, or lacks what an object has (Creator, Size, Type, SHA1D; newer clients leave SHA1C out and add some).
[[nodiscard]] std::optional<MsnObject> parse_msn_object(std::string_view param);

}  // namespace patchcord::msn

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// A nick that reads like the name somebody on MSN chose: in Latin letters, then ASCII ones (ICU's transliteration),
/// `_` between words. What no nick may hold ends a word, if it is ASCII; quotes and whatever has no Latin form, such as
/// emoji, are left out. Where nothing remains, or the name is the handle itself, the handle's local part serves, and
/// last "msn".
///
/// `length` is in bytes, at least 1. Takes a bounded time: the first 512 bytes of a name are looked at. The first name
/// of a script costs more, as ICU loads what it knows of it (Chinese: about 0.1 s, once).
[[nodiscard]] std::string nick_from_name(std::string_view friendly_name, std::string_view handle, std::size_t length);

}  // namespace patchcord::gateway

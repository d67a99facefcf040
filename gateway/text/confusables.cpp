#include "gateway/text/confusables.hpp"

#include <cstdint>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "chat_core/utf8.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t most_read = 512;  // bytes

icu::LocalUSpoofCheckerPointer make_checker() {
    UErrorCode status = U_ZERO_ERROR;
    icu::LocalUSpoofCheckerPointer checker(uspoof_open(&status));
    if (U_FAILURE(status)) checker.adoptInstead(nullptr);
    return checker;
}

}  // namespace

std::string skeleton(std::string_view text) {
    static const icu::LocalUSpoofCheckerPointer checker = make_checker();
    text = text.substr(0, chat::code_point_border(text, most_read));
    if (checker.isNull()) return std::string(text);
    const auto unicode = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString seen;
    uspoof_getSkeletonUnicodeString(checker.getAlias(), 0, unicode, seen, &status);
    if (U_FAILURE(status)) return std::string(text);
    std::string out;
    return seen.toUTF8String(out);
}

}  // namespace patchcord::gateway

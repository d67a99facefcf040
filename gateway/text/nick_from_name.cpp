#include "gateway/text/nick_from_name.hpp"

#include <algorithm>
#include <memory>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include "chat_core/fold.hpp"
#include "chat_core/utf8.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t most_read = 512;  // bytes
constexpr std::string_view last_resort = "msn";

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80U;
}

// NFKC makes plain letters of those that only differ in style (mathematical, in circles).
std::unique_ptr<icu::Transliterator> make_transliterator() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("NFKC; Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    if (U_FAILURE(status)) made.reset();
    return made;
}

/// In ASCII as far as possible.
std::string transliterated(std::string_view text) {
    text = text.substr(0, chat::code_point_border(text, most_read));
    if (std::all_of(text.begin(), text.end(), is_ascii)) return std::string(text);
    static const std::unique_ptr<icu::Transliterator> transliterator = make_transliterator();
    if (!transliterator) return std::string(text);
    auto unicode = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    transliterator->transliterate(unicode);
    std::string out;
    return unicode.toUTF8String(out);
}

bool may_begin(char c) {
    return irc::is_valid_nick({&c, 1}, 1);
}
bool may_hold(char c) {
    const char after_a_letter[] = {'a', c};
    return irc::is_valid_nick({after_a_letter, 2}, 2);
}
bool is_left_out(char c) {
    return !is_ascii(c) || c == '\'' || c == '"';
}

/// Empty when nothing of `text` can be in a nick.
std::string nick_from_text(std::string_view text, std::size_t length) {
    std::string nick;
    bool word_ended = false;
    for (const char c : transliterated(text)) {
        if (is_left_out(c)) continue;
        if (c == '_' || !may_hold(c)) {
            word_ended = true;
            continue;
        }
        if (nick.empty() ? !may_begin(c) : word_ended) nick += '_';
        word_ended = false;
        nick += c;
        if (nick.size() >= length) break;
    }
    nick.resize(std::min(nick.size(), length));
    while (nick.ends_with('_')) nick.pop_back();
    return nick;
}

}  // namespace

std::string nick_from_name(std::string_view friendly_name, std::string_view handle, std::size_t length) {
    const bool is_handle = chat::equal_folded(friendly_name, handle, irc::fold_table(irc::Casemapping::ascii));
    if (!is_handle) {
        if (std::string nick = nick_from_text(friendly_name, length); !nick.empty()) return nick;
    }
    std::string nick = nick_from_text(msn::split_handle(handle).local, length);
    return nick.empty() ? std::string(last_resort.substr(0, length)) : nick;
}

}  // namespace patchcord::gateway

#include "gateway/text/icu_graphemes.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/utext.h>

#include "chat_core/utf8.hpp"

namespace patchcord::gateway {

struct IcuGraphemes::Iterator {
    std::unique_ptr<icu::BreakIterator> breaks;
};

IcuGraphemes::IcuGraphemes() = default;
IcuGraphemes::~IcuGraphemes() = default;

std::size_t IcuGraphemes::boundary_before(std::string_view text, std::size_t limit) const {
    if (limit >= text.size()) return text.size();
    UErrorCode status = U_ZERO_ERROR;
    if (!iterator_) {
        iterator_ = std::make_unique<Iterator>();
        iterator_->breaks.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    }
    UText utext = UTEXT_INITIALIZER;
    utext_openUTF8(&utext, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (U_FAILURE(status) || !iterator_->breaks) return chat::CodePointBreaker().boundary_before(text, limit);
    iterator_->breaks->setText(&utext, status);
    // From inside a code point `preceding` would go past the boundary in front of it.
    const auto at = static_cast<std::int32_t>(chat::code_point_border(text, limit));
    const std::int32_t boundary = iterator_->breaks->isBoundary(at) ? at : iterator_->breaks->preceding(at);
    utext_close(&utext);
    return boundary < 0 ? 0 : static_cast<std::size_t>(boundary);
}

}  // namespace patchcord::gateway

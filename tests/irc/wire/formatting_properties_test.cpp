#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

#include "irc/wire/formatting.hpp"
#include "irc/wire/palette.hpp"

namespace patchcord::irc {
namespace {

using chat::Colour;
using chat::Style;
using chat::StyledText;

std::string generated_text(const std::string& alphabet) {
    return *rc::gen::resize(10, rc::gen::container<std::string>(rc::gen::elementOf(alphabet)));
}

std::optional<Colour> generated_colour() {
    return *rc::gen::oneOf(rc::gen::just(std::optional<Colour>()),
                           rc::gen::map(rc::gen::inRange<std::size_t>(0, 99),
                                        [](std::size_t i) { return std::optional<Colour>(palette()[i]); }));
}

Style generated_style() {
    Style style;
    for (bool Style::*flag :
         {&Style::bold, &Style::italic, &Style::underline, &Style::strike, &Style::monospace, &Style::reverse}) {
        style.*flag = *rc::gen::arbitrary<bool>();
    }
    style.colour = generated_colour();
    style.background = generated_colour();
    return style;
}

StyledText generated_styled_text() {
    StyledText out;
    const int pieces = *rc::gen::inRange(0, 6);
    for (int i = 0; i < pieces; ++i) out.append(generated_text("0159,af x\n"), generated_style());
    return out;
}

// The same to a reader: line feeds have no looks.
bool looks_alike(const StyledText& left, const StyledText& right) {
    if (left.text() != right.text()) return false;
    for (std::size_t i = 0; i < left.text().size(); ++i) {
        if (left.text()[i] != '\n' && left.style_at(i) != right.style_at(i)) return false;
    }
    return true;
}

RC_GTEST_PROP(FormattingPropertiesTest, WhatIsWrittenReadsBackTheSame, ()) {
    const StyledText text = generated_styled_text();
    RC_ASSERT(looks_alike(parse_formatting(format_formatting(text, ColourForm::palette)), text));
    RC_ASSERT(looks_alike(parse_formatting(format_formatting(text, ColourForm::hex)), text));
    RC_ASSERT(strip_formatting(format_formatting(text, ColourForm::none)) == text.text());
}

RC_GTEST_PROP(FormattingPropertiesTest, StateCodesBringAnyTextIntoTheStyle, ()) {
    const Style style = generated_style();
    const std::string text = generated_text("0159,af x") + "x";
    for (const ColourForm form : {ColourForm::palette, ColourForm::hex}) {
        const StyledText read = parse_formatting(formatting_state_codes(style, form) + text);
        RC_ASSERT(read.text() == text);
        RC_ASSERT(read.uniform_style() == style);
    }
}

RC_GTEST_PROP(FormattingPropertiesTest, AnyBytesAreReadWithoutControlsAndWithoutChangeWhenThereAreNone, ()) {
    const std::string text = generated_text("\x01\x02\x03\x04\x0F\x11\x16\x1B\x1D\x1E\x1F[0159,afm x\n\t\r\xC3");
    const StyledText read = parse_formatting(text);
    RC_ASSERT(read.text() == strip_formatting(text));
    for (const char c : read.text()) RC_ASSERT(c == '\n' || static_cast<unsigned char>(c) >= 0x20U);
    RC_ASSERT(has_formatting(text) || read.text() == text);
    RC_ASSERT(!has_formatting(read.text()));
}

RC_GTEST_PROP(FormattingPropertiesTest, AnyStyledTextIsWrittenWithoutForeignControls, ()) {
    StyledText text;
    text.append(generated_text("\x01\x03\x04\x0F\x1B\r\t5,a"), generated_style());
    text.append(generated_text("\x01\x03\x04\x0F\x1B\r\t5,a"), generated_style());
    const std::string written = format_formatting(text, ColourForm::palette);
    RC_ASSERT(written.find_first_of(std::string_view("\x01\x04\x1B\r\t")) == std::string::npos);
}

RC_GTEST_PROP(FormattingPropertiesTest, SplittingAtAnyPlaceOutsideACodeAndOpeningAgainChangesNoLooks, ()) {
    const std::string text = format_formatting(generated_styled_text(), ColourForm::palette);
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    for (std::size_t i = 0; i < cut; ++i) RC_PRE(i + colour_code_length(std::string_view(text).substr(i)) <= cut);
    const std::string head = text.substr(0, cut);
    const std::string tail = formatting_state_codes(style_after(head, {}), ColourForm::palette) + text.substr(cut);
    StyledText joined = parse_formatting(head);
    const StyledText rest = parse_formatting(tail);
    for (std::size_t i = 0; i < rest.text().size(); ++i) joined.append(rest.text().substr(i, 1), rest.style_at(i));
    RC_ASSERT(looks_alike(joined, parse_formatting(text)));
}

}  // namespace
}  // namespace patchcord::irc

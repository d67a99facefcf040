#include "msn/wire/text_message.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"

namespace patchcord::msn {
namespace {

using chat::Style;
using chat::StyledText;

StyledText read(const std::string& payload) {
    const auto message = parse_mime(payload);
    EXPECT_TRUE(message.has_value());
    return parse_text(message.value_or(MimeMessage()));
}

std::string body_of(const std::string& payload) {
    const auto message = parse_mime(payload);
    return message ? std::string(message->body) : "?";
}

std::vector<std::string> bodies(const std::string& text, const TextOptions& options = {}) {
    std::vector<std::string> out;
    for (const std::string& payload : format_text(StyledText(text), options)) out.push_back(body_of(payload));
    return out;
}

Style red_bold() {
    Style style;
    style.bold = true;
    style.colour = chat::Colour{255, 0, 0};
    return style;
}

TEST(TextMessageTest, TheFormatCoversTheWholeText) {
    const StyledText text = read(
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "X-MMS-IM-Format: FN=Segoe%20UI; EF=B; CO=ff; CS=0; PF=22\r\n\r\nHello,\r\nworld");
    EXPECT_EQ(text.text(), "Hello,\nworld");
    EXPECT_EQ(text.uniform_style(), red_bold());
}

TEST(TextMessageTest, WithoutAFormatTheTextIsPlain) {
    EXPECT_EQ(read("Content-Type: text/plain\r\n\r\nhi"), StyledText("hi"));
}

TEST(TextMessageTest, TheCharsetOfTheHeaderIsUsed) {
    EXPECT_EQ(read("Content-Type: text/plain; charset=windows-1252\r\n\r\n\x93\xE9").text(), "\xE2\x80\x9C\xC3\xA9");
    EXPECT_EQ(read("Content-Type: text/plain; charset=UTF-8\r\n\r\n\xE9").text(), "\xEF\xBF\xBD");
    EXPECT_EQ(read("Content-Type: text/plain\r\n\r\n\xE9").text(), "\xC3\xA9");
}

TEST(TextMessageTest, LineEndsAndControlsAreCleaned) {
    EXPECT_EQ(read(std::string("\r\na\r\nb\rc\nd\0\x01"
                               "e\tf",
                               15))
                  .text(),
              "a\nb\nc\nde\tf");
}

TEST(TextMessageTest, APayloadIsWhatOfficialClientsSend) {
    StyledText text;
    text.append("Hello,\nworld", red_bold());
    EXPECT_EQ(format_text(text),
              std::vector<std::string>{"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
                                       "X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=B; CO=ff; CS=0; PF=0\r\n\r\n"
                                       "Hello,\r\nworld"});
}

TEST(TextMessageTest, AStyleThatChangesOnTheWayIsDropped) {
    StyledText text;
    text.append("a", red_bold());
    text.append("b", {});
    EXPECT_EQ(read(format_text(text).front()), StyledText("ab"));
}

TEST(TextMessageTest, NoTextIsNoMessage) {
    EXPECT_TRUE(format_text(StyledText()).empty());
    EXPECT_TRUE(format_text(StyledText("\x01")).empty());
}

TEST(TextMessageTest, TheNameIsOneLineAndBounded) {
    const auto context = [](std::string_view name) {
        const auto payloads = format_text(StyledText("x"), {name});
        const auto message = parse_mime(payloads.front());
        return std::string(find_header(*message, "P4-Context").value_or("none"));
    };
    EXPECT_EQ(context(""), "none");
    EXPECT_EQ(context("ana"), "ana");
    EXPECT_EQ(context("mal\r\n\r\nhi"), "mal    hi");
    const std::string colons(2000, ':');
    EXPECT_EQ(context(colons).size(), 3 * max_context_name_bytes);
    EXPECT_LE(format_text(StyledText(std::string(5000, 'x')), {colons}).front().size(), max_message_payload);
}

TEST(TextMessageTest, TextThatJustFitsIsOnePayloadAndOneByteMoreIsTwo) {
    const std::size_t overhead = format_text(StyledText("x")).front().size() - 1;
    const std::string text(max_message_payload - overhead, 'x');
    const auto one = format_text(StyledText(text));
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one.front().size(), max_message_payload);
    EXPECT_EQ(format_text(StyledText(text + "x")).size(), 2U);
    EXPECT_EQ(format_text(StyledText("\n" + text.substr(1))).size(), 2U) << "a line feed takes two bytes";
}

TEST(TextMessageTest, LongTextIsCutBehindALineElseBehindASpace) {
    const std::string words = std::string(900, 'a') + " " + std::string(900, 'b');
    EXPECT_EQ(bodies(words), (std::vector<std::string>{std::string(900, 'a') + " ", std::string(900, 'b')}));
    const std::string lines = std::string(900, 'a') + "\n" + std::string(400, 'b') + " " + std::string(900, 'c');
    EXPECT_EQ(bodies(lines),
              (std::vector<std::string>{std::string(900, 'a'), std::string(400, 'b') + " " + std::string(900, 'c')}));
}

TEST(TextMessageTest, ALineThatFillsThePayloadLeavesNoEmptyLineBehind) {
    const std::size_t overhead = format_text(StyledText("x")).front().size() - 1;
    const std::string full(max_message_payload - overhead, 'x');
    EXPECT_EQ(bodies(full + "\nnext"), (std::vector<std::string>{full, "next"}));
}

TEST(TextMessageTest, NoCodePointIsCut) {
    std::string smiles;
    for (int i = 0; i < 1000; ++i) smiles += "\xF0\x9F\x98\x80";
    std::string joined;
    for (const std::string& body : bodies("a" + smiles)) {
        EXPECT_TRUE(chat::is_valid_utf8(body));
        joined += body;
    }
    EXPECT_EQ(joined, "a" + smiles);
}

TEST(TextMessageTest, ATinyLimitCountsAsTheLeastOne) {
    for (const std::string& payload : format_text(StyledText(std::string(5000, 'x')), {"ana", 1})) {
        EXPECT_LE(payload.size(), least_text_payload);
    }
}

TEST(TextMessageTest, AnActionIsWhatStandsBehindSlashMe) {
    EXPECT_EQ(action_in("/me waves"), "waves");
    for (const std::string_view text : {"/me", "/me ", "/mean it", " /me waves", "/ME waves", ""}) {
        EXPECT_EQ(action_in(text), std::nullopt) << text;
    }
}

// Texts of words, spaces, line feeds and long code points.
std::string generated_text() {
    const auto words = *rc::gen::resize(
        200, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                 "a", " ", "\n", "\n\n", "\xF0\x9F\x98\x80", "\xC3\xA9", std::string(70, 'w'), std::string(300, 'v'))));
    std::string text;
    for (const std::string& word : words) text += word;
    return text;
}

RC_GTEST_PROP(TextMessagePropertiesTest, PayloadsFitAndLoseNothingButLineEnds, ()) {
    const std::string text = generated_text();
    std::string joined;
    for (const std::string& payload : format_text(StyledText(text), {"ana", 1100})) {
        RC_ASSERT(payload.size() <= 1100U);
        const std::string piece = read(payload).text();
        RC_ASSERT(chat::is_valid_utf8(piece));
        joined += piece;
    }
    std::string expected = text;
    std::erase(expected, '\n');
    std::erase(joined, '\n');
    RC_ASSERT(joined == expected);
}

RC_GTEST_PROP(TextMessagePropertiesTest, AWholeTextReadsBackTheSame, ()) {
    StyledText text;
    text.append(generated_text() + "x", red_bold());
    RC_ASSERT(read(format_whole_text(text)) == text);
}

RC_GTEST_PROP(TextMessagePropertiesTest, AnyBytesAreReadAsCleanText, (const std::string& bytes)) {
    const StyledText text = read("Content-Type: text/plain; charset=" + bytes + "\r\n\r\n" + bytes);
    RC_ASSERT(chat::is_valid_utf8(text.text()));
    RC_ASSERT(clean_text(text.text()) == text.text());
    for (const std::string& payload : format_text(StyledText(bytes), {bytes})) {
        RC_ASSERT(payload.size() <= max_message_payload);
        RC_ASSERT(parse_mime(payload)->headers.size() <= 4U);
    }
}

}  // namespace
}  // namespace patchcord::msn

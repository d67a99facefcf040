#include "msn/wire/presence_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"

namespace patchcord::msn {
namespace {

using chat::Availability;

Status away_as(const std::string& text) {
    return status_of({Availability::away, text});
}

TEST(PresenceCodecTest, EveryCodeReadsBack) {
    std::set<std::string_view> words;
    for (const std::string_view code : {"NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "FLN"}) {
        const auto status = parse_status(code);
        ASSERT_TRUE(status) << code;
        EXPECT_EQ(format_status(*status), code);
        EXPECT_TRUE(words.insert(describe(*status)).second) << code;
    }
    EXPECT_EQ(parse_status("BSY"), Status::busy);
    EXPECT_EQ(parse_status("FLN"), Status::offline);
    EXPECT_EQ(describe(Status::out_to_lunch), "Out to lunch");
}

TEST(PresenceCodecTest, UnknownCodesAreNone) {
    for (const std::string_view code : {"", "nln", "NL", "NLNN", "XXX"}) EXPECT_EQ(parse_status(code), std::nullopt);
}

TEST(PresenceCodecTest, AvailabilityCrossesBothWaysAndHiddenIsNone) {
    for (const auto availability :
         {Availability::available, Availability::busy, Availability::idle, Availability::be_right_back,
          Availability::away, Availability::on_the_phone, Availability::out_to_lunch}) {
        EXPECT_EQ(availability_of(status_of({availability, ""})), availability);
    }
    EXPECT_EQ(availability_of(Status::hidden), std::nullopt);
    EXPECT_EQ(availability_of(Status::offline), std::nullopt);
}

TEST(PresenceCodecTest, WordsAtTheStartOfAnAwayTextChooseTheStatus) {
    EXPECT_EQ(away_as("lunch"), Status::out_to_lunch);
    EXPECT_EQ(away_as("Lunch, back at 2"), Status::out_to_lunch);
    EXPECT_EQ(away_as("out to lunch"), Status::out_to_lunch);
    EXPECT_EQ(away_as(" PHONE!"), Status::on_the_phone);
    EXPECT_EQ(away_as("On the phone"), Status::on_the_phone);
    EXPECT_EQ(away_as("brb"), Status::be_right_back);
    EXPECT_EQ(away_as("busy writing"), Status::busy);
}

TEST(PresenceCodecTest, OtherAwayTextsAreAway) {
    for (const std::string text : {"", "gone", "lunchtime", "phone2", "busy\xC3\xA9", "no lunch", "b"}) {
        EXPECT_EQ(away_as(text), Status::away) << text;
    }
}

TEST(PresenceCodecTest, AStatusThatIsKnownIsNotGuessedFromItsText) {
    EXPECT_EQ(status_of({Availability::busy, "lunch"}), Status::busy);
    EXPECT_EQ(status_of({Availability::available, "lunch"}), Status::online);
}

TEST(PersonalMessageTest, BothElementsAreReadAndTheirEntitiesResolved) {
    const PersonalMessage message = parse_personal_message(
        "<Data><PSM>hi &amp; bye</PSM><CurrentMedia>WMP\\0Music\\01\\0{0} - {1}\\0a\\0b\\0</CurrentMedia></Data>");
    EXPECT_EQ(message.text, "hi & bye");
    EXPECT_EQ(message.media, "WMP\\0Music\\01\\0{0} - {1}\\0a\\0b\\0");
}

TEST(PersonalMessageTest, WhatIsMissingOrEmptyIsEmpty) {
    for (const std::string_view payload :
         {"", "<Data></Data>", "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>", "<Data><PSM/></Data>",
          "<PSMX>a</PSMX>", "<PSM", "PSM>a</PSM>", "<!DOCTYPE x [<!ENTITY y \"z\">]>"}) {
        EXPECT_EQ(parse_personal_message(payload), PersonalMessage()) << payload;
    }
}

TEST(PersonalMessageTest, OtherElementsAndAttributesArePassedOver) {
    EXPECT_EQ(
        parse_personal_message("<Data><PSMX>a</PSMX><PSM x='1' >b</PSM><MachineGuid>{1}</MachineGuid></Data>").text,
        "b");
}

TEST(PersonalMessageTest, CharactersByNumberAreResolvedOnceAndUnknownEntitiesStay) {
    const auto text = [](const std::string& escaped) {
        return parse_personal_message("<PSM>" + escaped + "</PSM>").text;
    };
    EXPECT_EQ(text("&#65;&#x42;&lt;&gt;&quot;&apos;"), "AB<>\"'");
    EXPECT_EQ(text("&amp;lt;"), "&lt;");
    EXPECT_EQ(text("&y; & &amp &; &#; &#x; &#xZZ; &averyverylongname;"),
              "&y; & &amp &; &#; &#x; &#xZZ; &averyverylongname;");
    EXPECT_EQ(text("&#x110000;&#xD800;"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(PersonalMessageTest, NoLineEndComesOutOfAnEntity) {
    EXPECT_EQ(parse_personal_message("<PSM>a&#13;&#10;QUIT&#0;\r\nb</PSM>").text, "a QUIT b");
}

TEST(PersonalMessageTest, WhatIsWrittenIsEscaped) {
    EXPECT_EQ(
        format_personal_message({"</PSM><a b='\"'>&", "x\r\ny"}),
        "<Data><PSM>&lt;/PSM&gt;&lt;a b=&apos;&quot;&apos;&gt;&amp;</PSM><CurrentMedia>x y</CurrentMedia></Data>");
    EXPECT_EQ(format_personal_message({}).size(), 53U);
}

TEST(PersonalMessageTest, LongWordsAreCutBetweenCodePoints) {
    std::string longest;
    for (int i = 0; i < 1000; ++i) longest += "\xE2\x82\xAC";
    const PersonalMessage message = parse_personal_message("<PSM>" + longest + "</PSM>");
    EXPECT_EQ(message.text, longest.substr(0, 1023));
}

RC_GTEST_PROP(PersonalMessageTest, WhatIsWrittenReadsBackTheSame, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab<>&;#x'\"/")));
    const PersonalMessage message{text, "PSM" + text};
    RC_ASSERT(parse_personal_message(format_personal_message(message)) == message);
}

RC_GTEST_PROP(PersonalMessageTest, AnyBytesAreReadAsOneLineOfText, (const std::string& bytes)) {
    for (const std::string& payload : {bytes, "<PSM>" + bytes, "<PSM>&#" + bytes + ";</PSM>"}) {
        const std::string text = parse_personal_message(payload).text;
        RC_ASSERT(chat::is_valid_utf8(text));
        RC_ASSERT(text.size() <= max_personal_message_bytes);
        for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20U);
    }
}

}  // namespace
}  // namespace patchcord::msn

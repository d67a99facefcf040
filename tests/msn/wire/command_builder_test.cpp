#include "msn/wire/command_builder.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/command.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find("\r\n"));
}

TEST(CommandBuilderTest, PutsTheParametersInOrder) {
    std::string out;
    CommandBuilder(out)
        .verb("ILN")
        .param(6U)
        .param("NLN")
        .param("ana@example.com")
        .name("Ana A", "x")
        .param(0)
        .finish();
    EXPECT_EQ(out, "ILN 6 NLN ana@example.com Ana%20A 0\r\n");
}

TEST(CommandBuilderTest, AppendsToWhatIsThereAlready) {
    std::string out = "QNG\r\n";
    CommandBuilder(out).verb("PNG").finish();
    EXPECT_EQ(out, "QNG\r\nPNG\r\n");
}

TEST(CommandBuilderTest, APayloadFollowsItsLength) {
    std::string out;
    CommandBuilder(out).verb("MSG").param("ana@example.com").name("Ana", "x").payload("a\r\nb");
    EXPECT_EQ(out, "MSG ana@example.com Ana 4\r\na\r\nb");
    out.clear();
    CommandBuilder(out).verb("UBX").param("ana@example.com").payload("");
    EXPECT_EQ(out, "UBX ana@example.com 0\r\n");
}

TEST(CommandBuilderTest, AnErrorIsItsThreeDigits) {
    std::string out;
    CommandBuilder(out).verb(ErrorCode::not_online).param("007").finish();
    EXPECT_EQ(out, "217 007\r\n");
    out.clear();
    CommandBuilder(out).verb(static_cast<ErrorCode>(7)).param(1).finish();
    EXPECT_EQ(out, "007 1\r\n");
}

TEST(CommandBuilderTest, SpacesAndControlsInAParameterAreEncoded) {
    std::string out;
    CommandBuilder(out).verb("X Y").param("a\r\nOUT").param(std::string_view("b\0\tc d\x7F", 7)).finish();
    EXPECT_EQ(out, "X%20Y a%0D%0AOUT b%00%09c%20d%7F\r\n");
}

TEST(CommandBuilderTest, AParameterInWireFormIsNotEncodedAgain) {
    std::string out;
    CommandBuilder(out).verb("REA").param("Ana%20A").param("\xC3\xA9").finish();
    EXPECT_EQ(out, "REA Ana%20A \xC3\xA9\r\n");
}

TEST(CommandBuilderTest, AnEncodedValueIsEncodedInFull) {
    std::string out;
    CommandBuilder(out).verb("PRP").param(5).param("PHM").encoded("555 100%").finish();
    EXPECT_EQ(out, "PRP 5 PHM 555%20100%25\r\n");
}

TEST(CommandBuilderTest, AnEmptyParameterIsLeftOut) {
    std::string out;
    CommandBuilder(out).verb("PRP").param(5).param("PHM").param("").encoded("").finish();
    EXPECT_EQ(out, "PRP 5 PHM\r\n");
}

TEST(CommandBuilderTest, ANameOfWhichNothingIsLeftBecomesTheFallback) {
    std::string out;
    CommandBuilder(out).verb("JOI").param("ana@example.com").name("\r\n", "ana@example.com").finish();
    EXPECT_EQ(out, "JOI ana@example.com ana@example.com\r\n");
}

TEST(CommandBuilderTest, ALongNameIsCut) {
    std::string out;
    CommandBuilder(out).verb("JOI").name(std::string(1000, 'a'), "x").finish();
    EXPECT_EQ(out.size(), 4 + max_encoded_name_bytes + 2);
}

TEST(CommandBuilderTest, ParametersBeyondTheLimitAreLeftOutAndThePayloadStaysRight) {
    std::string out;
    CommandBuilder line(out);
    line.verb("MSG").param("a").param(std::string(max_built_line_bytes, 'x')).param("b");
    line.payload("hi");
    EXPECT_EQ(out, "MSG a 2\r\nhi") << "nor what comes behind it";
}

TEST(CommandBuilderTest, ALineOfTheGreatestLengthIsWhole) {
    std::string out = std::string(300, 'p') + "\r\n";
    const std::string longest(max_built_line_bytes - 23 - 4, 'x');
    CommandBuilder(out).verb("USR").param(longest).finish();
    EXPECT_TRUE(out.ends_with("USR " + longest + "\r\n"));
    out.clear();
    CommandBuilder(out).verb("USR").param(longest + "x").finish();
    EXPECT_EQ(out, "USR\r\n");
}

rc::Gen<std::string> hostile_text() {
    const auto byte =
        rc::gen::oneOf(rc::gen::element('\r', '\n', '\0', ' ', '\t', '%', '\xC3', 'a'), rc::gen::arbitrary<char>());
    return rc::gen::container<std::string>(byte);
}

RC_GTEST_PROP(CommandBuilderTest, WhateverIsGivenOneLineWithAsManyParametersComesOut, ()) {
    const auto words =
        *rc::gen::resize(20, rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(hostile_text())));
    const auto name = *hostile_text();
    const auto bytes = *hostile_text();
    std::string out;
    CommandBuilder line(out);
    line.verb("MSG");
    for (const std::string& word : words) line.param(word);
    line.name(name, "fallback").encoded("v" + name).payload(bytes);
    const std::string_view text = first_line(out);
    RC_ASSERT(out == std::string(text) + "\r\n" + bytes);
    const auto command = parse_command(text);
    RC_ASSERT(command.has_value());
    RC_ASSERT(command->params().size() == words.size() + 3);
    RC_ASSERT(parse_name(command->param(words.size())) != "");
    RC_ASSERT(percent_decode(command->param(words.size() + 1)) == "v" + name);
    RC_ASSERT(command->param(words.size() + 2) == std::to_string(bytes.size()));
    for (const std::string_view param : command->params()) RC_ASSERT(param.find('\t') == std::string_view::npos);
}

RC_GTEST_PROP(CommandBuilderTest, NoLineIsLongerThanTheLimit, ()) {
    std::string out;
    CommandBuilder line(out);
    line.verb("MSG");
    const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 6000));
    for (const std::size_t size : sizes) line.param(std::string(size, *rc::gen::element('a', ' ')));
    line.payload("x");
    RC_ASSERT(first_line(out).size() + 2 <= max_built_line_bytes);
}

}  // namespace
}  // namespace patchcord::msn

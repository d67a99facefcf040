#include "msn/wire/command.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::msn {
namespace {

using Params = std::vector<std::string>;

Params params_of(std::string_view line) {
    const auto command = parse_command(line);
    if (!command) return {"<none>"};
    return {command->params().begin(), command->params().end()};
}

std::string trid_of(std::string_view line) {
    const auto command = parse_command(line);
    return command ? std::string(command->trid().value_or("<none>")) : "<no command>";
}

TEST(CommandTest, ALineIsAVerbAndItsParameters) {
    const auto command = parse_command("NLN BSY ana@example.com Ana%20A 0");
    ASSERT_TRUE(command);
    EXPECT_EQ(command->verb, "NLN");
    EXPECT_EQ(command->param(0), "BSY");
    EXPECT_EQ(command->param(2), "Ana%20A") << "still encoded";
    EXPECT_EQ(command->params().size(), 4U);
    EXPECT_EQ(command->payload, "");
}

TEST(CommandTest, AParameterThatIsNotThereReadsAsEmpty) {
    const auto command = parse_command("PNG");
    ASSERT_TRUE(command);
    EXPECT_TRUE(command->params().empty());
    EXPECT_EQ(command->param(0), "");
    EXPECT_EQ(command->param(max_params + 10), "");
}

TEST(CommandTest, OnlyRunsOfSpacesSeparate) {
    EXPECT_EQ(params_of("ADD   1  FL ana@example.com  "), (Params{"1", "FL", "ana@example.com"}));
    EXPECT_EQ(params_of("REA 1 a\tb \xC2\xA0"), (Params{"1", "a\tb", "\xC2\xA0"}));
}

TEST(CommandTest, AColonMeansNothing) {
    EXPECT_EQ(params_of("XFR 1 SB :x 192.0.2.1:1863"), (Params{"1", "SB", ":x", "192.0.2.1:1863"}));
}

TEST(CommandTest, AVerbIsThreeCapitalsOrThreeDigits) {
    EXPECT_TRUE(parse_command("ZZZ"));
    EXPECT_TRUE(parse_command("911 4"));
    for (const char* line : {"", " ", " VER 1", "ver 1", "Ver 1", "VE 1", "VERS 1", "V3R 1", "91 4", "9111 4", "V\xC3R",
                             "NICK ana", "POST / HTTP/1.1"}) {
        EXPECT_FALSE(parse_command(line)) << line;
    }
}

TEST(CommandTest, ALineWithCrLfOrNulIsNone) {
    EXPECT_FALSE(parse_command("VER 1 MSNP8\rOUT"));
    EXPECT_FALSE(parse_command("VER 1 MSNP8\nOUT"));
    EXPECT_FALSE(parse_command("VER 1 MSNP8\r"));
    EXPECT_FALSE(parse_command(std::string_view("VER 1 MSN\0P8", 12)));
}

TEST(CommandTest, AsManyParametersAsAllowedPassAndOneMoreDoesNot) {
    std::string line = "VER";
    for (std::size_t i = 0; i < max_params; ++i) line += " MSNP8";
    ASSERT_TRUE(parse_command(line));
    EXPECT_EQ(parse_command(line)->params().size(), max_params);
    EXPECT_TRUE(parse_command(line + "  "));
    EXPECT_FALSE(parse_command(line + " CVR0"));
}

TEST(CommandTest, ATrIdIsADecimalNumberBelowTwoToThe32AndKeepsItsText) {
    EXPECT_EQ(trid_of("CHG 7 NLN"), "7");
    EXPECT_EQ(trid_of("CHG 007 NLN"), "007");
    EXPECT_EQ(trid_of("CHG 0"), "0");
    EXPECT_EQ(trid_of("CHG 4294967295"), "4294967295");
    for (const char* line :
         {"CHG", "CHG 4294967296", "CHG 99999999999999999999", "CHG -1", "CHG +1", "CHG 1x", "CHG 0x1", "CHG NLN"}) {
        EXPECT_EQ(trid_of(line), "<none>") << line;
    }
}

TEST(CommandTest, ACommandWithItsPayloadIsPutTogetherAgain) {
    auto command = parse_command("MSG 4 N 5");
    ASSERT_TRUE(command);
    command->payload = "a\r\nb ";
    EXPECT_EQ(format_command(*command), "MSG 4 N 5\r\na\r\nb ");
    EXPECT_EQ(format_command(*parse_command("UUX 8  0 ")), "UUX 8 0\r\n");
    EXPECT_EQ(format_command(*parse_command("PNG")), "PNG\r\n");
}

RC_GTEST_PROP(CommandTest, ParsingIsTotalAndEveryPartLiesInTheLine, ()) {
    const auto rest = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::element(' ', 'A', '1', '\t', '\r', '\0'), rc::gen::arbitrary<char>()));
    const std::string line = *rc::gen::element<std::string>("", "MSG", "MSG ", "217 ") + rest;
    const auto command = parse_command(line);
    if (!command) return;
    const auto inside = [&](std::string_view part) {
        return part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size();
    };
    RC_ASSERT(command->verb.size() == 3U && inside(command->verb));
    RC_ASSERT(command->params().size() <= max_params);
    for (const std::string_view param : command->params()) {
        RC_ASSERT(!param.empty() && inside(param));
        RC_ASSERT(param.find_first_of(std::string_view(" \r\n\0", 4)) == std::string_view::npos);
    }
}

}  // namespace
}  // namespace patchcord::msn

#include "irc/wire/message.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

using Params = std::vector<std::string>;

Params params_of(std::string_view line) {
    const auto message = parse_message(line);
    if (!message) return {"<none>"};
    return {message->params().begin(), message->params().end()};
}

TEST(MessageParserTest, TakesALineWithEveryPartApart) {
    const auto message = parse_message("@a=1;b :ana!a@host PRIVMSG #x :hello there");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->tags, "a=1;b");
    EXPECT_EQ(message->source, "ana!a@host");
    EXPECT_EQ(message->command, "PRIVMSG");
    EXPECT_EQ(message->param(0), "#x");
    EXPECT_EQ(message->param(1), "hello there");
    EXPECT_EQ(message->params().size(), 2U);
}

TEST(MessageParserTest, AParameterThatIsNotThereReadsAsEmpty) {
    const auto message = parse_message("PING");
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->params().empty());
    EXPECT_EQ(message->param(0), "");
    EXPECT_EQ(message->param(max_params + 10), "");
}

TEST(MessageParserTest, TheColonOfTheLastParameterIsNotPartOfIt) {
    EXPECT_EQ(params_of("PRIVMSG #a hi"), params_of("PRIVMSG #a :hi"));
    EXPECT_EQ(params_of("PRIVMSG #x ::)"), (Params{"#x", ":)"}));
    EXPECT_EQ(params_of("PRIVMSG #x :"), (Params{"#x", ""}));
    EXPECT_EQ(params_of("PRIVMSG #x a:b"), (Params{"#x", "a:b"}));
}

TEST(MessageParserTest, RunsOfSpacesSeparateOnceAndStayInsideTheLastParameter) {
    EXPECT_EQ(params_of("foo   bar  baz  "), (Params{"bar", "baz"}));
    EXPECT_EQ(params_of("foo  bar  :  baz  "), (Params{"bar", "  baz  "}));
    EXPECT_EQ(params_of("  foo bar"), (Params{"bar"}));
    const auto message = parse_message("@a   :s   foo");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->tags, "a");
    EXPECT_EQ(message->source, "s");
    EXPECT_EQ(message->command, "foo");
}

TEST(MessageParserTest, TheFifteenthParameterIsTheRestOfTheLine) {
    const Params many = params_of("C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16  17 ");
    ASSERT_EQ(many.size(), max_params);
    EXPECT_EQ(many[13], "14");
    EXPECT_EQ(many[14], "15 16  17");
    EXPECT_EQ(params_of("C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 :15 16")[14], "15 16");
}

TEST(MessageParserTest, ALineWithoutACommandIsNone) {
    for (const char* line : {"", " ", "@a", "@a ", ":src", ":", "@ ", "@a :src", "@;;;= :", ": "}) {
        EXPECT_FALSE(parse_message(line)) << line;
    }
}

TEST(MessageParserTest, ALineWithCrLfOrNulIsNone) {
    EXPECT_FALSE(parse_message("PRIVMSG #a :hi\rQUIT"));
    EXPECT_FALSE(parse_message("PRIVMSG #a :hi\nQUIT"));
    EXPECT_FALSE(parse_message(std::string_view("PRIVMSG #a :h\0i", 15)));
    EXPECT_FALSE(parse_message("@a=\r PING x"));
}

TEST(MessageParserTest, AColonAloneAsSourceIsAnEmptySource) {
    const auto message = parse_message(": PING x");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->source, "");
    EXPECT_EQ(message->command, "PING");
}

TEST(MessageParserTest, TheTagsOfAnInvolvedLineReadAsMeant) {
    const auto message = parse_message("@a=b\\:c\\s\\\\;d;e= :n!u@h PRIVMSG #x  ::)");
    ASSERT_TRUE(message);
    EXPECT_EQ(find_tag(message->tags, "a"), "b;c \\");
    EXPECT_EQ(find_tag(message->tags, "d"), "");
    EXPECT_EQ(find_tag(message->tags, "e"), "");
    EXPECT_EQ(find_tag(message->tags, "f"), std::nullopt);
    EXPECT_EQ(message->param(1), ":)");
}

TEST(MessageFormatterTest, OnlyALastParameterThatNeedsAColonGetsOne) {
    EXPECT_EQ(format_message({{}, "", "PRIVMSG", {"#a", "hi"}}), "PRIVMSG #a hi");
    EXPECT_EQ(format_message({{}, "", "PRIVMSG", {"#a", "hi you"}}), "PRIVMSG #a :hi you");
    EXPECT_EQ(format_message({{}, "", "PRIVMSG", {"#a", ""}}), "PRIVMSG #a :");
    EXPECT_EQ(format_message({{}, "", "PRIVMSG", {"#a", ":)"}}), "PRIVMSG #a ::)");
    EXPECT_EQ(format_message({{}, "s", "AWAY", {}}), ":s AWAY");
}

TEST(MessageFormatterTest, TagValuesAreEscaped) {
    EXPECT_EQ(format_message({{{"a", "b;c \\\r\n"}, {"d", ""}}, "s", "PING", {"x"}}),
              "@a=b\\:c\\s\\\\\\r\\n;d :s PING x");
}

// ---- properties

rc::Gen<std::string> text_of(const std::string& alphabet, std::size_t most) {
    return rc::gen::resize(static_cast<int>(most), rc::gen::container<std::string>(rc::gen::elementOf(alphabet)));
}
const std::string word_letters = "abz019#@!;=,\\-:\xC3\xA9";

rc::Gen<std::string> word() {
    return rc::gen::suchThat(text_of(word_letters, 12),
                             [](const std::string& text) { return !text.empty() && text.front() != ':'; });
}

RC_GTEST_PROP(MessageRoundTripTest, WhatIsFormattedParsesToTheSameParts, ()) {
    const auto keys =
        *rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(text_of("abc-/+.", 6))));
    const auto value = *text_of("ab ;\\\r\n=:\xC3\xA9", 10);
    const auto source = *rc::gen::oneOf(rc::gen::just(std::string()), word());
    const auto middles = *rc::gen::resize(6, rc::gen::container<std::vector<std::string>>(word()));
    const auto last = *text_of(word_letters + "  ", 30);

    MessageParts parts{{}, source, "PRIVMSG", {middles.begin(), middles.end()}};
    for (const std::string& key : keys) parts.tags.emplace_back(key, value);
    parts.params.push_back(last);
    const std::string line = format_message(parts);

    const auto message = parse_message(line);
    RC_ASSERT(message.has_value());
    RC_ASSERT(message->source == source);
    RC_ASSERT(message->command == "PRIVMSG");
    RC_ASSERT(std::vector<std::string_view>(message->params().begin(), message->params().end()) == parts.params);
    for (const std::string& key : keys) RC_ASSERT(find_tag(message->tags, key) == value);
}

RC_GTEST_PROP(MessageRoundTripTest, ParsingIsTotalAndEveryPartLiesInTheLine, (const std::string& line)) {
    const auto message = parse_message(line);
    if (!message) return;
    const auto inside = [&](std::string_view part) {
        return part.empty() || (part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size());
    };
    RC_ASSERT(!message->command.empty());
    RC_ASSERT(message->params().size() <= max_params);
    RC_ASSERT(inside(message->tags) && inside(message->source) && inside(message->command));
    for (std::size_t i = 0; i < message->params().size(); ++i) {
        RC_ASSERT(inside(message->param(i)));
        const bool last = i + 1 == message->params().size();
        RC_ASSERT(last || message->param(i).find(' ') == std::string_view::npos);
        RC_ASSERT(last || !message->param(i).empty());
    }
}

}  // namespace
}  // namespace patchcord::irc

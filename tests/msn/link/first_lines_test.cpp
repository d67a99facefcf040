#include "msn/link/first_lines.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

/// What is left of a text, with a mark when something was cut.
std::string first(const std::string& text, std::size_t most) {
    chat::StyledText styled(text);
    const bool cut = keep_first_lines(styled, most);
    return styled.text() + (cut ? "|cut" : "");
}

TEST(FirstLinesTest, TextIsCutBehindTheLastLineThatMayBeShown) {
    EXPECT_EQ(first("a\nb\nc", 3), "a\nb\nc");
    EXPECT_EQ(first("a\nb\nc", 2), "a\nb [...]|cut");
    EXPECT_EQ(first("a\nb\nc", 1), "a [...]|cut");
    EXPECT_EQ(first("a\nb\n", 2), "a\nb\n") << "nothing follows";
    EXPECT_EQ(first("\n\n\n", 2), "\n [...]|cut");
    EXPECT_EQ(first("", 1), "");
}

TEST(FirstLinesTest, WhatIsKeptLooksAsItDid) {
    chat::Style bold;
    bold.bold = true;
    chat::StyledText text;
    text.append("plain ", {});
    text.append("bold\nbold", bold);
    text.append("\nplain", {});
    ASSERT_TRUE(keep_first_lines(text, 1));
    chat::StyledText expected;
    expected.append("plain ", {});
    expected.append("bold", bold);
    expected.append(" [...]", {});
    EXPECT_EQ(text, expected);
}

TEST_F(LinkTest, OfATextOfManyLinesTheFirstAreShownAndTheRestIsCounted) {
    FarServiceOptions options;
    options.max_message_lines = 2;
    make_service(std::move(options));
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient window = call(bob, "bob@example.com");
    ana.take();
    const std::string head = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n";
    window.send("MSG 2 A", head + "one\r\ntwo");
    window.send("MSG 3 A", head + "one\r\ntwo\r\nthree");
    settle();
    EXPECT_EQ(ana.take(), (Log{"message bob -> ana: one\ntwo", "message bob -> ana: one\ntwo [...]"}));
    EXPECT_EQ(link_metrics_.limit_hits(LinkLimit::message_lines).value(), 1);
}

}  // namespace
}  // namespace patchcord::msn

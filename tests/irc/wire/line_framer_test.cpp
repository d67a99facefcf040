#include "irc/wire/line_framer.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::irc {
namespace {

using Outcome = LineFramer::Outcome;
using Lines = std::vector<std::string>;

constexpr std::size_t usual = 10 * 1024;

// What comes out, as readable lines; "<too long>" and "<overrun>" stand for those outcomes.
Lines drain(LineFramer& framer) {
    Lines lines;
    std::string_view line;
    while (true) {
        switch (framer.next(line)) {
            case Outcome::nothing: return lines;
            case Outcome::line: lines.emplace_back(line); break;
            case Outcome::too_long: lines.emplace_back("<too long>"); break;
            case Outcome::overrun: lines.emplace_back("<overrun>"); return lines;
        }
    }
}

// Feeds `stream` in pieces of `size` bytes, each in memory of its own that goes away.
Lines frame(std::string_view stream, std::size_t size, std::size_t max_pending = usual) {
    LineFramer framer(max_pending);
    Lines lines;
    while (!stream.empty()) {
        const std::string piece(stream.substr(0, size));
        stream.remove_prefix(piece.size());
        framer.feed(piece);
        const Lines found = drain(framer);
        lines.insert(lines.end(), found.begin(), found.end());
        framer.keep();
        if (!lines.empty() && lines.back() == "<overrun>") break;
    }
    return lines;
}

Lines frame(std::string_view stream) {
    return frame(stream, stream.size());
}

TEST(LineFramerTest, CrLfAndABareLfEndALine) {
    EXPECT_EQ(frame("PING a\r\nPING b\nPING c\r\n"), (Lines{"PING a", "PING b", "PING c"}));
}

TEST(LineFramerTest, ABareCrIsNoEndOfALine) {
    EXPECT_EQ(frame("PRIVMSG #a :hi\rQUIT :x\r\n"), (Lines{"PRIVMSG #a :hi\rQUIT :x"}));
    EXPECT_EQ(frame("PING a\r"), Lines{});
}

TEST(LineFramerTest, SeveralCrsBeforeTheLfAreAllPartOfTheEnd) {
    EXPECT_EQ(frame("PING a\r\r\r\nPING b\r\n"), (Lines{"PING a", "PING b"}));
}

TEST(LineFramerTest, EmptyLinesAreLines) {
    EXPECT_EQ(frame("\r\n\n\r\nPING a\r\n"), (Lines{"", "", "", "PING a"}));
}

TEST(LineFramerTest, ALineWithoutItsEndWaits) {
    LineFramer framer(usual);
    framer.feed("PING ");
    EXPECT_FALSE(framer.ready());
    framer.keep();
    EXPECT_EQ(framer.pending(), 5U);
    framer.feed("a\r\nPI");
    EXPECT_TRUE(framer.ready());
    EXPECT_EQ(drain(framer), (Lines{"PING a"}));
    EXPECT_EQ(framer.pending(), 2U);
}

TEST(LineFramerTest, TheResultIsTheSameInPiecesOfAnySize) {
    const std::string stream = "NICK ana\r\n\nUSER a 0 * :b\r\n@+t=1 PRIVMSG #a :\rhi\n" + std::string(600, 'x') +
                               "\r\nPING " + std::string(505, 'y') + "\r\nQUIT\r\n";
    const Lines whole = frame(stream);
    EXPECT_EQ(whole.size(), 7U);
    for (std::size_t size = 1; size <= stream.size(); ++size) ASSERT_EQ(frame(stream, size), whole) << size;
}

TEST(LineFramerTest, ABodyOf510BytesPassesAndOneMoreDoesNot) {
    const std::string longest(510, 'a');
    EXPECT_EQ(frame(longest + "\r\n"), (Lines{longest}));
    EXPECT_EQ(frame(longest + "\n"), (Lines{longest}));
    EXPECT_EQ(frame(longest + "a\r\n"), (Lines{"<too long>"}));
    EXPECT_EQ(frame(longest + "a\n"), (Lines{"<too long>"}));
}

TEST(LineFramerTest, TagsOf4094BytesPassAndOneMoreDoesNot) {
    const std::string tags = "@" + std::string(4094, 't');
    const std::string body(510, 'b');
    EXPECT_EQ(frame(tags + " " + body + "\r\n"), (Lines{tags + " " + body}));
    EXPECT_EQ(frame(tags + "t PING x\r\n"), (Lines{"<too long>"}));
    EXPECT_EQ(frame(tags + "t\r\n"), (Lines{"<too long>"}));
}

TEST(LineFramerTest, TagsDoNotMakeRoomForALongerBody) {
    EXPECT_EQ(frame("@a " + std::string(510, 'b') + "\r\n").size(), 1U);
    EXPECT_EQ(frame("@a " + std::string(511, 'b') + "\r\n"), (Lines{"<too long>"}));
    EXPECT_EQ(frame("@a  " + std::string(510, 'b') + "\r\n").front().size(), 514U) << "spaces belong to neither";
}

TEST(LineFramerTest, ALineWithNothingButTagsIsWithinLimits) {
    EXPECT_EQ(frame("@\r\n@ \r\n@a\r\n"), (Lines{"@", "@ ", "@a"}));
}

TEST(LineFramerTest, OversizeLineIsReportedAndTheNextLineStillParses) {
    EXPECT_EQ(frame("PING a\r\n" + std::string(600, 'x') + "\r\nPING b\r\n"),
              (Lines{"PING a", "<too long>", "PING b"}));
}

TEST(LineFramerTest, MoreThanMaxPendingWithoutALineEndIsAnOverrun) {
    EXPECT_EQ(frame(std::string(100, 'x'), 100, 100), Lines{});
    EXPECT_EQ(frame(std::string(101, 'x'), 101, 100), (Lines{"<overrun>"}));
    EXPECT_EQ(frame(std::string(101, 'x'), 1, 100), (Lines{"<overrun>"}));
}

TEST(LineFramerTest, AFinishedLineOverMaxPendingIsAnOverrunToo) {
    EXPECT_EQ(frame(std::string(101, 'x') + "\r\n", 200, 100), (Lines{"<overrun>"}));
    EXPECT_EQ(frame(std::string(99, 'x') + "\r\n", 200, 100), (Lines{std::string(99, 'x')}));
}

TEST(LineFramerTest, ManyShortLinesAreNoOverrun) {
    std::string stream;
    for (int i = 0; i < 100; ++i) stream += "PING a\r\n";
    EXPECT_EQ(frame(stream, stream.size(), 100).size(), 100U);
}

TEST(LineFramerTest, ABinaryStreamWithoutLineEndsEndsInAnOverrun) {
    std::string stream;
    for (int i = 0; i < 16384; ++i) stream += static_cast<char>(i % 10);  // 10 is LF: none
    EXPECT_EQ(frame(stream, 1000), (Lines{"<overrun>"}));
}

TEST(LineFramerTest, NothingIsKeptOnceAllIsConsumed) {
    LineFramer framer(usual);
    for (const std::string piece : {"PING a\r\nPIN", "G b\r\n"}) {
        framer.feed(piece);
        drain(framer);
        framer.keep();
    }
    EXPECT_EQ(framer.pending(), 0U);
    std::string_view line;
    EXPECT_EQ(framer.next(line), Outcome::nothing);
}

TEST(LineFramerTest, LinesThatWereNotTakenAreKept) {
    LineFramer framer(usual);
    std::string_view line;
    {
        const std::string piece = "PING a\r\nPING b\r\nPING c\r\nPI";
        framer.feed(piece);
        ASSERT_EQ(framer.next(line), Outcome::line);
        framer.keep();
    }
    framer.keep();
    EXPECT_TRUE(framer.ready());
    const std::string more = "NG d\r\n";
    framer.feed(more);
    EXPECT_EQ(drain(framer), (Lines{"PING b", "PING c", "PING d"}));
}

RC_GTEST_PROP(LineFramerTest, AnyCutOfAnyStreamGivesTheSameLines, ()) {
    const auto alphabet = rc::gen::element('a', ' ', ':', '@', '\r', '\n', '\0', '\xC3');
    const auto stream = *rc::gen::container<std::string>(alphabet);
    LineFramer framer(usual);
    Lines cut;
    std::size_t at = 0;
    while (at < stream.size()) {
        const std::string piece = stream.substr(at, *rc::gen::inRange<std::size_t>(1, 9));
        at += piece.size();
        framer.feed(piece);
        const int to_take = *rc::gen::inRange(0, 4);  // what is not taken waits
        std::string_view line;
        for (int i = 0; i < to_take && framer.next(line) == Outcome::line; ++i) cut.emplace_back(line);
        framer.keep();
    }
    const Lines rest = drain(framer);
    cut.insert(cut.end(), rest.begin(), rest.end());
    RC_ASSERT(cut == frame(stream));
    RC_ASSERT(cut.size() == static_cast<std::size_t>(std::count(stream.begin(), stream.end(), '\n')));
}

}  // namespace
}  // namespace patchcord::irc

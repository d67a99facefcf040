#include "msn/wire/command_framer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msn/wire/command_builder.hpp"

namespace patchcord::msn {
namespace {

using Outcome = CommandFramer::Outcome;
using Commands = std::vector<std::string>;

// What comes out: each command as it would be sent, and "<why>" for an error.
Commands drain(CommandFramer& framer) {
    Commands commands;
    Command command;
    while (true) {
        switch (framer.next(command)) {
            case Outcome::nothing: return commands;
            case Outcome::command: commands.push_back(format_command(command)); break;
            case Outcome::bad: commands.push_back("<" + std::string(describe(framer.error())) + ">"); return commands;
        }
    }
}

// Feeds `stream` in pieces of `size` bytes, each in memory of its own that goes away.
Commands frame(Direction direction, std::string_view stream, std::size_t size) {
    CommandFramer framer(direction);
    Commands commands;
    while (!stream.empty() && framer.error() == FramingError::none) {
        const std::string piece(stream.substr(0, size));
        stream.remove_prefix(piece.size());
        framer.feed(piece);
        const Commands found = drain(framer);
        commands.insert(commands.end(), found.begin(), found.end());
        framer.keep();
    }
    return commands;
}

Commands from_client(std::string_view stream) {
    return frame(Direction::to_server, stream, stream.size());
}

Commands from_server(std::string_view stream) {
    return frame(Direction::to_client, stream, stream.size());
}

TEST(CommandFramerTest, CrLfAndABareLfEndALine) {
    EXPECT_EQ(from_client("PNG\r\nVER 1 MSNP8 CVR0\nOUT\r\r\n"),
              (Commands{"PNG\r\n", "VER 1 MSNP8 CVR0\r\n", "OUT\r\n"}));
}

TEST(CommandFramerTest, EmptyLinesAreSkipped) {
    EXPECT_EQ(from_client("\r\n\n\r\nPNG\r\n\r\n\r\n"), (Commands{"PNG\r\n"}));
    CommandFramer framer(Direction::to_server);
    framer.feed("\r\n\n");
    EXPECT_FALSE(framer.ready());
    EXPECT_EQ(framer.pending(), 0U);
}

TEST(CommandFramerTest, APayloadIsFollowedByTheNextCommandAtOnce) {
    EXPECT_EQ(from_client("MSG 1 N 5\r\nhelloMSG 2 A 3\r\n\r\n\rOUT\r\n"),
              (Commands{"MSG 1 N 5\r\nhello", "MSG 2 A 3\r\n\r\n\r", "OUT\r\n"}));
}

TEST(CommandFramerTest, APayloadIsRawBytes) {
    const std::string bytes("\0\r\n\xFF MSG", 8);
    EXPECT_EQ(from_client("MSG 1 D 8\r\n" + bytes), (Commands{"MSG 1 D 8\r\n" + bytes}));
}

TEST(CommandFramerTest, APayloadOfNoBytesIsComplete) {
    EXPECT_EQ(from_server("UBX ana@example.com 0\r\nUUX 8 0\r\nQNG 60\r\n"),
              (Commands{"UBX ana@example.com 0\r\n", "UUX 8 0\r\n", "QNG 60\r\n"}));
    EXPECT_EQ(from_client("MSG 4 N 0\r\nOUT\r\n"), (Commands{"MSG 4 N 0\r\n", "OUT\r\n"}));
}

TEST(CommandFramerTest, TheDirectionDecidesWhetherAPayloadFollows) {
    EXPECT_EQ(from_client("QRY 9 x 2\r\nabGCF 6 Shields.xml\r\n"),
              (Commands{"QRY 9 x 2\r\nab", "GCF 6 Shields.xml\r\n"}));
    EXPECT_EQ(from_server("QRY 9\r\nGCF 6 Shields.xml 2\r\nabMSG Hotmail Hotmail 1\r\nx"),
              (Commands{"QRY 9\r\n", "GCF 6 Shields.xml 2\r\nab", "MSG Hotmail Hotmail 1\r\nx"}));
    EXPECT_EQ(from_server("ADL 5 OK\r\nADL 0 2\r\nabNOT 1\r\nxUUX 8\r\nUUN 9 OK\r\n"),
              (Commands{"ADL 5 OK\r\n", "ADL 0 2\r\nab", "NOT 1\r\nx", "UUX 8\r\n", "UUN 9 OK\r\n"}));
}

TEST(CommandFramerTest, AnErrorReplyHasNoPayload) {
    EXPECT_EQ(from_server("241 9 5\r\nQNG\r\n"), (Commands{"241 9 5\r\n", "QNG\r\n"}));
}

TEST(CommandFramerTest, AnUnknownVerbHasNoPayload) {
    EXPECT_EQ(from_client("ZZZ 1 5\r\nPNG\r\n"), (Commands{"ZZZ 1 5\r\n", "PNG\r\n"}));
}

TEST(CommandFramerTest, ABadLengthIsAnError) {
    for (const char* line :
         {"MSG", "MSG 1", "MSG 1 N", "MSG 1 5", "MSG 1 N x", "MSG 1 N -1", "MSG 1 N +5", "MSG 1 N 0x10", "MSG 1 N 5x",
          "MSG 1 N 4294967296", "MSG 1 N 99999999999", "MSG 1 N 99999999999999999999999", "UUX 1", "QRY 1 32"}) {
        EXPECT_EQ(from_client("PNG\r\n" + std::string(line) + "\r\nabc"), (Commands{"PNG\r\n", "<bad payload length>"}))
            << line;
    }
    EXPECT_EQ(from_server("NOT\r\n"), (Commands{"<bad payload length>"}));
    EXPECT_EQ(from_server("ADL 0 99999999999\r\n"), (Commands{"<bad payload length>"}));
}

TEST(CommandFramerTest, APayloadOf1664BytesPassesFromAClientAndOneMoreDoesNot) {
    const std::string longest(1664, 'x');
    EXPECT_EQ(from_client("MSG 1 N 1664\r\n" + longest), (Commands{"MSG 1 N 1664\r\n" + longest}));
    EXPECT_EQ(from_client("MSG 1 N 1665\r\n"), (Commands{"<payload too long>"}));
    EXPECT_EQ(from_client("MSG 1 N 4294967295\r\n"), (Commands{"<payload too long>"}));
    EXPECT_EQ(from_server("MSG ana@example.com Ana 1665\r\n" + longest + "x").size(), 1U) << "servers relay more";
    EXPECT_EQ(from_server("MSG ana@example.com Ana 65537\r\n"), (Commands{"<payload too long>"}));
    EXPECT_EQ(from_server("NOT 524288\r\n"), Commands{});
    EXPECT_EQ(from_server("NOT 524289\r\n"), (Commands{"<payload too long>"}));
}

TEST(CommandFramerTest, AnOversizePayloadIsReportedBeforeItsFirstByteAndNothingIsKept) {
    CommandFramer framer(Direction::to_server);
    framer.feed("MSG 1 N 5000\r\nabc");
    Command command;
    EXPECT_EQ(framer.next(command), Outcome::bad);
    EXPECT_EQ(framer.error(), FramingError::payload_too_long);
    framer.keep();
    framer.feed("def");
    framer.keep();
    EXPECT_EQ(framer.pending(), 0U);
}

TEST(CommandFramerTest, ALineOfTheGreatestLengthPassesAndOneMoreByteDoesNot) {
    const auto outcome = [](Direction direction, std::size_t size, std::string_view end) {
        CommandFramer framer(direction);
        const std::string line = "USR " + std::string(size - 4, 'x') + std::string(end);
        framer.feed(line);
        Command command;
        const Outcome result = framer.next(command);
        EXPECT_EQ(framer.error() == FramingError::line_too_long, result == Outcome::bad);
        EXPECT_EQ(command.param(0).size(), result == Outcome::command ? size - 4 : 0);
        return result;
    };
    for (const auto& [direction, most] : {std::pair{Direction::to_server, 8192U}, {Direction::to_client, 16384U}}) {
        EXPECT_EQ(outcome(direction, most, "\n"), Outcome::command);
        EXPECT_EQ(outcome(direction, most, ""), Outcome::nothing) << "may still end";
        EXPECT_EQ(outcome(direction, most + 1, "\n"), Outcome::bad);
        EXPECT_EQ(outcome(direction, most + 1, ""), Outcome::bad);
    }
}

TEST(CommandFramerTest, OtherLimitsCanBeSet) {
    CommandFramer framer(Direction::to_server);
    framer.set_limits({20, 4});
    framer.feed("MSG 1 N 4\r\nabcdMSG 1 N 5\r\nabcde");
    EXPECT_EQ(drain(framer), (Commands{"MSG 1 N 4\r\nabcd", "<payload too long>"}));
    CommandFramer other(Direction::to_server);
    other.set_limits({20});
    other.feed("VER 1 MSNP9 MSNP8 CVR0\r\n");
    EXPECT_EQ(drain(other), (Commands{"<line too long>"}));
}

TEST(CommandFramerTest, AMalformedLineIsAnError) {
    EXPECT_EQ(from_client("GET\r\nPOST / HTTP/1.1\r\nPNG\r\n"), (Commands{"GET\r\n", "<malformed line>"}));
    EXPECT_EQ(from_client("VER 1 \rOUT\r\n"), (Commands{"<malformed line>"}));
    EXPECT_EQ(from_client(std::string_view("VER 1\0 MSNP8\r\n", 14)), (Commands{"<malformed line>"}));
    EXPECT_EQ(from_client("  \r\n"), (Commands{"<malformed line>"}));
}

TEST(CommandFramerTest, AfterAnErrorNothingComesOut) {
    CommandFramer framer(Direction::to_server);
    framer.feed("png\r\nPNG\r\n");
    EXPECT_EQ(drain(framer), (Commands{"<malformed line>"}));
    framer.keep();
    framer.feed("PNG\r\n");
    EXPECT_TRUE(framer.ready());
    EXPECT_EQ(drain(framer), (Commands{"<malformed line>"}));
    EXPECT_EQ(framer.pending(), 0U);
}

TEST(CommandFramerTest, ACommandTakenBeforeAnErrorStaysReadable) {
    CommandFramer framer(Direction::to_server);
    framer.feed("MSG 1 N 500\r\nab");
    framer.keep();
    const std::string rest = std::string(498, 'c') + "png\r\n";
    framer.feed(rest);
    Command command;
    ASSERT_EQ(framer.next(command), Outcome::command);
    Command unused;
    ASSERT_EQ(framer.next(unused), Outcome::bad);
    EXPECT_EQ(command.payload, "ab" + std::string(498, 'c'));
}

TEST(CommandFramerTest, ReadyTellsWhetherNextHasSomething) {
    CommandFramer framer(Direction::to_server);
    EXPECT_FALSE(framer.ready());
    for (const std::string piece : {"MSG 1 ", "N 3\r\n", "ab"}) {
        framer.feed(piece);
        EXPECT_FALSE(framer.ready()) << piece;
        framer.keep();
    }
    framer.feed("cPN");
    EXPECT_TRUE(framer.ready());
    EXPECT_TRUE(framer.ready());
    EXPECT_EQ(drain(framer), (Commands{"MSG 1 N 3\r\nabc"}));
    EXPECT_EQ(framer.pending(), 2U);
}

TEST(CommandFramerTest, CommandsAreViewsIntoWhatWasFed) {
    const std::string bytes = "MSG 1 N 5\r\nhello";
    CommandFramer framer(Direction::to_server);
    framer.feed(bytes);
    Command command;
    ASSERT_EQ(framer.next(command), Outcome::command);
    EXPECT_EQ(command.verb.data(), bytes.data());
    EXPECT_EQ(command.payload.data(), bytes.data() + 11);
}

TEST(CommandFramerTest, CommandsThatWereNotTakenAreKept) {
    CommandFramer framer(Direction::to_server);
    Command command;
    {
        const std::string piece = "PNG\r\nMSG 1 N 2\r\nabOUT\r\nVE";
        framer.feed(piece);
        ASSERT_EQ(framer.next(command), Outcome::command);
        EXPECT_TRUE(framer.ready());
        framer.keep();
    }
    framer.keep();
    const std::string more = "R 1\r\n";
    framer.feed(more);
    EXPECT_EQ(drain(framer), (Commands{"MSG 1 N 2\r\nab", "OUT\r\n", "VER 1\r\n"}));
}

TEST(CommandFramerTest, TheResultIsTheSameInPiecesOfAnySize) {
    const std::string stream =
        "VER 1 MSNP8 CVR0\r\n\r\nUSR  007 TWN I ana@example.com \nMSG 3 A 20\r\n\r\nMSG 1 N 5\r\n12345xyMSG 4 N 0\r\n"
        "QRY 5 msmsgs@msnmsgr.com 32\r\n0123456789abcdef0123456789abcdefMSG 6 N 9999\r\nPNG\r\n";
    const Commands whole = from_client(stream);
    EXPECT_EQ(whole.size(), 6U);
    EXPECT_EQ(whole.back(), "<payload too long>");
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        ASSERT_EQ(frame(Direction::to_server, stream, size), whole) << size;
    }
}

// ---- properties

// A stream made of lines and scraps that matter to a framer.
rc::Gen<std::string> hostile_stream() {
    const auto scrap = rc::gen::element<std::string>(
        "MSG 1 N 3\r\n", "MSG 1 N ", "MSG a b 12\n", "UUX 1 1\r\n", "NOT 2\r\n", "PNG\r\n", "VER 1 MSNP8 CVR0\r\n",
        "217 1\r\n", "abc", "\r\n", "\n", "\r", " ", "7", std::string(1, '\0'), "ADL 1 OK\r\n", "QRY 1 x 3\r\n");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(scrap),
                        [](const std::vector<std::string>& scraps) {
                            std::string stream;
                            for (const std::string& one : scraps) stream += one;
                            return stream;
                        });
}

RC_GTEST_PROP(CommandFramerTest, AnyCutOfAnyStreamGivesTheSameCommands, ()) {
    const auto direction = *rc::gen::element(Direction::to_server, Direction::to_client);
    const auto stream = *hostile_stream();
    CommandFramer framer(direction);
    Commands cut;
    std::size_t at = 0;
    while (at < stream.size()) {
        const std::string piece = stream.substr(at, *rc::gen::inRange<std::size_t>(1, 9));
        at += piece.size();
        framer.feed(piece);
        const int to_take = *rc::gen::inRange(0, 4);  // what is not taken waits
        Command command;
        for (int i = 0; i < to_take && framer.next(command) == Outcome::command; ++i) {
            cut.push_back(format_command(command));
        }
        framer.keep();
    }
    const Commands rest = drain(framer);
    cut.insert(cut.end(), rest.begin(), rest.end());
    RC_ASSERT(cut == frame(direction, stream, stream.size() + 1));
}

RC_GTEST_PROP(CommandFramerTest, WhatIsBuiltIsFramedAsItWas, ()) {
    const auto payloads = *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
    std::string stream;
    Commands sent;
    for (const std::string& payload : payloads) {
        std::string one;
        CommandBuilder(one).verb("MSG").param(sent.size()).param("N").payload(payload);
        sent.push_back(one);
        stream += one;
    }
    RC_ASSERT(frame(Direction::to_server, stream, *rc::gen::inRange<std::size_t>(1, 50)) == sent);
}

TEST(CommandFramerTest, AnErrorReplyHasAPayloadOnlyWhereItIsExpected) {
    const auto verbs = [](bool expected) {
        CommandFramer framer(Direction::to_client);
        if (expected) framer.expect_error_payloads();
        framer.feed("241 9 4\r\nXYZ QNG\r\n911 3\r\n241 9 x\r\nQNG\r\n");
        std::string seen;
        Command command;
        while (framer.next(command) == CommandFramer::Outcome::command) {
            seen += std::string(command.verb) + "(" + std::string(command.payload) + ")";
        }
        return seen;
    };
    EXPECT_EQ(verbs(true), "241(XYZ )QNG()911()241()QNG()");
    EXPECT_EQ(verbs(false), "241()XYZ()911()241()QNG()");
}

}  // namespace
}  // namespace patchcord::msn

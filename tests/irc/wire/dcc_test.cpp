#include "irc/wire/dcc.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

using Kind = Dcc::Kind;

Dcc send_of(std::string name, std::string address, std::uint16_t port, std::uint64_t size, std::string token = "") {
    return {Kind::send, std::move(name), std::move(address), port, size, std::move(token)};
}

TEST(DccTest, AnOfferNamesFileAddressPortAndSize) {
    EXPECT_EQ(parse_dcc("SEND cat.jpg 3232235777 5000 12288").dcc, send_of("cat.jpg", "192.168.1.1", 5000, 12288));
    EXPECT_EQ(parse_dcc("send cat.jpg 0 5000 0 ").dcc, send_of("cat.jpg", "0.0.0.0", 5000, 0));
    EXPECT_EQ(parse_dcc("SEND cat.jpg 2001:db8::1 5000 7").dcc, send_of("cat.jpg", "2001:db8::1", 5000, 7));
}

TEST(DccTest, ANameMayHoldSpacesWithQuotesAndWithout) {
    EXPECT_EQ(parse_dcc("SEND \"my  cat.jpg\" 1 5000 7").dcc, send_of("my  cat.jpg", "0.0.0.1", 5000, 7));
    EXPECT_EQ(parse_dcc("SEND my  cat.jpg 1 5000 7").dcc, send_of("my  cat.jpg", "0.0.0.1", 5000, 7));
    EXPECT_EQ(parse_dcc("SEND \"a\" b\" 1 5000 7").dcc, send_of("a\" b", "0.0.0.1", 5000, 7));
    EXPECT_EQ(parse_dcc("SEND \"aaa 1 5000 7").dcc, send_of("\"aaa", "0.0.0.1", 5000, 7));
    EXPECT_EQ(parse_dcc("SEND report 2024 3232235777 5000 10").dcc, send_of("report 2024", "192.168.1.1", 5000, 10));
}

TEST(DccTest, APassiveOfferAndItsAnswerHaveAToken) {
    EXPECT_EQ(parse_dcc("SEND cat.jpg 1 0 7 0042").dcc, send_of("cat.jpg", "0.0.0.1", 0, 7, "0042"));
    EXPECT_EQ(parse_dcc("SEND \"my cat.jpg\" 1 5000 7 42").dcc, send_of("my cat.jpg", "0.0.0.1", 5000, 7, "42"));
}

TEST(DccTest, WhatIsWrongWithAnOfferIsSaid) {
    const auto problem = [](std::string_view text) {
        const ParsedDcc parsed = parse_dcc(text);
        EXPECT_FALSE(parsed.dcc) << text;
        return std::string(parsed.problem);
    };
    for (const char* text : {"SEND", "SEND ", "SEND \"aaa", "SEND aaaa", "SEND a 1", "SEND \"a\" 1 2 3 4 5"}) {
        EXPECT_EQ(problem(text), "DCC SEND needs a file name, an address, a port and a size") << text;
    }
    for (const char* text : {"SEND f.txt 3232235777 5000", "SEND my f.txt 3232235777 5000", "SEND \"f\" 1 5000"}) {
        EXPECT_EQ(problem(text), "the offer does not say how big the file is") << text;
    }
    for (const char* text : {"SEND f 1 5000 -1", "SEND f 1 5000 9223372036854775808", "SEND f 1 5000 ten"}) {
        EXPECT_EQ(problem(text), "the size is no number") << text;
    }
    for (const char* text : {"SEND f 1 0 10", "SEND f 0 0 0", "SEND f 1 65536 10", "SEND f 1 -1 10"}) {
        EXPECT_EQ(problem(text), "the port is no number from 1 to 65535") << text;
    }
    for (const char* text : {"SEND f 4294967296 5000 10", "SEND f localhost 5000 10", "SEND f 0x7f.1 5000 10",
                             "SEND f 127.0.0.1 5000 10", "SEND f fe80::1%eth0 5000 10"}) {
        EXPECT_EQ(problem(text), "the address is neither an IPv4 address as one number nor an IPv6 address") << text;
    }
    for (const char* text : {"", "CHAT chat 1 5000", "SSEND f 1 5000 10", "TSEND f 1 5000 10"}) {
        EXPECT_EQ(problem(text), "of DCC only SEND can be used here, without encryption") << text;
    }
}

TEST(DccTest, APositionIsAskedForAndGranted) {
    EXPECT_EQ(parse_dcc("RESUME cat.jpg 5000 100").dcc, (Dcc{Kind::resume, "cat.jpg", {}, 5000, 100, {}}));
    EXPECT_EQ(parse_dcc("RESUME my cat.jpg 0 100 42").dcc, (Dcc{Kind::resume, "my cat.jpg", {}, 0, 100, "42"}));
    EXPECT_EQ(parse_dcc("ACCEPT \"my cat.jpg\" 5000 100").dcc, (Dcc{Kind::accept, "my cat.jpg", {}, 5000, 100, {}}));
    for (const char* text : {"RESUME", "RESUME cat.jpg", "RESUME 5000 100", "RESUME f 5000 -1", "RESUME f 65536 1",
                             "RESUME f 1 18446744073709551616"}) {
        EXPECT_EQ(parse_dcc(text).problem, "DCC RESUME needs a file name, a port and a position") << text;
    }
}

TEST(DccTest, ARejectedFileIsNamedToTheEnd) {
    EXPECT_EQ(parse_dcc("REJECT SEND my cat.jpg").dcc, (Dcc{Kind::reject, "my cat.jpg"}));
    EXPECT_EQ(parse_dcc("REJECT send \"my cat.jpg\"").dcc, (Dcc{Kind::reject, "my cat.jpg"}));
    EXPECT_EQ(parse_dcc("REJECT CHAT chat").problem, "only files can be rejected");
}

TEST(DccTest, AnOfferIsWrittenAsClientsReadIt) {
    EXPECT_EQ(format_dcc(send_of("cat.jpg", "192.168.1.1", 5000, 7)), "SEND cat.jpg 3232235777 5000 7");
    EXPECT_EQ(format_dcc(send_of("my cat.jpg", "2001:db8::1", 0, 7, "42")), "SEND \"my cat.jpg\" 2001:db8::1 0 7 42");
    EXPECT_EQ(format_dcc(send_of("my \"cat", "255.255.255.255", 5000, 7)), "SEND \"my cat\" 4294967295 5000 7");
    EXPECT_EQ(format_dcc({Kind::accept, "cat.jpg", {}, 0, 100, "42"}), "ACCEPT cat.jpg 0 100 42");
    EXPECT_EQ(format_dcc({Kind::reject, "my cat.jpg"}), "REJECT SEND my cat.jpg");
}

RC_GTEST_PROP(DccProperties, WhatIsWrittenReadsTheSame, ()) {
    const auto name = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1 .:-")));
    const bool has_token = *rc::gen::arbitrary<bool>();
    const Dcc dcc = send_of(name, "10.0." + std::to_string(*rc::gen::inRange(0, 256)) + ".1",
                            static_cast<std::uint16_t>(*rc::gen::inRange(has_token ? 0 : 1, 65536)),
                            *rc::gen::inRange<std::uint64_t>(0, 1ULL << 62U), has_token ? "42" : "");
    RC_ASSERT(parse_dcc(format_dcc(dcc)).dcc == dcc);
}

}  // namespace
}  // namespace patchcord::irc

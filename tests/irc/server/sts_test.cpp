#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

ServerOptions options_with_sts() {
    ServerOptions options = tests::irc_options();
    options.sts_plain = "port=6697";
    options.sts_tls = "duration=86400";
    return options;
}

class IrcStsTest : public IrcTest {
  protected:
    IrcStsTest() : IrcTest(options_with_sts()) {}
    IrcClient open_tls() { return IrcClient(server_, {"192.0.2.1", "", true}); }
};

/// The words of all lines of CAP LS.
std::string words_of(const Lines& lines) {
    std::string words;
    for (const std::string& line : lines) words += line.substr(line.rfind(':') + 1) + " ";
    return words;
}

bool holds(const Lines& lines, const std::string& word) {
    return (" " + words_of(lines)).find(" " + word + " ") != std::string::npos;
}

TEST_F(IrcStsTest, PlainIsTheWayToTlsAndTlsTellsForHowLong) {
    IrcClient plain = open();
    EXPECT_TRUE(holds(plain.ask("CAP LS 302"), "sts=port=6697"));
    IrcClient tls = open_tls();
    EXPECT_TRUE(holds(tls.ask("CAP LS 302"), "sts=duration=86400"));
}

TEST_F(IrcStsTest, WhoSpeaksAnOlderVersionIsNotTold) {
    IrcClient ana = open();
    EXPECT_EQ(words_of(ana.ask("CAP LS")).find("sts"), std::string::npos);
    ana.send("CAP LS 302");
    EXPECT_EQ(words_of(ana.ask("CAP LS 301")).find("sts"), std::string::npos);
}

TEST_F(IrcStsTest, ItCannotBeAskedForAndIsNeverListed) {
    IrcClient ana = open();
    ana.ask("CAP LS 302");
    for (const std::string list : {"sts", "sts=port=6697", "-sts", "batch sts"}) {
        EXPECT_EQ(ana.ask("CAP REQ :" + list), (Lines{":irc.test CAP * NAK :" + list}));
    }
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
}

TEST_F(IrcStsTest, WithoutAValueItIsNotOffered) {
    change_options([](ServerOptions& options) { options.sts_plain.clear(); });
    IrcClient plain = open();
    EXPECT_EQ(words_of(plain.ask("CAP LS 302")).find("sts"), std::string::npos);
    IrcClient tls = open_tls();
    EXPECT_TRUE(holds(tls.ask("CAP LS 302"), "sts=duration=86400"));
}

}  // namespace
}  // namespace patchcord::irc

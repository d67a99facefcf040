#include "msn/server/render.hpp"

#include <gtest/gtest.h>
#include <string>

#include "msn/server/server.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using tests::IrcPerson;
using tests::MsnPerson;

class MsnRenderTest : public tests::MsnSwitchboardTest {
  protected:
    ContactPresence presence_{"bob@example.com", "Bob B", Status::busy, "268435492", "%3Cmsnobj%2F%3E", "<Data/>"};
};

TEST_F(MsnRenderTest, PresenceIsWrittenAsTheDialectKnowsIt) {
    EXPECT_EQ(render_presence(Dialect(7), presence_), "NLN BSY bob@example.com Bob%20B\r\n");
    EXPECT_EQ(render_presence(Dialect(8), presence_), "NLN BSY bob@example.com Bob%20B 268435492\r\n");
    EXPECT_EQ(render_presence(Dialect(9), presence_), "NLN BSY bob@example.com Bob%20B 268435492 %3Cmsnobj%2F%3E\r\n");
    EXPECT_EQ(render_presence(Dialect(11), presence_),
              "NLN BSY bob@example.com Bob%20B 268435492 %3Cmsnobj%2F%3E\r\nUBX bob@example.com 7\r\n<Data/>");
    EXPECT_EQ(render_initial_presence(Dialect(8), "6", presence_), "ILN 6 BSY bob@example.com Bob%20B 268435492\r\n");
    EXPECT_EQ(render_offline("bob@example.com"), "FLN bob@example.com\r\n");
}

TEST_F(MsnRenderTest, AnEmptyPersonalMessageIsToldWhenItChangesAndNotAtFirst) {
    presence_.personal_message.clear();
    EXPECT_NE(render_presence(Dialect(11), presence_).find("UBX bob@example.com 0\r\n"), std::string::npos);
    EXPECT_EQ(render_initial_presence(Dialect(11), "6", presence_).find("UBX"), std::string::npos);
}

TEST_F(MsnRenderTest, NoNameBreaksALine) {
    presence_.name = "B\r\nOUT\r\n%0d%0a b\x01";
    for (unsigned dialect = 2; dialect <= 12; ++dialect) {
        const std::string line = render_presence(Dialect(dialect), presence_);
        EXPECT_EQ(line.find("\r\n"), line.find('\r'));
        EXPECT_EQ(line.find("OUT\r"), std::string::npos) << line;
        EXPECT_EQ(line.substr(0, 25), "NLN BSY bob@example.com B") << line;
    }
    EXPECT_EQ(tests::verbs_of({render_payload({"mal@example.com", "m\r\nOUT"}, "x")}), (tests::Commands{"MSG"}));
    EXPECT_EQ(render_payload({"mal@example.com", ""}, "x"), "MSG mal@example.com mal@example.com 1\r\nx");
}

TEST_F(MsnRenderTest, PeopleAreNamedByTheirRealNameOrTheirNick) {
    MsnPerson bob = online("bob");
    chat::Profile profile;
    profile.real_name = "Zoe Z";
    IrcPerson zoe(service_, "zoe", profile);
    IrcPerson yan(service_, "yan");
    EXPECT_EQ(identity_of(server_, user_of(bob)).handle, "bob@example.com");
    EXPECT_EQ(identity_of(server_, user_of(bob)).name, "Bob");
    EXPECT_EQ(identity_of(server_, zoe.user()).handle, "zoe@irc.msn.test");
    EXPECT_EQ(identity_of(server_, zoe.user()).name, "Zoe Z");
    EXPECT_EQ(identity_of(server_, yan.user()).name, "yan");
    ASSERT_FALSE(zoe->rename("zora"));
    EXPECT_EQ(identity_of(server_, zoe.user()).handle, "zoe@irc.msn.test");
    EXPECT_EQ(identity_of(server_, zoe.user()).name, "zora (Zoe Z)");
}

TEST_F(MsnRenderTest, ARealNameFromIrcHidesNothingAndTurnsNothingAround) {
    chat::Profile profile;
    profile.real_name = "\u202Eecila \u200Bal\u2060ice\u2069";
    IrcPerson zoe(service_, "zoe", profile);
    profile.real_name = "\u200B \uFEFF";
    IrcPerson yan(service_, "yan", profile);
    EXPECT_EQ(identity_of(server_, zoe.user()).name, "ecila alice");
    EXPECT_EQ(identity_of(server_, yan.user()).name, "yan") << "a name that cannot be seen is none";
    EXPECT_EQ(zoe->profile().real_name, "\u202Eecila \u200Bal\u2060ice\u2069") << "IRC's own business";
}

TEST_F(MsnRenderTest, JoiningIsWrittenWithAndWithoutCapabilities) {
    EXPECT_EQ(render_joined(server_, {"zoe@irc.msn.test", "Zoe Z"}, false), "JOI zoe@irc.msn.test Zoe%20Z\r\n");
    EXPECT_EQ(render_joined(server_, {"zoe@irc.msn.test", "Zoe Z"}, true),
              "JOI zoe@irc.msn.test Zoe%20Z 268435488\r\n");
}

TEST_F(MsnRenderTest, AStoredMessageTellsWhenItWasSent) {
    OfflineMessage message;
    message.from = "zoe@irc.msn.test";
    message.from_name = "zoe";
    message.text = "hello";
    message.sent_at = chat::WallTime(std::chrono::seconds(1'700'000'000));
    const std::string line = render_stored(server_, message);
    EXPECT_TRUE(line.starts_with("MSG zoe@irc.msn.test zoe "));
    EXPECT_TRUE(line.ends_with("\r\n\r\n[2023-11-14 22:13 UTC] hello")) << line;
    message.sent_at = chat::WallTime(std::chrono::seconds(-1));
    EXPECT_TRUE(render_stored(server_, message).ends_with("[1969-12-31 23:59 UTC] hello"));
}

TEST_F(MsnRenderTest, TypingIsWrittenAsClientsWantIt) {
    const std::string body =
        "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: zoe@irc.msn.test\r\n\r\n\r\n";
    EXPECT_EQ(render_typing({"zoe@irc.msn.test", "zoe"}),
              "MSG zoe@irc.msn.test zoe " + std::to_string(body.size()) + "\r\n" + body);
}

}  // namespace
}  // namespace patchcord::msn

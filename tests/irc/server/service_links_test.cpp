#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/ports/link_desk.hpp"
#include "tests/support/irc_account_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::IrcAccountTest;
using tests::IrcClient;
using tests::Lines;

/// Has the services "far" and "near"; remembers what it was asked.
class ManualLinkDesk final : public chat::LinkDesk {
  public:
    [[nodiscard]] std::vector<std::string> services() const override { return services_; }
    [[nodiscard]] std::vector<Link> links_of(const chat::User&) const override { return links; }
    void link(const chat::User& user, std::string service, std::string address, std::string password,
              Done done) override {
        asked.push_back("link " + user.name() + " " + service + " " + address + " " + password);
        waiting = std::move(done);
    }
    void unlink(const chat::User&, std::string service, Done done) override {
        asked.push_back("unlink " + service);
        waiting = std::move(done);
    }
    bool connect(const chat::User&, std::string_view service) override {
        asked.push_back("connect " + std::string(service));
        return true;
    }
    bool disconnect(const chat::User&, std::string_view service) override {
        asked.push_back("disconnect " + std::string(service));
        return true;
    }
    void answer(const std::string& problem) { std::exchange(waiting, {})(problem); }

    std::vector<std::string> services_{"far", "near"};
    std::vector<Link> links;
    std::vector<std::string> asked;
    Done waiting;
};

class IrcServiceLinksTest : public IrcAccountTest {
  protected:
    IrcServiceLinksTest() { server_.environment().links = &desk_; }

    /// What the service nick answers, without its name in front.
    static Lines say(IrcClient& client, const std::string& words) {
        Lines answers;
        for (std::string& line : client.ask("PRIVMSG *patchcord :" + words)) {
            answers.push_back(line.substr(line.find(" :") + 2));
        }
        return answers;
    }
    using Asked = std::vector<std::string>;

    ManualLinkDesk desk_;
};

TEST_F(IrcServiceLinksTest, WithoutServicesThereIsNothingToLink) {
    desk_.services_.clear();
    IrcClient ana = connect_ana();
    for (const char* words : {"links", "link far ana@example.com x", "unlink far", "connect", "disconnect"}) {
        EXPECT_EQ(say(ana, words), (Lines{"There are no MSN services here to sign in to"})) << words;
    }
}

TEST_F(IrcServiceLinksTest, GuestsAreToldToLogInFirst) {
    IrcClient dave = connect("dave");
    EXPECT_EQ(say(dave, "link far dave@example.com x"),
              (Lines{"Log in to an account here first: whoever comes next with your nick must not be you there"}));
    EXPECT_EQ(desk_.asked, Asked{});
}

TEST_F(IrcServiceLinksTest, AnAccountIsLinkedAndTheAnswerIsTold) {
    IrcClient ana = connect_ana();
    EXPECT_EQ(say(ana, "link far"), (Lines{"Say: link <service> <handle> <password>; the services are far, near"}));
    EXPECT_EQ(say(ana, "link far ana@example.com two words"), Lines{});
    EXPECT_EQ(desk_.asked, (Asked{"link ana far ana@example.com two words"}));
    desk_.answer("");
    EXPECT_EQ(ana.take().size(), 1U);
    say(ana, "link far ana@example.com wrong");
    desk_.answer("That was not stored");
    const Lines told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].ends_with(":That was not stored"));
}

TEST_F(IrcServiceLinksTest, LinksAreShownWithTheirState) {
    IrcClient ana = connect_ana();
    desk_.links = {{"far", "ana@example.com", "signed in"}};
    EXPECT_EQ(say(ana, "links"), (Lines{"far: ana@example.com, signed in", "You can have an account on: far, near"}));
}

TEST_F(IrcServiceLinksTest, TheOnlyLinkNeedsNoName) {
    IrcClient ana = connect_ana();
    EXPECT_EQ(say(ana, "connect"), (Lines{"You have no account on an MSN service; \"link\" adds one"}));
    desk_.links = {{"far", "ana@example.com", "signed in"}};
    EXPECT_EQ(say(ana, "connect"), (Lines{"Signing in to far"}));
    EXPECT_EQ(say(ana, "disconnect far"), Lines{});
    EXPECT_EQ(say(ana, "disconnect \x02nowhere"), (Lines{"You have no account on \"nowhere\"; \"links\" shows yours"}));
    desk_.links.push_back({"near", "ana@example.com", "signed in"});
    EXPECT_EQ(say(ana, "unlink"), (Lines{"Which service? \"links\" shows yours"}));
    EXPECT_EQ(desk_.asked, (Asked{"connect far", "disconnect far"}));
}

TEST_F(IrcServiceLinksTest, WhatTheGatewayTellsIsOneLine) {
    IrcClient ana = connect_ana();
    user("ana").client()->told("far cannot be reached\r\nQUIT :(\x02why\x02)");
    const Lines told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0], ":*patchcord!patchcord@irc.test NOTICE ana :far cannot be reachedQUIT :(why)");
}

}  // namespace
}  // namespace patchcord::irc

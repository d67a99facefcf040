#include "gateway/bridge/mailbox.hpp"

#include "msn/server/render.hpp"
#include "tests/gateway/bridge/mail_fixture.hpp"

namespace patchcord::gateway {
namespace {

using tests::IrcPerson;
using tests::MsnPerson;

/// Bob was on MSN once, and had that nick; ana has an account on IRC.
class MailboxTest : public tests::MailTest {
  protected:
    MailboxTest() { names_.load({{"bob@example.com", "Bob"}}); }

    std::error_code put(const chat::User& from, std::string_view name, std::string text) {
        std::error_code answer = chat::Errc::not_supported;
        box_.keep(from, name, std::move(text), [&](std::error_code error) { answer = error; });
        settle();
        return answer;
    }

    NameMap names_{*tests::service_options().names.fold, [](std::string, std::string, NameMap::Saved) {}, log_, {}};
    FarMail far_{{service_, names_, store_,
                  [](const chat::User& from, std::string_view) { return from.profile().account == "ana"; }},
                 {}};
    Mailbox box_{service_, names_, store_, server_, mail_, far_};
    IrcPerson zoe_{service_, "zoe", {"~zoe", "cloak.test", "Zoe Real", ""}};
};

TEST_F(MailboxTest, PeopleOfBothSidesAreExpectedWhileTheyAreAway) {
    EXPECT_TRUE(box_.expects("bob"));
    EXPECT_TRUE(box_.expects("Ana"));
    EXPECT_FALSE(box_.expects("nobody"));
    const MsnPerson bob = online("bob");
    EXPECT_FALSE(box_.expects("bob"));
}

TEST_F(MailboxTest, NobodyIsExpectedWhoseNickSomebodyHas) {
    const IrcPerson usurper(service_, "bob");
    EXPECT_FALSE(box_.expects("bob"));
}

TEST_F(MailboxTest, WhatIsForMsnIsKeptForTheHandleFromTheFriendlyName) {
    ASSERT_FALSE(put(zoe_.user(), "BOB", "hello"));
    ASSERT_EQ(store_.messages().size(), 1U);
    const msn::OfflineMessage& message = store_.messages()[0];
    EXPECT_EQ(message.to, "bob@example.com");
    EXPECT_EQ(message.from, "zoe@irc.msn.test");
    EXPECT_EQ(message.from_name, msn::identity_of(server_, zoe_.user()).name);
    EXPECT_EQ(message.text, "hello");
    EXPECT_EQ(message.sent_at, scheduler_.wall_now());
    EXPECT_EQ(server_.author("zoe@irc.msn.test"), &zoe_.user());
}

TEST_F(MailboxTest, WhatIsForAnAccountIsKeptForItsNameFromTheNick) {
    ASSERT_FALSE(put(zoe_.user(), "Ana", "hello"));
    ASSERT_EQ(store_.messages().size(), 1U);
    EXPECT_EQ(store_.messages()[0].to, "ana");
    EXPECT_EQ(store_.messages()[0].from_name, "zoe");
}

TEST_F(MailboxTest, WhatSomebodyOnMsnWritesIsFromTheirHandle) {
    MsnPerson carol = online("carol");
    ASSERT_FALSE(put(user_of(carol), "ana", "hello"));
    EXPECT_EQ(store_.messages().at(0).from, "carol@example.com");
    EXPECT_EQ(server_.author("carol@example.com"), nullptr) << "a handle is enough to find them";
}

TEST_F(MailboxTest, AStoreThatFailsIsTold) {
    store_.fail_after(0);
    EXPECT_TRUE(put(zoe_.user(), "bob", "hello"));
    store_.fail_after(0);
    EXPECT_TRUE(put(zoe_.user(), "ana", "hello"));
    EXPECT_TRUE(store_.messages().empty());
}

}  // namespace
}  // namespace patchcord::gateway

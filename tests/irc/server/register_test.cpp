#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/irc_account_fixture.hpp"
#include "tests/support/manual_account_desk.hpp"

namespace patchcord::irc {
namespace {

using Opened = chat::AccountDesk::Opened;
using tests::commands_of;
using tests::IrcAccountTest;
using tests::IrcClient;
using tests::Lines;
using tests::ManualAccountDesk;
using tests::only;

ServerOptions with_registration() {
    ServerOptions options = tests::irc_options();
    options.account_registration = true;
    return options;
}

class IrcRegisterTest : public IrcAccountTest {
  protected:
    explicit IrcRegisterTest(ServerOptions options = with_registration()) : IrcAccountTest(std::move(options)) {
        server_.environment().account_desk = &desk_;
    }
    /// A client that is told of failures in lines it can read.
    IrcClient open_with_replies() {
        IrcClient client = open();
        client.send("CAP REQ standard-replies");
        client.take();
        return client;
    }
    /// All lines of the list.
    static std::string offered(IrcClient& client) {
        std::string all;
        for (const std::string& line : client.ask("CAP LS 302")) all += line + "\n";
        return all;
    }
    using Asked = std::vector<std::string>;

    ManualAccountDesk desk_;
};

class IrcRegisterWithServerPasswordTest : public IrcRegisterTest {
  protected:
    static ServerOptions options_with_password() {
        ServerOptions options = with_registration();
        options.password_hash = "server-hash";
        return options;
    }
    IrcRegisterWithServerPasswordTest() : IrcRegisterTest(options_with_password()) {}
};

class IrcRegisterInClearTest : public IrcRegisterTest {
  protected:
    static ServerOptions options_without_plaintext() {
        ServerOptions options = with_registration();
        options.plaintext_passwords = false;
        return options;
    }
    IrcRegisterInClearTest() : IrcRegisterTest(options_without_plaintext()) {}
};

TEST_F(IrcRegisterTest, AnAccountIsOpenedBeforeTheConnectionIsComplete) {
    IrcClient bob = open_with_replies();
    EXPECT_NE(offered(bob).find("draft/account-registration=before-connect,custom-account-name"), std::string::npos);
    bob.send("NICK bob\r\nREGISTER * bob@example.com hunter22");
    EXPECT_EQ(desk_.asked, (Asked{"open bob hunter22"}));
    desk_.opening(Opened::done, {"bob", {}});
    EXPECT_EQ(bob.take(), (Lines{":irc.test REGISTER SUCCESS bob :Your account is open",
                                 ":irc.test 900 bob bob!*@users.test bob :You are now logged in as bob"}));
    bob.send("USER bob 0 * :Bob\r\nCAP END");
    EXPECT_EQ(only("001", bob.take()).size(), 1U);
    EXPECT_EQ(user("bob").profile().account, "bob");
}

TEST_F(IrcRegisterTest, AnAccountIsOpenedLaterAndOthersAreTold) {
    IrcClient ana = join("zoe", "account-notify");
    IrcClient bob = join("bob");
    ana.take();
    bob.send("REGISTER robert * :correct horse battery");
    EXPECT_EQ(desk_.asked, (Asked{"open robert correct horse battery"}));
    desk_.opening(Opened::done, {"robert", {}});
    EXPECT_EQ(only("REGISTER", bob.take()), (Lines{":irc.test REGISTER SUCCESS robert :Your account is open"}));
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test ACCOUNT robert"}));
}

TEST_F(IrcRegisterTest, ANameThatSomebodyElseGoesByIsNotOpened) {
    IrcClient bob = connect("bob");
    IrcClient mal = connect("mal", "standard-replies");
    mal.send("REGISTER bob * hunter22");
    EXPECT_EQ(desk_.asked, (Asked{"open bob hunter22 taken"}));
    desk_.opening(Opened::bad_name, {});
    EXPECT_EQ(mal.take().front().find(":irc.test FAIL REGISTER BAD_ACCOUNT_NAME bob :"), 0U);
}

TEST_F(IrcRegisterTest, EachRefusalHasItsCode) {
    IrcClient bob = connect("bob", "standard-replies");
    const std::vector<std::pair<Opened, std::string>> codes{{Opened::exists, "ACCOUNT_EXISTS"},
                                                            {Opened::weak_password, "WEAK_PASSWORD"},
                                                            {Opened::bad_password, "UNACCEPTABLE_PASSWORD"},
                                                            {Opened::busy, "TEMPORARILY_UNAVAILABLE"}};
    for (const auto& [outcome, code] : codes) {
        bob.send("REGISTER * * x");
        desk_.opening(outcome, {});
        EXPECT_EQ(bob.take().front().find(":irc.test FAIL REGISTER " + code + " bob :"), 0U) << code;
    }
    EXPECT_EQ(user("bob").profile().account, "");
}

TEST_F(IrcRegisterTest, WithoutANickOrWithAnAccountThereIsNothingToOpen) {
    IrcClient bob = open_with_replies();
    EXPECT_EQ(bob.ask("REGISTER * * hunter22"), (Lines{":irc.test FAIL REGISTER NEED_NICK * :Say NICK first"}));
    EXPECT_EQ(commands_of(bob.ask("REGISTER bob *")), (Lines{"461"}));
    IrcClient ana = connect_ana();
    ana.ask("CAP REQ standard-replies");
    EXPECT_EQ(ana.ask("REGISTER bob * hunter22").front().find(":irc.test FAIL REGISTER ALREADY_AUTHENTICATED bob :"),
              0U);
    EXPECT_EQ(ana.ask("VERIFY bob 1").front().find(":irc.test FAIL VERIFY ALREADY_AUTHENTICATED bob :"), 0U);
    EXPECT_TRUE(desk_.asked.empty());
}

TEST_F(IrcRegisterTest, ThereIsNothingToVerify) {
    IrcClient bob = connect("bob", "standard-replies");
    EXPECT_EQ(bob.ask("VERIFY bob 1").front().find(":irc.test FAIL VERIFY INVALID_CODE bob :"), 0U);
}

TEST_F(IrcRegisterTest, WhereItIsOffItIsNotOfferedAndRefused) {
    IrcClient bob = connect("bob", "cap-notify standard-replies draft/account-registration");
    change_options([](ServerOptions& options) { options.account_registration = false; });
    EXPECT_EQ(bob.take(), (Lines{":irc.test CAP bob DEL :draft/account-registration"}));
    EXPECT_EQ(offered(bob).find("account-registration"), std::string::npos);
    EXPECT_EQ(bob.ask("CAP LIST").front().find("account-registration"), std::string::npos);
    EXPECT_EQ(commands_of(bob.ask("REGISTER * * hunter22")), (Lines{"FAIL"}));
    EXPECT_TRUE(desk_.asked.empty());
    change_options([](ServerOptions& options) { options.account_registration = true; });
    EXPECT_EQ(bob.take(),
              (Lines{":irc.test CAP bob NEW :draft/account-registration=before-connect,custom-account-name"}));
}

TEST_F(IrcRegisterTest, AnAnswerForSomebodyWhoIsGoneIsForgotten) {
    IrcClient bob = connect("bob");
    bob.send("REGISTER * * hunter22");
    bob.hang_up();
    desk_.opening(Opened::done, {"bob", {}});
    EXPECT_FALSE(service_.lookup_user("bob"));
}

TEST_F(IrcRegisterWithServerPasswordTest, NobodyOpensOneBeforeSayingIt) {
    IrcClient bob = open_with_replies();
    EXPECT_NE(offered(bob).find("draft/account-registration=custom-account-name"), std::string::npos);
    bob.ask("NICK bob");
    EXPECT_EQ(bob.ask("REGISTER * * hunter22").front().find(":irc.test FAIL REGISTER COMPLETE_CONNECTION_REQUIRED :"),
              0U);
    EXPECT_TRUE(desk_.asked.empty());
}

TEST_F(IrcRegisterInClearTest, APasswordThatOthersCouldReadOpensNothing) {
    IrcClient bob = connect("bob", "standard-replies");
    EXPECT_EQ(offered(bob).find("account-registration"), std::string::npos);
    EXPECT_EQ(commands_of(bob.ask("REGISTER * * hunter22")), (Lines{"FAIL"}));
    EXPECT_TRUE(desk_.asked.empty());
}

}  // namespace
}  // namespace patchcord::irc

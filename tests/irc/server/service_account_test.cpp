#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/error.hpp"
#include "tests/support/irc_account_fixture.hpp"
#include "tests/support/manual_account_desk.hpp"

namespace patchcord::irc {
namespace {

using tests::IrcAccountTest;
using tests::IrcClient;
using tests::Lines;
using tests::ManualAccountDesk;

class IrcServiceAccountTest : public IrcAccountTest {
  protected:
    explicit IrcServiceAccountTest(ServerOptions options = tests::irc_options()) : IrcAccountTest(std::move(options)) {
        server_.environment().account_desk = &desk_;
    }
    /// What the service nick says, without its name in front.
    static Lines texts(const Lines& lines) {
        Lines answers;
        for (const std::string& line : lines) answers.push_back(line.substr(line.find(" :") + 2));
        return answers;
    }
    static Lines say(IrcClient& client, const std::string& words) {
        return texts(client.ask("PRIVMSG *patchcord :" + words));
    }
    /// ana, by TLS and with a certificate.
    IrcClient connect_with_certificate() {
        IrcClient client(server_, {"192.0.2.1", "abcd", true});
        client.send("CAP REQ :sasl");
        client.take();
        say_plain(client);
        accounts_.answer(chat::AccountVerifier::Answer::right, "ana");
        client.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
        client.take();
        return client;
    }
    using Asked = std::vector<std::string>;

    ManualAccountDesk desk_;
};

class IrcServiceAccountInClearTest : public IrcServiceAccountTest {
  protected:
    static ServerOptions without_plaintext() {
        ServerOptions options = tests::irc_options();
        options.plaintext_passwords = false;
        return options;
    }
    IrcServiceAccountInClearTest() : IrcServiceAccountTest(without_plaintext()) {}
};

TEST_F(IrcServiceAccountTest, AGuestHasNothingToChange) {
    IrcClient bob = connect("bob");
    for (const char* words : {"passwd old new", "certfp", "certfp add"}) {
        EXPECT_EQ(say(bob, words), (Lines{"Log in to an account first"})) << words;
    }
    server_.environment().account_desk = nullptr;
    EXPECT_EQ(say(bob, "certfp"), (Lines{"There are no accounts here"}));
    EXPECT_TRUE(desk_.asked.empty());
}

TEST_F(IrcServiceAccountTest, ThePasswordIsChangedAndTheAnswerTold) {
    IrcClient ana = connect_ana();
    EXPECT_EQ(say(ana, "passwd secret secret2"), Lines{});
    EXPECT_EQ(desk_.asked, (Asked{"password ana 192.0.2.1 secret secret2"}));
    desk_.waiting("");
    EXPECT_EQ(texts(ana.take()), (Lines{"Your password is changed; it holds wherever you log in to this account"}));
    EXPECT_EQ(say(ana, "passwd secret secret2"), Lines{});
    desk_.waiting("The old password is wrong");
    EXPECT_EQ(texts(ana.take()), (Lines{"The old password is wrong"}));
    EXPECT_EQ(log_.count("secret"), 0U);
}

TEST_F(IrcServiceAccountTest, APasswordIsTwoWords) {
    IrcClient ana = connect_ana();
    for (const char* words : {"passwd", "passwd secret", "passwd secret new one"}) {
        EXPECT_EQ(say(ana, words), (Lines{"Say: passwd <old> <new>; neither may hold spaces"})) << words;
    }
    EXPECT_TRUE(desk_.asked.empty());
}

TEST_F(IrcServiceAccountInClearTest, APasswordIsNotTakenWhereOthersCouldReadIt) {
    IrcClient ana = connect("zoe");
    user("zoe").set_account("ana");
    EXPECT_EQ(say(ana, "passwd secret secret2"), (Lines{"Passwords are taken over TLS only"}));
    EXPECT_TRUE(desk_.asked.empty());
}

TEST_F(IrcServiceAccountTest, TheCertificateOfThisConnectionIsAdded) {
    IrcClient ana = connect_with_certificate();
    EXPECT_EQ(say(ana, "certfp add"), Lines{});
    EXPECT_EQ(desk_.asked, (Asked{"add ana abcd"}));
    desk_.waiting("");
    EXPECT_EQ(texts(ana.take()), (Lines{"Whoever has the key of that certificate can log in to your account now"}));
    say(ana, "certfp add 12:34");
    desk_.waiting("That is no fingerprint");
    EXPECT_EQ(texts(ana.take()), (Lines{"That is no fingerprint"}));
    EXPECT_EQ(desk_.asked.back(), "add ana 12:34");
}

TEST_F(IrcServiceAccountTest, WithoutACertificateAFingerprintHasToBeNamed) {
    IrcClient ana = connect_ana();
    EXPECT_EQ(say(ana, "certfp add"),
              (Lines{"Your client shows no certificate on this connection; name a fingerprint"}));
    EXPECT_EQ(say(ana, "certfp remove"),
              (Lines{"Say: certfp list, certfp add [fingerprint], or certfp remove <fingerprint>"}));
    EXPECT_TRUE(desk_.asked.empty());
    say(ana, "certfp REMOVE abcd");
    EXPECT_EQ(desk_.asked, (Asked{"remove ana abcd"}));
    desk_.waiting("");
    EXPECT_EQ(texts(ana.take()), (Lines{"That certificate is forgotten"}));
}

TEST_F(IrcServiceAccountTest, CertificatesAreListed) {
    IrcClient ana = connect_with_certificate();
    say(ana, "certfp");
    desk_.listing(std::vector<std::string>{"1234", "abcd"});
    EXPECT_EQ(texts(ana.take()), (Lines{"1234", "abcd, this connection's"}));
    say(ana, "certfp list");
    desk_.listing(std::vector<std::string>{});
    EXPECT_EQ(texts(ana.take()), (Lines{"Your account knows no certificates; \"certfp add\" adds one"}));
    say(ana, "certfp list");
    desk_.listing(make_error_code(chat::Errc::client_gone));
    EXPECT_NE(texts(ana.take()).front().find("could not be looked up"), std::string::npos);
}

}  // namespace
}  // namespace patchcord::irc

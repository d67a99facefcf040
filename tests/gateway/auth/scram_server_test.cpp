#include "gateway/auth/scram_server.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "gateway/auth/password_hash.hpp"
#include "tests/gateway/auth/scram_client.hpp"

namespace patchcord::gateway {
namespace {

class ScramServerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        ASSERT_TRUE(start_password_hashing());
        secrets_ = parse_scram_secrets(make_scram_secrets("correct horse")).value();
    }
    void SetUp() override { ASSERT_TRUE(library_); }

    /// Is the client let in, and content with the server?
    bool log_in(ScramTestClient& client, const ScramSecrets& secrets) {
        ScramServer server(library_);
        const auto challenge = server.challenge(client.say(""), secrets);
        if (!challenge) return false;
        const auto proof = server.verify(client.say(*challenge));
        if (!proof) return false;
        client.say(*proof);
        return client.satisfied();
    }

    static inline ScramSecrets secrets_;
    std::shared_ptr<const ScramLibrary> library_ = ScramLibrary::open();
};

TEST_F(ScramServerTest, ThePasswordThatTheSecretsWereMadeOfIsRight) {
    ScramTestClient ana("ana", "correct horse");
    EXPECT_TRUE(log_in(ana, secrets_));
}

TEST_F(ScramServerTest, AnyOtherPasswordIsWrong) {
    for (const char* password : {"correct horsf", "correct horse ", "x"}) {
        ScramTestClient mal("ana", password);
        EXPECT_FALSE(log_in(mal, secrets_)) << password;
    }
}

TEST_F(ScramServerTest, TheFirstMessageNamesTheAccountWithItsCommasAndEqualsSigns) {
    const ScramServer server(library_);
    const auto client = server.read_first("n,,n=a=2Cn=3Da,r=nonce");
    ASSERT_TRUE(client);
    EXPECT_EQ(client->name, "a,n=a");
    EXPECT_EQ(client->acting_for, "");
    EXPECT_EQ(server.read_first("n,a=bob,n=ana,r=nonce")->acting_for, "bob");
}

TEST_F(ScramServerTest, WhatIsNoFirstMessageIsRefused) {
    using namespace std::string_literals;
    ScramServer server(library_);
    for (const std::string& message :
         {""s, "n"s, "n,,"s, "n,,n=ana"s, "n,,n=,r=nonce"s, "p=tls-unique,,n=ana,r=nonce"s, "n,,m=ext,n=ana,r=nonce"s,
          "n,,n=a\0na,r=nonce"s, "\0ana\0secret"s, std::string(4000, 'n')}) {
        EXPECT_FALSE(server.read_first(message)) << message;
    }
}

TEST_F(ScramServerTest, TheChallengeHasTheStoredSaltAndAFreshNonce) {
    std::set<std::string> challenges;
    for (int i = 0; i < 20; ++i) {
        ScramServer server(library_);
        const std::string challenge = server.challenge("n,,n=ana,r=nonce", secrets_).value();
        EXPECT_TRUE(challenge.starts_with("r=nonce")) << challenge;
        EXPECT_TRUE(challenge.ends_with(",s=" + secrets_.salt + ",i=15000")) << challenge;
        challenges.insert(challenge);
    }
    EXPECT_EQ(challenges.size(), 20U);
}

TEST_F(ScramServerTest, AProofIsGoodForItsOwnExchangeOnly) {
    ScramTestClient ana("ana", "correct horse");
    const std::string first = ana.say("");
    ScramServer server(library_);
    const std::string proof = ana.say(server.challenge(first, secrets_).value());
    ScramServer other(library_);
    ASSERT_TRUE(other.challenge(first, secrets_));
    EXPECT_FALSE(other.verify(proof)) << "a replay";
    EXPECT_TRUE(server.verify(proof));
    ScramServer nobody(library_);
    EXPECT_FALSE(nobody.verify(proof)) << "before the first message";
}

TEST_F(ScramServerTest, AnAccountThatThereIsNotLooksLikeOneAndLetsNobodyIn) {
    const ScramSecrets fake = fake_scram_secrets("secret", "bob");
    EXPECT_EQ(fake.iterations, secrets_.iterations);
    EXPECT_EQ(fake.salt.size(), secrets_.salt.size());
    EXPECT_EQ(fake.stored_key.size(), secrets_.stored_key.size());
    EXPECT_EQ(fake.salt, fake_scram_secrets("secret", "bob").salt) << "the same each time it is asked for";
    EXPECT_NE(fake.salt, fake_scram_secrets("secret", "carol").salt);
    EXPECT_NE(fake.salt, fake_scram_secrets("another", "bob").salt);
    ScramTestClient bob("bob", "correct horse");
    EXPECT_FALSE(log_in(bob, fake));
}

TEST(ScramSecretsTest, TheTextHoldsNoPasswordAndAnotherSaltEachTime) {
    ASSERT_TRUE(start_password_hashing());
    const std::string text = make_scram_secrets("correct horse");
    EXPECT_EQ(text.find("horse"), std::string::npos);
    EXPECT_NE(text, make_scram_secrets("correct horse"));
    const auto secrets = parse_scram_secrets(text);
    ASSERT_TRUE(secrets);
    EXPECT_EQ(secrets->iterations, scram_iterations);
}

TEST(ScramSecretsTest, WhatIsNoPasswordHasNone) {
    ASSERT_TRUE(start_password_hashing());
    EXPECT_EQ(make_scram_secrets(""), "");
    EXPECT_EQ(make_scram_secrets(std::string("a\0b", 3)), "");
    EXPECT_EQ(make_scram_secrets("\xFF\xFE"), "") << "no UTF-8";
}

TEST(ScramSecretsTest, OtherTextIsNotRead) {
    for (const char* text : {"", "$$$", "15000$c2FsdA==$c3RvcmVk", "15000$c2FsdA==$c3RvcmVk$",
                             "x$c2FsdA==$c3RvcmVk$a2V5", "15000x$c2FsdA==$c3RvcmVk$a2V5", "1$c2FsdA==$c3RvcmVk$a2V5",
                             "99999999999$c2FsdA==$c3RvcmVk$a2V5", "15000$c2FsdA==$c3RvcmVk$a2V5$more"}) {
        EXPECT_FALSE(parse_scram_secrets(text)) << text;
    }
    EXPECT_TRUE(parse_scram_secrets("4096$c2FsdA==$c3RvcmVk$a2V5"));
}

}  // namespace
}  // namespace patchcord::gateway

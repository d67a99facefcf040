#include "gateway/services/password_rules.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

TEST(PasswordRulesTest, PasswordsGoOverTlsOrToThisMachine) {
    EXPECT_TRUE(may_carry_passwords(*parse_url("https://a.example"), false));
    EXPECT_FALSE(may_carry_passwords(*parse_url("http://a.example"), false));
    EXPECT_TRUE(may_carry_passwords(*parse_url("http://a.example"), true));
    EXPECT_TRUE(may_carry_passwords(*parse_url("http://[::1]:8080"), false));
}

TEST(PasswordRulesTest, RedirectionsStayOnTheHostAndOnTls) {
    const Url from = *parse_url("https://a.example/x");
    EXPECT_EQ(problem_with_redirection(from, parse_url("https://a.example:444/y")), "");
    EXPECT_EQ(problem_with_redirection(from, parse_url("https://b.example/y")),
              "it sends us, and the password, to another host");
    EXPECT_EQ(problem_with_redirection(from, parse_url("http://a.example/y")), "it wants the password without TLS");
    EXPECT_EQ(problem_with_redirection(from, std::nullopt), "it sends us to an address that is none");
    EXPECT_EQ(problem_with_redirection(*parse_url("http://a.example"), parse_url("https://a.example")), "");
}

TEST(PasswordRulesTest, WordsAreOneLineThatCanBeSeen) {
    EXPECT_EQ(shown_words("Bad password"), "Bad password");
    EXPECT_EQ(shown_words("a\r\nb\x1B[2J\xE2\x80\xAE\xFF").find_first_of("\r\n\x1B"), std::string::npos);
    EXPECT_EQ(shown_words("a\xE2\x80\xAE"
                          "b"),
              "ab");
    EXPECT_EQ(shown_words(std::string(199, 'x') + "\xC3\xA4").size(), 199U);
}

}  // namespace
}  // namespace patchcord::gateway

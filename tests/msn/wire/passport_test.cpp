#include "msn/wire/passport.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

using namespace std::string_literals;
using Status = PassportAnswer::Status;

TEST(PassportRequestTest, ARequestIsReadWithItsValuesDecodedAndTheChallengeAsItCame) {
    const auto request = parse_passport_request(
        "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=a%40example.com,pwd=1%2C23%254,"
        "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1");
    ASSERT_TRUE(request);
    EXPECT_EQ(*request, (PassportRequest{"a@example.com", "1,23%4", "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1"}));
}

TEST(PassportRequestTest, RealClientsOddFieldsAreKeptInTheChallenge) {
    const auto pidgin = parse_passport_request(
        "Passport1.4 OrgVerb=GET,OrgURL=(null),sign-in=p%40example.com,pwd=123456,lc=1,id=1,tw=(null),fs=(null)");
    ASSERT_TRUE(pidgin);
    EXPECT_EQ(pidgin->challenge, "lc=1,id=1,tw=(null),fs=(null)");
    const auto other = parse_passport_request(
        "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=j%40example.com,pwd=123456,c");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->challenge, "c");
}

TEST(PassportRequestTest, OrderAndCaseOfTheFieldsDoNotMatterAndTheFirstOfTwoCounts) {
    EXPECT_EQ(parse_passport_request(" passport1.4  lc=1, PWD=x ,Sign-In=bob@example.com,,sign-in=mal,pwd=y,id=2"),
              (PassportRequest{"bob@example.com", "x", "lc=1,id=2"}));
}

TEST(PassportRequestTest, PlusIsAPlusAndABadPercentStays) {
    EXPECT_EQ(parse_passport_request("Passport1.4 sign-in=a+b@example.com,pwd=100%=x%2")->sign_in, "a+b@example.com");
    EXPECT_EQ(parse_passport_request("Passport1.4 sign-in=a@example.com,pwd=100%=x%2")->password, "100%=x%2");
}

TEST(PassportRequestTest, WhatIsNoRequestIsRefused) {
    for (const std::string& wrong :
         {""s, "Basic YTpi"s, "Passport1.4"s, "Passport1.4x sign-in=a,pwd=b"s, "Passport1.4 sign-in=a"s,
          "Passport1.4 pwd=b"s, "Passport1.4 sign-in=,pwd=b"s, "Passport1.4 sign-in=a,pwd="s,
          "Passport1.4 sign-in=a%0D%0Ab,pwd=b"s, "Passport1.4 sign-in=a,pwd=b%00"s,
          "Passport1.4 sign-in=" + std::string(130, 'a') + ",pwd=b",
          "Passport1.4 sign-in=a,pwd=" + std::string(257, 'b'),
          "Passport1.4 sign-in=a,pwd=b," + std::string(max_passport_header_bytes, 'c')}) {
        EXPECT_EQ(parse_passport_request(wrong), std::nullopt) << wrong;
    }
}

TEST(PassportAnswerTest, ASuccessIsReadWithItsTicketUnchanged) {
    const auto answer = parse_passport_answer(
        "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,from-PP='t=5a,b%20$$&p=x=',ru=http://example.com");
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, (PassportAnswer{Status::success, "t=5a,b%20$$&p=x=", ""}));
    EXPECT_EQ(parse_passport_answer("Passport1.4 da-status=success,from-PP='6d9aeada26aa889ddab2'")->ticket,
              "6d9aeada26aa889ddab2");
}

TEST(PassportAnswerTest, AFailureIsReadWithItsReason) {
    EXPECT_EQ(parse_passport_answer("Passport1.4 da-status=failed"), (PassportAnswer{Status::failed, "", ""}));
    EXPECT_EQ(parse_passport_answer("Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cburl=x,"
                                    "cbtxt=Bad%20password%0D%0A%FF"),
              (PassportAnswer{Status::failed, "", "Bad password \xEF\xBF\xBD"}));
    EXPECT_EQ(parse_passport_answer("Passport1.4 da-status=failed-noretry")->status, Status::failed);
    EXPECT_EQ(parse_passport_answer("Passport1.4 da-status=redir")->status, Status::redirect);
}

TEST(PassportAnswerTest, ASuccessWithoutATicketFitForACommandIsRefused) {
    for (const std::string& wrong :
         {""s, "Passport1.4"s, "Passport1.4 from-PP='t=1'"s, "Passport1.4 da-status=odd,from-PP='t=1'"s,
          "Passport1.4 da-status=success"s, "Passport1.4 da-status=success,from-PP=''"s,
          "Passport1.4 da-status=success,from-PP='a b'"s, "Passport1.4 da-status=success,from-PP='a\r\nQRY'"s,
          "Passport1.4 da-status=success,from-PP='" + std::string(max_ticket_bytes + 1, 'x') + "'",
          std::string(max_passport_header_bytes + 1, 'x')}) {
        EXPECT_EQ(parse_passport_answer(wrong), std::nullopt) << wrong;
    }
}

TEST(PassportAnswerTest, WhatTheServerWritesCannotBeBrokenOutOf) {
    EXPECT_EQ(format_passport_answer({Status::success, "t=a',b\r\n c&p=", ""}),
              "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='t=a,bc&p='");
    const std::string failure = format_passport_answer({Status::failed, "", "bad,\r\n'\"<b>"});
    EXPECT_EQ(failure, "Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cbtxt=bad%2C%0D%0A%27%22%3Cb%3E");
    EXPECT_EQ(parse_passport_answer(failure)->reason, "bad, '\"<b>");
    EXPECT_EQ(format_passport_answer({Status::redirect, "", ""}), "Passport1.4 da-status=redir");
}

TEST(PassportUrlsTest, TheLoginAddressIsFoundAndGivenAScheme) {
    EXPECT_EQ(parse_passport_urls("DARealm=Passport.Net,DALogin=login.example.com/login,DAReg=x,ConfigVersion=1"),
              "https://login.example.com/login");
    EXPECT_EQ(parse_passport_urls("dalogin = http://login.example.com/a=b "), "http://login.example.com/a=b");
    for (const std::string_view wrong : {"", "DARealm=x", "DALogin=", "DALogin=a b", "DALogin=a\rb"}) {
        EXPECT_EQ(parse_passport_urls(wrong), std::nullopt) << wrong;
    }
}

TEST(PassportUrlsTest, TheNexusAnswersAsTheRealOneDid) {
    EXPECT_EQ(format_passport_urls("login.example.com/login"),
              "DARealm=Passport.Net,DALogin=login.example.com/login,DAReg=login.example.com,ConfigVersion=1");
    EXPECT_EQ(format_passport_urls("mal,\r\nX: y/"),
              "DARealm=Passport.Net,DALogin=malX:y/,DAReg=malX:y,ConfigVersion=1");
}

TEST(PassportTicketTest, TokenAndProfileAreToldApart) {
    EXPECT_EQ(parse_ticket("t=abc&p=def"), (PassportTicket{"abc", "def"}));
    EXPECT_EQ(parse_ticket("t=ed45468c0af51468e018&p="), (PassportTicket{"ed45468c0af51468e018", ""}));
    EXPECT_EQ(parse_ticket("t=abc"), (PassportTicket{"abc", ""}));
    EXPECT_EQ(parse_ticket("t=abc&x"), (PassportTicket{"abc", ""}));
    EXPECT_EQ(parse_ticket("6d9aeada26aa889ddab2"), (PassportTicket{"6d9aeada26aa889ddab2", ""}));
    for (const std::string& wrong : {""s, "t="s, "t=&p=x"s, "a b"s, "a\nb"s, std::string(max_ticket_bytes + 1, 'x')}) {
        EXPECT_EQ(parse_ticket(wrong), std::nullopt) << wrong;
    }
}

TEST(PassportTicketTest, ATicketIsOneParameter) {
    EXPECT_EQ(format_ticket({"a b&c", "d'\r\ne"}), "t=abc&p=de");
}

TEST(PassportChallengeTest, TheChallengeHasTheFieldsClientsPickOut) {
    const chat::WallTime now{std::chrono::seconds(1'027'041'310)};
    const std::string challenge = format_passport_challenge(now, "a,b\r\n c");
    EXPECT_EQ(challenge.find_first_of(" \r\n"), std::string::npos);
    EXPECT_TRUE(challenge.starts_with("lc=1033,id=507,"));
    for (const std::string_view name : {"lc", "id", "tw", "fs", "ru", "ct", "kpp", "kv", "ver", "tpf"}) {
        EXPECT_TRUE(find_challenge_field(challenge, name)) << name;
    }
    EXPECT_EQ(find_challenge_field(challenge, "ct"), "1027041310");
    EXPECT_EQ(find_challenge_field(challenge, "TPF"), "abc");
    EXPECT_EQ(find_challenge_field(challenge, "none"), std::nullopt);
}

RC_GTEST_PROP(PassportPropertiesTest, WhatAClientWritesTheServerReads, ()) {
    const auto credential = [] {
        return "x" + *rc::gen::container<std::string>(rc::gen::elementOf("ab,=%&'\" +@\xC3\xA9"s));
    };
    const PassportRequest request{credential().substr(0, 100), credential().substr(0, 200), "lc=1,id=507"};
    RC_ASSERT(parse_passport_request(format_passport_request(request)) == request);
}

RC_GTEST_PROP(PassportPropertiesTest, WhatAServerWritesTheClientReads, ()) {
    const PassportTicket ticket{"x" + *rc::gen::container<std::string>(rc::gen::elementOf("ab,=%+$"s)),
                                *rc::gen::container<std::string>(rc::gen::elementOf("ab,=%&"s))};
    const PassportAnswer answer{Status::success, format_ticket(ticket), ""};
    const auto read = parse_passport_answer(format_passport_answer(answer));
    RC_ASSERT(read == answer);
    RC_ASSERT(parse_ticket(read->ticket) == ticket);
}

RC_GTEST_PROP(PassportPropertiesTest, NoBytesBreakOutOfALine, (const std::string& bytes)) {
    for (const std::string& line :
         {format_passport_request({bytes, bytes, bytes}), format_passport_answer({Status::success, bytes, bytes}),
          format_passport_answer({Status::failed, bytes, bytes}), format_passport_urls(bytes),
          format_ticket({bytes, bytes}), format_passport_challenge({}, bytes)}) {
        RC_ASSERT(one_line(line) == line);
    }
    for (const std::string& header : {bytes, "Passport1.4 " + bytes, "Passport1.4 da-status=success,from-PP=" + bytes,
                                      "Passport1.4 pwd=x,sign-in=" + bytes, "DALogin=" + bytes}) {
        if (const auto answer = parse_passport_answer(header)) RC_ASSERT(one_line(answer->reason) == answer->reason);
        if (const auto request = parse_passport_request(header))
            RC_ASSERT(one_line(request->sign_in) == request->sign_in);
        if (const auto url = parse_passport_urls(header)) RC_ASSERT(one_line(*url) == *url);
    }
}

}  // namespace
}  // namespace patchcord::msn

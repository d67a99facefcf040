#include "msn/wire/challenge.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::msn {
namespace {

std::array<std::uint8_t, 16> md5(std::string_view bytes) {
    std::array<std::uint8_t, 16> digest{};
    EXPECT_EQ(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr), 1);
    return digest;
}

const Product& product(std::string_view id) {
    const Product* found = find_product(id);
    EXPECT_NE(found, nullptr) << id;
    return *found;
}

TEST(ChallengeTest, TheOldAnswerIsMd5OfChallengeAndKey) {
    const Product& generic = product("msmsgs@msnmsgr.com");
    for (const int dialect : {6, 8, 10}) {
        EXPECT_EQ(answer_challenge(dialect, "15570131571988941333", generic, md5), "8f2f5a91b72102cd28355e9fc9000d6e");
        EXPECT_EQ(answer_challenge(dialect, std::string(20, '1'), generic, md5), "3b6666b60157322b6fc6e41a115968f5");
    }
}

TEST(ChallengeTest, TheNewAnswersArePublishedOnes) {
    const std::vector<std::pair<std::string, std::string>> of_msn7 = {
        {"22210219642164014968", "85ecb0db8f32113df79ce0892b9a102c"},
        {"36819795137093047918", "e7ad3cb09d3e9e4e7c720175984809e9"},
        {"21948129323261853323", "59bcf63ed21f44906c3d3e121ddbed65"},
        {"41525959199453244913", "dcb8ff529e4dd12cc43389851128d2db"},
        {"31744216663023315951", "d15553d0ea89c9f63bbb98a208fa4235"},
        {"14494180082586329971", "4e11d4cd56a65bdf04f60aa133db7ebc"}};
    for (const auto& [challenge, answer] : of_msn7) {
        EXPECT_EQ(answer_challenge(11, challenge, product("PROD0090YUAUV{2B"), md5), answer);
    }
    const Product& of_msnp15 = product("PROD0113H11T8$X_");
    EXPECT_EQ(answer_challenge(15, "11533365622852247127", of_msnp15, md5), "f086d1ded067186deca8dba2231602cf");
    EXPECT_EQ(answer_challenge(15, "237191752526424888127371168", of_msnp15, md5), "65b6b623c649c25629af048d34066040");
    EXPECT_EQ(answer_challenge(18, "22210219642164014968", product("PROD0120PW!CCV9@"), md5),
              "6e92a312bf6b70ee58e75a1e3315695c");
}

TEST(ChallengeTest, AChallengeThatNeedsNoPaddingIsPaddedAllTheSame) {
    EXPECT_EQ(answer_challenge(11, std::string(24, '1'), product("PROD0090YUAUV{2B"), md5),
              "c2393df162d8dd2aa653ecaf5749c8fb");
}

TEST(ChallengeTest, AnEmptyOrStrangeChallengeIsAnsweredToo) {
    for (const int dialect : {10, 11}) {
        for (const std::string& challenge : {std::string(), std::string(1000, '\xFF')}) {
            EXPECT_EQ(answer_challenge(dialect, challenge, product_for(dialect), md5).size(), 32U);
        }
    }
}

TEST(ChallengeTest, OnlyTheRightAnswerOfAKnownProductIsAccepted) {
    const std::string right = "85ecb0db8f32113df79ce0892b9a102c";
    const auto check = [](std::string_view id, std::string_view answer) {
        return check_challenge(11, "22210219642164014968", id, answer, md5);
    };
    EXPECT_TRUE(check("PROD0090YUAUV{2B", right));
    EXPECT_FALSE(check("PROD0101{0RM?UBW", right));
    EXPECT_FALSE(check("PROD9999", right));
    for (const std::string& wrong :
         {std::string(), right.substr(1), right + "0", "0" + right.substr(1), right + right}) {
        EXPECT_FALSE(check("PROD0090YUAUV{2B", wrong)) << wrong;
    }
    EXPECT_FALSE(check_challenge(10, "22210219642164014968", "PROD0090YUAUV{2B", right, md5));
}

TEST(ChallengeTest, EveryDialectHasAProductThatIsValidForIt) {
    for (int dialect = 6; dialect <= 21; ++dialect) {
        EXPECT_GE(product_for(dialect).last_dialect, dialect);
        EXPECT_EQ(find_product(product_for(dialect).id), &product_for(dialect));
    }
    EXPECT_GE(product_for(99).last_dialect, 21);
    EXPECT_EQ(product_for(8).last_dialect, 10);
}

TEST(ChallengeTest, TheMd5LoginIsOverChallengeAndPassword) {
    EXPECT_EQ(answer_md5_login("1027041310.20917", "swordfish", md5), "6bfb30835f005e516ca9f4fed1e43cc4");
    EXPECT_EQ(answer_md5_login("6dac267232d4d37", "123456", md5), "8869b4f5e2d29373688c9c9dbae7c810");
    EXPECT_TRUE(check_md5_login("6dac267232d4d37", "123456", "8869b4f5e2d29373688c9c9dbae7c810", md5));
    EXPECT_FALSE(check_md5_login("6dac267232d4d37", "1234567", "8869b4f5e2d29373688c9c9dbae7c810", md5));
    EXPECT_FALSE(check_md5_login("6dac267232d4d37", "123456", "", md5));
}

}  // namespace
}  // namespace patchcord::msn

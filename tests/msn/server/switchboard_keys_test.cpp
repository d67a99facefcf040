#include "msn/server/switchboard_keys.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;

class SwitchboardKeysTest : public testing::Test {
  protected:
    std::optional<SwitchboardKeys::Grant> redeem(const std::string& key,
                                                 const std::string& handle = "ana@example.com") {
        return keys_.redeem(key, handle, now_);
    }
    std::string issue(const std::string& handle = "ana@example.com", const std::string& switchboard = {}) {
        return keys_.issue({handle, switchboard}, now_);
    }

    chat::Now now_{1h};
    std::size_t asked_ = 0;
    int last_ = 0;
    SwitchboardKeys keys_{[this](std::size_t characters) {
                              asked_ = characters;
                              return "key" + std::to_string(++last_);
                          },
                          120s};
};

TEST_F(SwitchboardKeysTest, AKeyIsLongEnoughNotToBeGuessed) {
    (void)issue();
    EXPECT_GE(asked_ * 5, 128U) << "five bits a character";
}

TEST_F(SwitchboardKeysTest, AKeyGivesWhatItWasMadeFor) {
    const std::string open = issue();
    const std::string answer = issue("bob@example.com", "12345678");
    const auto opened = redeem(open);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->switchboard, "");
    const auto answered = redeem(answer, "bob@example.com");
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->handle, "bob@example.com");
    EXPECT_EQ(answered->switchboard, "12345678");
}

TEST_F(SwitchboardKeysTest, AKeyIsGoodOnce) {
    const std::string key = issue();
    EXPECT_TRUE(redeem(key));
    EXPECT_FALSE(redeem(key));
}

TEST_F(SwitchboardKeysTest, AKeyTriedByAnotherIsSpent) {
    const std::string key = issue();
    EXPECT_FALSE(redeem(key, "mal@example.com"));
    EXPECT_FALSE(redeem(key));
}

TEST_F(SwitchboardKeysTest, AnUnknownKeyIsWorthNothing) {
    (void)issue();
    EXPECT_FALSE(redeem(""));
    EXPECT_FALSE(redeem("key"));
    EXPECT_FALSE(redeem("KEY1"));
}

TEST_F(SwitchboardKeysTest, AKeyIsGoodUntilItsTimeIsOver) {
    const std::string early = issue();
    const std::string late = issue();
    now_ += 119'999ms;
    EXPECT_TRUE(redeem(early));
    now_ += 1ms;
    EXPECT_FALSE(redeem(late));
}

TEST_F(SwitchboardKeysTest, ARevokedKeyIsWorthNothing) {
    const std::string key = issue();
    const std::string other = issue();
    keys_.revoke(key);
    keys_.revoke("unknown");
    EXPECT_FALSE(redeem(key));
    EXPECT_TRUE(redeem(other));
}

TEST_F(SwitchboardKeysTest, OldKeysAreForgotten) {
    for (int i = 0; i < 100; ++i) (void)issue();
    EXPECT_EQ(keys_.size(), 100U);
    now_ += 120s;
    (void)issue();
    EXPECT_EQ(keys_.size(), 1U);
}

TEST_F(SwitchboardKeysTest, AnotherLifetimeHoldsForLaterKeys) {
    keys_.set_lifetime(10s);
    const std::string key = issue();
    now_ += 10s;
    EXPECT_FALSE(redeem(key));
}

TEST_F(SwitchboardKeysTest, AShorterLifetimeIsKeptThoughOlderKeysLiveLonger) {
    const std::string older = issue();
    keys_.set_lifetime(10s);
    const std::string newer = issue();
    now_ += 11s;
    EXPECT_FALSE(redeem(newer));
    EXPECT_TRUE(redeem(older));
}

}  // namespace
}  // namespace patchcord::msn

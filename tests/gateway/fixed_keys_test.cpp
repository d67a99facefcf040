#include "gateway/fixed_keys.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

using Keys = std::vector<std::string>;

TEST(FixedKeysTest, OthersChange) {
    Config now;
    Config next;
    next.irc.max_targets = now.irc.max_targets + 1;
    EXPECT_EQ(keep_fixed_keys(next, now), Keys());
    EXPECT_EQ(next.irc.max_targets, now.irc.max_targets + 1);
}

TEST(FixedKeysTest, FixedOnesKeepTheirValuesAndAreNamed) {
    Config now;
    Config next;
    next.gateway.name = "other.example.org";
    next.history.enabled = false;
    EXPECT_EQ(keep_fixed_keys(next, now), (Keys{"gateway.name", "history.enabled"}));
    EXPECT_EQ(next.gateway.name, now.gateway.name);
    EXPECT_TRUE(next.history.enabled);
}

TEST(FixedKeysTest, TheDifferenceToTheFileIsToldEachTime) {
    Config now;
    now.written = {{"irc.listen", "[]"}};
    for (int time = 0; time < 2; ++time) {
        Config next;
        next.irc.listen = {"127.0.0.1:1"};
        next.history.enabled = false;
        next.written = {{"irc.listen", "['127.0.0.1:1']"}, {"history.enabled", "false"}};
        EXPECT_EQ(config_changes(now.written, next.written).size(), 2U);
        EXPECT_EQ(keep_fixed_keys(next, now), (Keys{"irc.listen", "history.enabled"}));
        EXPECT_EQ(next.written, now.written);
        now = next;
    }
}

}  // namespace
}  // namespace patchcord::gateway

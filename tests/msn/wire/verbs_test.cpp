#include "msn/wire/verbs.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace patchcord::msn {
namespace {

PayloadRule rule(Direction direction, std::string_view verb) {
    const VerbInfo* const info = find_verb(direction, verb);
    return info == nullptr ? PayloadRule::none : info->payload;
}

std::size_t limit(Direction direction, std::string_view verb) {
    const VerbInfo* const info = find_verb(direction, verb);
    return info == nullptr ? 0 : info->max_payload;
}

TEST(VerbsTest, EveryVerbIsFoundUnderItsName) {
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
        std::set<std::string_view> seen;
        for (const VerbInfo& info : all_verbs(direction)) {
            EXPECT_EQ(find_verb(direction, info.verb), &info);
            EXPECT_EQ(info.verb.size(), 3U);
            EXPECT_TRUE(seen.insert(info.verb).second) << info.verb;
        }
    }
}

TEST(VerbsTest, OtherNamesAreNotFound) {
    for (const char* verb : {"", "msg", "MS", "MSGS", "ZZZ", "AAA", "217"}) {
        EXPECT_EQ(find_verb(Direction::to_server, verb), nullptr) << verb;
        EXPECT_EQ(find_verb(Direction::to_client, verb), nullptr) << verb;
    }
}

TEST(VerbsTest, OnlyAVerbWithAPayloadHasALimit) {
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
        for (const VerbInfo& info : all_verbs(direction)) {
            EXPECT_EQ(info.payload == PayloadRule::none, info.max_payload == 0) << info.verb;
        }
    }
}

TEST(VerbsTest, TheDirectionDecidesAboutAPayload) {
    EXPECT_EQ(rule(Direction::to_server, "QRY"), PayloadRule::always);
    EXPECT_EQ(rule(Direction::to_client, "QRY"), PayloadRule::none);
    EXPECT_EQ(rule(Direction::to_server, "GCF"), PayloadRule::none);
    EXPECT_EQ(rule(Direction::to_client, "GCF"), PayloadRule::always);
    EXPECT_EQ(rule(Direction::to_server, "UUX"), PayloadRule::always);
    EXPECT_EQ(rule(Direction::to_client, "UUX"), PayloadRule::if_decimal);
    EXPECT_EQ(rule(Direction::to_server, "ADL"), PayloadRule::always);
    EXPECT_EQ(rule(Direction::to_client, "ADL"), PayloadRule::if_decimal);
}

TEST(VerbsTest, TheReceiverDecidesAboutTheLimit) {
    EXPECT_EQ(limit(Direction::to_server, "MSG"), 1664U);
    EXPECT_EQ(limit(Direction::to_client, "MSG"), 64U * 1024);
    EXPECT_EQ(limit(Direction::to_server, "QRY"), 64U);
    EXPECT_EQ(limit(Direction::to_server, "UUX"), 8U * 1024);
    EXPECT_EQ(limit(Direction::to_server, "SDC"), 16U * 1024);
    for (const char* verb : {"NOT", "GCF", "UBX"}) EXPECT_EQ(limit(Direction::to_client, verb), 512U * 1024) << verb;
}

TEST(VerbsTest, AVerbBelongsToAKindOfServerOrToBoth) {
    EXPECT_TRUE(find_verb(Direction::to_server, "VER")->belongs_to(Role::notification));
    EXPECT_FALSE(find_verb(Direction::to_server, "VER")->belongs_to(Role::switchboard));
    EXPECT_TRUE(find_verb(Direction::to_server, "CAL")->belongs_to(Role::switchboard));
    EXPECT_FALSE(find_verb(Direction::to_server, "MSG")->belongs_to(Role::notification));
    EXPECT_TRUE(find_verb(Direction::to_client, "MSG")->belongs_to(Role::notification));
    for (const Role role : {Role::notification, Role::switchboard}) {
        EXPECT_TRUE(find_verb(Direction::to_server, "USR")->belongs_to(role));
        EXPECT_TRUE(find_verb(Direction::to_server, "OUT")->belongs_to(role));
    }
}

TEST(VerbsTest, AVerbKnowsTheDialectThatBroughtIt) {
    EXPECT_EQ(find_verb(Direction::to_server, "ADD")->since, Dialect(2));
    EXPECT_EQ(find_verb(Direction::to_server, "ADC")->since, Dialect(10));
    EXPECT_EQ(find_verb(Direction::to_server, "UUX")->since, Dialect(11));
}

}  // namespace
}  // namespace patchcord::msn

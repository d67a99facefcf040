#include "msn/client/roster.hpp"

#include <gtest/gtest.h>

namespace patchcord::msn {
namespace {

TEST(RosterTest, HandlesAreTheSameWithoutCase) {
    Roster roster;
    ASSERT_NE(roster.get("Bob@Example.com"), nullptr);
    EXPECT_EQ(roster.find("bob@example.com"), roster.find("BOB@EXAMPLE.COM"));
    EXPECT_EQ(roster.find("bob@example.com")->name, "bob@example.com");
    EXPECT_EQ(roster.get("nobody"), nullptr);
    EXPECT_EQ(roster.find("nobody"), nullptr);
}

TEST(RosterTest, WhoIsOnNoListIsForgotten) {
    Roster roster;
    roster.get("bob@example.com")->lists = 3;
    roster.remove("bob@example.com", 1);
    EXPECT_TRUE(roster.find("bob@example.com")->is_on(ListBit::allow));
    EXPECT_FALSE(roster.find("bob@example.com")->is_on(ListBit::forward));
    roster.remove("bob@example.com", 2);
    EXPECT_EQ(roster.find("bob@example.com"), nullptr);
    roster.remove("bob@example.com", 2);
}

TEST(RosterTest, AnEmptyGuidIsNobodys) {
    Roster roster;
    roster.get("bob@example.com");
    EXPECT_EQ(roster.find_guid(""), nullptr);
    EXPECT_EQ(roster.get_guid("x"), nullptr);
}

TEST(RosterTest, GroupsAreLimited) {
    Roster roster;
    for (std::size_t i = 0; i < Roster::max_groups + 5; ++i) roster.add_group({std::to_string(i), "Friends"});
    EXPECT_EQ(roster.groups().size(), Roster::max_groups);
}

TEST(RosterTest, ListNamesComeBack) {
    for (const ListBit list : {ListBit::forward, ListBit::allow, ListBit::block, ListBit::reverse, ListBit::pending}) {
        EXPECT_EQ(parse_list_name(list_name(list)), static_cast<unsigned>(list));
    }
    EXPECT_EQ(parse_list_name("XL"), 0U);
    EXPECT_EQ(parse_list_name(""), 0U);
}

}  // namespace
}  // namespace patchcord::msn

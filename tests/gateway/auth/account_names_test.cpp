#include "gateway/auth/account_names.hpp"

#include <gtest/gtest.h>

#include "irc/wire/casemap.hpp"

namespace patchcord::gateway {
namespace {

AccountNames names_with(irc::Casemapping casemapping) {
    AccountNames names(irc::fold_table(casemapping));
    names.replace({{"ana", "ana@example.com"}, {"[b]", "b@example.com"}});
    return names;
}

TEST(AccountNamesTest, NamesCompareAsNicksDo) {
    const AccountNames ascii = names_with(irc::Casemapping::ascii);
    EXPECT_TRUE(ascii.contains("ANA"));
    EXPECT_EQ(ascii.find("Ana"), "ana");
    EXPECT_FALSE(ascii.contains("{b}"));
    EXPECT_EQ(ascii.find("{b}"), std::nullopt);
    EXPECT_EQ(names_with(irc::Casemapping::rfc1459).find("{B}"), "[b]");
}

TEST(AccountNamesTest, AnAccountsNickIsAnothersForEveryHandleButItsOwn) {
    const AccountNames names = names_with(irc::Casemapping::ascii);
    EXPECT_FALSE(names.is_anothers("Ana", "ANA@example.com"));
    EXPECT_TRUE(names.is_anothers("ana", "mal@example.com"));
    EXPECT_FALSE(names.is_anothers("carol", "mal@example.com")) << "nobody's";
}

TEST(AccountNamesTest, NamesComeAndGo) {
    AccountNames names = names_with(irc::Casemapping::ascii);
    names.add("Carol", "Carol@example.com");
    EXPECT_EQ(names.find("carol"), "carol");
    EXPECT_FALSE(names.is_anothers("carol", "carol@example.com"));
    names.add("carol", "elsewhere@example.com");
    EXPECT_FALSE(names.is_anothers("carol", "elsewhere@example.com"));
    names.remove("CAROL");
    names.remove("nobody");
    EXPECT_FALSE(names.contains("carol"));
    names.replace({{"bob", "bob@example.com"}});
    EXPECT_TRUE(names.contains("bob"));
    EXPECT_FALSE(names.contains("ana"));
}

}  // namespace
}  // namespace patchcord::gateway

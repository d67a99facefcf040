#include "gateway/config/config_change.hpp"

#include <gtest/gtest.h>

#include "gateway/config/config_load.hpp"

namespace patchcord::gateway {
namespace {

std::vector<ConfigChange> changes(const std::string& before, const std::string& after) {
    return config_changes(parse_config(before, "f.toml").config.written, parse_config(after, "f.toml").config.written);
}

using Changes = std::vector<ConfigChange>;

TEST(ConfigChangeTest, SameTextHasChangedNothing) {
    EXPECT_EQ(changes("[irc]\nsendq = \"1 MiB\"\n", "# why\n[irc]\nsendq   = \"1 MiB\"\n"), Changes());
}

TEST(ConfigChangeTest, KeysAreToldAsTheyWereWritten) {
    EXPECT_EQ(changes("[irc]\nmax_targets = 4\n", "[irc]\nmax_targets = 5\nplaintext_passwords = true\n"),
              (Changes{{"irc.max_targets", "4", "5"}, {"irc.plaintext_passwords", "(default)", "true"}}));
}

TEST(ConfigChangeTest, AKeyThatIsGoneHasItsDefault) {
    EXPECT_EQ(changes("[irc]\nmax_targets = 5\n", ""), (Changes{{"irc.max_targets", "5", "(default)"}}));
}

TEST(ConfigChangeTest, TablesOfAListAreNumbered) {
    const Changes found = changes("[[room]]\nname = \"a\"\n", "[[room]]\nname = \"a\"\n[[room]]\nname = \"b\"\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key, "room[2].name");
    EXPECT_EQ(found[0].before, "(default)");
}

TEST(ConfigChangeTest, SecretsAreNotTold) {
    EXPECT_EQ(config_changes({{"irc.password_hash", "'old'"}}, {{"irc.password_hash", "'new'"}}),
              (Changes{{"irc.password_hash", "(secret)", "(changed)"}}));
    EXPECT_EQ(config_changes({}, {{"link[1].password_file", "'env:X'"}}),
              (Changes{{"link[1].password_file", "(default)", "(secret)"}}));
}

TEST(ConfigChangeTest, LongValuesAreCutBetweenCharacters) {
    std::string text(119, 'a');
    text += "\u00e9\u00e9";
    EXPECT_EQ(config_changes({}, {{"irc.motd", text}}),
              (Changes{{"irc.motd", "(default)", std::string(119, 'a') + "..."}}));
}

}  // namespace
}  // namespace patchcord::gateway

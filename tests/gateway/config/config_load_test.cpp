#include "gateway/config/config_load.hpp"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

using Errors = std::vector<std::string>;

constexpr std::size_t mebibyte = 1024 * 1024;
const std::string hash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXRoaW5nIHNhbHR5$6Ge2cY1nGGw8bKJqXQ1b6rH1b9bq5A6Cw0m3w6qj0nI";

Errors errors_of(const std::string& text) {
    return parse_config(text, "f.toml").errors;
}

bool one_error_with(const Errors& errors, const std::string& part) {
    return errors.size() == 1 && errors.front().find(part) != std::string::npos;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST(ConfigLoadTest, FileIsRead) {
    const tests::TemporaryDirectory directory;
    const LoadedConfig loaded = load_config(directory.write("g.toml", "[gateway]\nname = \"irc.example.org\"\n"));
    EXPECT_EQ(loaded.errors, Errors());
    EXPECT_EQ(loaded.config.gateway.name, "irc.example.org");
}

TEST(ConfigLoadTest, ErrorsNameTheFileAsItWasGiven) {
    const tests::TemporaryDirectory directory;
    const std::string file = directory.write("g.toml", "[irc]\nsendq = 1\n");
    EXPECT_TRUE(one_error_with(load_config(file).errors, file + ":2: irc.sendq: "));
}

TEST(ConfigLoadTest, FileThatIsNotThereIsAnError) {
    EXPECT_EQ(load_config("/nowhere/gateway.toml").errors, Errors{"/nowhere/gateway.toml: cannot be read"});
}

TEST(ConfigLoadTest, DirectoryIsNotTakenForAnEmptyFile) {
    const tests::TemporaryDirectory directory;
    EXPECT_EQ(load_config(directory.path()).errors.size(), 1U);
}

TEST(ConfigLoadTest, FileMayBeOneMebibyteAndNoLonger) {
    const tests::TemporaryDirectory directory;
    const std::string comment = "# " + std::string(mebibyte - 3, 'x') + "\n";
    EXPECT_EQ(load_config(directory.write("just.toml", comment)).errors, Errors());
    const std::string file = directory.write("more.toml", comment + "\n");
    EXPECT_TRUE(one_error_with(load_config(file).errors, "is larger than 1 MiB"));
    EXPECT_TRUE(one_error_with(errors_of(comment + "[irc]\nlisten = 1\n"), "is larger than 1 MiB"));
}

TEST(ConfigLoadTest, SyntaxErrorNamesItsLine) {
    for (const char* text :
         {"\n[irc\n", "\n[irc]]\n", "\nname\n", "\nname =\n", "\nname = \"x\n", "\nname = 'x\"\n", "\n= 1\n",
          "\nx = [1\n", "\nx = 01\n", "\nx = \"\\q\"\n", "\nx = \"\xFF\"\n", "\n\x1B[2J = 1\n"}) {
        const Errors errors = errors_of(text);
        ASSERT_EQ(errors.size(), 1U) << text;
        EXPECT_TRUE(errors.front().starts_with("f.toml:2: syntax: ") ||
                    errors.front().starts_with("f.toml:3: syntax: "))
            << errors.front();
        EXPECT_EQ(errors.front().find_first_of("\x1B\xFF\n"), std::string::npos) << "what the file holds is escaped";
    }
}

TEST(ConfigLoadTest, KeyOrTableGivenTwiceIsAnError) {
    EXPECT_TRUE(one_error_with(errors_of("[irc]\nmotd = \"a\"\nmotd = \"b\"\n"), "f.toml:3: syntax: "));
    EXPECT_TRUE(one_error_with(errors_of("[irc]\n[chat]\n[irc]\n"), "f.toml:3: syntax: "));
    EXPECT_TRUE(one_error_with(errors_of("[irc]\ntls = 1\n[irc.tls]\n"), "f.toml:3: syntax: "));
}

TEST(ConfigLoadTest, UnknownTablesAreErrors) {
    EXPECT_EQ(errors_of("[ircs]\n"), Errors{"f.toml:1: ircs: unknown key; did you mean \"irc\"?"});
    EXPECT_EQ(errors_of("\n[irc.tsl]\n"), Errors{"f.toml:2: irc.tsl: unknown key; did you mean \"tls\"?"});
    EXPECT_EQ(errors_of("listen = []\n"), Errors{"f.toml:1: listen: unknown key"});
}

TEST(ConfigLoadTest, TablesMustBeTables) {
    for (const std::string table : {"gateway", "log", "chat", "irc", "room"}) {
        EXPECT_TRUE(one_error_with(errors_of(table + " = 1\n"), "f.toml:1: " + table + ": must be ")) << table;
    }
    EXPECT_TRUE(one_error_with(errors_of("[[irc]]\n"), "f.toml:1: irc: must be a table, [irc]"));
    EXPECT_TRUE(one_error_with(errors_of("[room]\nname = \"x\"\n"), "f.toml:1: room: must be tables, [[room]]"));
    EXPECT_TRUE(one_error_with(errors_of("[irc.operator]\nname = \"x\"\n"), "f.toml:1: irc.operator: must be tables"));
}

TEST(ConfigLoadTest, EveryErrorIsReportedNotOnlyTheFirst) {
    EXPECT_EQ(errors_of("[log]\nlevel = 1\nformat = 2\n[irc]\nsendq = 3\nreadq = 4\nnonsense = 5\n").size(), 5U);
}

void deep_text_is_an_error(const std::string& text) {
    const std::clock_t begin = std::clock();
    const Errors errors = errors_of(text);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::_Exit(!errors.empty() && seconds < 2 ? 0 : 1);
}

TEST(ConfigLoadDeathTest, DeepNestingEndsQuicklyWithAnError) {
    constexpr std::size_t deep = 100'000;
    const std::string arrays = "a = " + repeated("[", deep) + repeated("]", deep) + "\n";
    const std::string tables = "a = " + repeated("{a = ", deep) + "1" + repeated("}", deep) + "\n";
    const std::string header = "[a" + repeated(".a", deep) + "]\n";
    const std::string key = "a" + repeated(".a", deep) + " = 1\n";
    EXPECT_EXIT(deep_text_is_an_error(arrays), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(deep_text_is_an_error(tables), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(deep_text_is_an_error(header), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(deep_text_is_an_error(key), ::testing::ExitedWithCode(0), "");
}

TEST(ConfigMotdTest, TextBecomesLines) {
    const auto motd = [](const std::string& value) {
        return parse_config("[irc]\nmotd = " + value, "f").config.irc.motd;
    };
    EXPECT_EQ(motd("\"one\""), Errors{"one"});
    EXPECT_EQ(motd("\"one\\ntwo\\n\""), (Errors{"one", "two"}));
    EXPECT_EQ(motd("\"\"\"\none\r\n\r\n three\"\"\""), (Errors{"one", "", " three"}));
}

class ConfigMotdFileTest : public ::testing::Test {
  protected:
    LoadedConfig load(const std::string& file) { return parse_config("[irc]\nmotd = \"@" + file + "\"\n", "f.toml"); }
    tests::TemporaryDirectory directory_;
};

TEST_F(ConfigMotdFileTest, LinesOfTheFileAreRead) {
    const LoadedConfig loaded = load(directory_.write("motd", "Welcome \xC3\xA9\r\n\nBye"));
    EXPECT_EQ(loaded.errors, Errors());
    EXPECT_EQ(loaded.config.irc.motd, (Errors{"Welcome \xC3\xA9", "", "Bye"}));
}

TEST_F(ConfigMotdFileTest, EmptyFileIsNoMotd) {
    const LoadedConfig loaded = load(directory_.write("motd", ""));
    EXPECT_EQ(loaded.errors, Errors());
    EXPECT_TRUE(loaded.config.irc.motd.empty());
}

TEST_F(ConfigMotdFileTest, FileThatCannotBeReadIsAnError) {
    EXPECT_TRUE(one_error_with(load(directory_.file("none")).errors, "f.toml:2: irc.motd: cannot read the file"));
    EXPECT_TRUE(one_error_with(load("").errors, "f.toml:2: irc.motd: cannot read the file"));
    EXPECT_TRUE(one_error_with(load(directory_.path()).errors, "f.toml:2: irc.motd: ")) << "a directory";
}

TEST_F(ConfigMotdFileTest, FileThatIsNotUtf8IsAnError) {
    EXPECT_TRUE(one_error_with(load(directory_.write("motd", "caf\xE9")).errors, "f.toml:2: irc.motd: must be UTF-8"));
}

TEST_F(ConfigMotdFileTest, FileThatIsTooLargeIsAnErrorNotCut) {
    const std::string file = directory_.write("motd", repeated("0123456789\n", 2 * mebibyte / 11));
    EXPECT_TRUE(one_error_with(load(file).errors, "f.toml:2: irc.motd: "));
}

TEST(ConfigRoomsTest, RoomsReplaceTheBuiltInOne) {
    const LoadedConfig loaded = parse_config(
        "[[room]]\nname = \"hall\"\ntopic = \"Hello\"\n[[room]]\nname = \"\xC3\xA9t\xC3\xA9\"\n", "f.toml");
    EXPECT_EQ(loaded.errors, Errors());
    ASSERT_EQ(loaded.config.rooms.size(), 2U);
    EXPECT_EQ(loaded.config.rooms[0].name, "hall");
    EXPECT_EQ(loaded.config.rooms[0].topic, "Hello");
    EXPECT_EQ(loaded.config.rooms[1].name, "\xC3\xA9t\xC3\xA9");
    EXPECT_EQ(loaded.config.rooms[1].topic, "");
}

TEST(ConfigRoomsTest, EmptyListIsNoRoomAtAll) {
    const LoadedConfig loaded = parse_config("room = []\n", "f.toml");
    EXPECT_EQ(loaded.errors, Errors());
    EXPECT_TRUE(loaded.config.rooms.empty());
}

TEST(ConfigRoomsTest, NamesAndTopicsObeyTheConfiguredLengths) {
    const std::string lengths = "[irc]\nchannel_length = 10\ntopic_length = 50\n";
    EXPECT_EQ(errors_of(lengths + "[[room]]\nname = \"123456789\"\ntopic = \"" + std::string(50, 't') + "\"\n"),
              Errors());
    EXPECT_TRUE(one_error_with(errors_of(lengths + "[[room]]\nname = \"1234567890\"\n"), "f.toml:5: room.name: "));
    EXPECT_TRUE(
        one_error_with(errors_of(lengths + "[[room]]\nname = \"x\"\ntopic = \"" + std::string(51, 't') + "\"\n"),
                       "f.toml:6: room.topic: "));
}

TEST(ConfigRoomsTest, RoomNeedsAName) {
    EXPECT_TRUE(one_error_with(errors_of("\n[[room]]\ntopic = \"x\"\n"), "f.toml:2: room.name: "));
}

TEST(ConfigRoomsTest, RoomsOfOneNameAreAnError) {
    const std::string rooms = "[[room]]\nname = \"hall[\"\n[[room]]\nname = \"HALL{\"\n";
    EXPECT_EQ(errors_of(rooms), Errors{}) << "two rooms where only letters have two cases";
    EXPECT_TRUE(one_error_with(errors_of(rooms + "[irc]\ncasemapping = \"rfc1459\"\n"), "f.toml:4: room.name: "));
    EXPECT_TRUE(one_error_with(errors_of(rooms + "[[room]]\nname = \"Hall[\"\n"), "f.toml:6: room.name: "));
}

TEST(ConfigOperatorsTest, SeveralAreRead) {
    const std::string entry = "password_hash = \"" + hash + "\"\n";
    const LoadedConfig loaded = parse_config(
        "[[irc.operator]]\nname = \"ana\"\n" + entry + "[[irc.operator]]\nname = \"bo\"\n" + entry, "f.toml");
    EXPECT_EQ(loaded.errors, Errors());
    ASSERT_EQ(loaded.config.irc.operators.size(), 2U);
    EXPECT_EQ(loaded.config.irc.operators[1].name, "bo");
    EXPECT_EQ(loaded.config.irc.operators[1].password_hash, hash);
}

TEST(ConfigOperatorsTest, OperatorNeedsNameAndHash) {
    EXPECT_TRUE(
        one_error_with(errors_of("[[irc.operator]]\nname = \"ana\"\n"), "f.toml:1: irc.operator.password_hash: "));
    EXPECT_TRUE(one_error_with(errors_of("[[irc.operator]]\npassword_hash = \"" + hash + "\"\n"),
                               "f.toml:1: irc.operator.name: "));
}

TEST(ConfigOperatorsTest, ErrorDoesNotRepeatThePasswordSomebodyWroteInClear) {
    const Errors errors = errors_of("[[irc.operator]]\nname = \"ana\"\npassword_hash = \"xyzzy\"\n");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors.front().find("xyzzy"), std::string::npos);
}

}  // namespace
}  // namespace patchcord::gateway

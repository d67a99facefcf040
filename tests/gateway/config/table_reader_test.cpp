#include "gateway/config/table_reader.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace patchcord::gateway {
namespace {

using Names = std::set<std::string, std::less<>>;
using Errors = std::vector<std::string>;

const Names keys{"listen", "motd", "nick_length", "readq", "sendq", "flood_rate"};

TEST(NearestNameTest, SlipsOfTheFingerAreFound) {
    EXPECT_EQ(nearest_name("lisen", keys), "listen");
    EXPECT_EQ(nearest_name("listenn", keys), "listen");
    EXPECT_EQ(nearest_name("litsen", keys), "listen");
    EXPECT_EQ(nearest_name("nicklength", keys), "nick_length");
    EXPECT_EQ(nearest_name("nick_len", keys), "nick_length");
    EXPECT_EQ(nearest_name("floodrate", keys), "flood_rate");
}

TEST(NearestNameTest, TheNearestOfSeveralIsTaken) {
    EXPECT_EQ(nearest_name("sendqq", keys), "sendq");
    EXPECT_EQ(nearest_name("reedq", keys), "readq");
}

TEST(NearestNameTest, NothingIsNearToWhatIsQuiteDifferent) {
    EXPECT_EQ(nearest_name("certificate", keys), "");
    EXPECT_EQ(nearest_name("", keys), "");
    EXPECT_EQ(nearest_name("x", keys), "");
    EXPECT_EQ(nearest_name("motd", {}), "");
}

TEST(NearestNameTest, LongNamesTakeNoTime) {
    EXPECT_EQ(nearest_name(std::string(1'000'000, 'l'), keys), "");
}

class TableReaderTest : public ::testing::Test {
  protected:
    void load(std::string_view text) { table_ = toml::parse(text); }
    TableReader reader() { return {&table_, "part", errors_}; }
    const Errors& errors() { return errors_.all(); }

    toml::table table_;
    ConfigErrors errors_{"f.toml"};
};

TEST_F(TableReaderTest, ErrorNamesFileLineKeyAndWhatIsAllowed) {
    load("\n\nnumber = \"x\"\n");
    std::size_t number = 7;
    reader().read("number", number, 1, 9);
    EXPECT_EQ(errors(), Errors{"f.toml:3: part.number: must be a whole number from 1 to 9"});
    EXPECT_EQ(number, 7U) << "what is wrong changes nothing";
}

TEST_F(TableReaderTest, MissingKeysAndTablesKeepTheDefault) {
    std::string text = "default";
    TableReader(nullptr, "part", errors_).read("text", text);
    reader().read("text", text);
    EXPECT_EQ(text, "default");
    EXPECT_TRUE(errors().empty());
}

TEST_F(TableReaderTest, TextIsOfOneLineUnlessItMayHaveSeveral) {
    load("cr = \"a\\rb\"\nlf = \"a\\nb\"\nnul = \"a\\u0000b\"\nlines = \"a\\r\\nb\"\n");
    TableReader table = reader();
    std::string text = "default";
    for (const std::string_view key : {"cr", "lf", "nul"}) table.read(key, text);
    EXPECT_EQ(errors(), (Errors{"f.toml:1: part.cr: must be one line", "f.toml:2: part.lf: must be one line",
                                "f.toml:3: part.nul: must be a text without NUL"}));
    EXPECT_EQ(text, "default");
    table.read_lines("lines", text);
    EXPECT_EQ(text, "a\r\nb");
    table.read_lines("nul", text);
    EXPECT_EQ(text, "a\r\nb");
    EXPECT_EQ(errors().size(), 4U);
}

TEST_F(TableReaderTest, KeysNobodyAskedForAreReportedAtTheEnd) {
    load("text = \"a\"\ntxet = \"b\"\n");
    {
        TableReader table = reader();
        std::string text;
        table.read("text", text);
        EXPECT_TRUE(errors().empty());
    }
    EXPECT_EQ(errors(), Errors{"f.toml:2: part.txet: unknown key; did you mean \"text\"?"});
}

TEST_F(TableReaderTest, UnknownKeyIsEscaped) {
    load("\"\\u001b[2J\\n\" = 1\n");
    { const TableReader table = reader(); }
    EXPECT_EQ(errors(), Errors{"f.toml:1: part.\\x1b[2J\\x0a: unknown key"});
}

TEST_F(TableReaderTest, WholeNumberIsNoTruthAndNoFraction) {
    load("a = true\nb = 1.0\nc = \"1\"\nd = 0x10\n");
    std::size_t number = 0;
    {
        TableReader table = reader();
        for (const char* key : {"a", "b", "c"}) table.read(key, number, 0, 100);
        table.read("d", number, 0, 100);
    }
    EXPECT_EQ(errors().size(), 3U);
    EXPECT_EQ(number, 16U);
}

TEST_F(TableReaderTest, FractionMayBeWrittenAsAWholeNumberButMustBeANumber) {
    load("a = 2\nb = nan\nc = inf\nd = -inf\ne = -0.5\nf = \"2\"\n");
    double number = 1;
    {
        TableReader table = reader();
        for (const char* key : {"b", "c", "d", "e", "f"}) table.read(key, number, 0, 10);
        EXPECT_EQ(errors().size(), 5U);
        table.read("a", number, 0, 10);
    }
    EXPECT_EQ(number, 2.0);
    EXPECT_EQ(errors().size(), 5U);
}

TEST_F(TableReaderTest, TimesAndSizesWantTheirUnit) {
    load("a = 5\nb = \"5\"\nc = \"0s\"\nd = \"5 KB\"\n");
    Milliseconds time(1);
    std::size_t size = 1;
    {
        TableReader table = reader();
        for (const char* key : {"a", "b", "c"}) table.read(key, time);
        for (const char* key : {"a", "d"}) table.read_size(key, size, 1, 100'000);
    }
    EXPECT_EQ(errors().size(), 5U);
    EXPECT_EQ(time, Milliseconds(1));
    EXPECT_EQ(size, 1U);
}

TEST_F(TableReaderTest, ListOfTextsReplacesTheDefaultOrLeavesItWhole) {
    load("a = []\nb = [\"x\", \"y\"]\nc = [\"x\", 1]\nd = \"x\"\ne = [[\"x\"]]\n");
    std::vector<std::string> list{"default"};
    {
        TableReader table = reader();
        for (const char* key : {"c", "d", "e"}) table.read(key, list);
        EXPECT_EQ(list, std::vector<std::string>{"default"});
        EXPECT_EQ(errors().size(), 3U);
        table.read("b", list);
        EXPECT_EQ(list, (std::vector<std::string>{"x", "y"}));
        table.read("a", list);
    }
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(errors().size(), 3U);
}

TEST_F(TableReaderTest, TablesMustBeTables) {
    load("a = 1\nb = [1]\n[c]\n[[d]]\n[[d]]\n");
    {
        TableReader table = reader();
        EXPECT_EQ(table.table("a"), nullptr);
        EXPECT_EQ(table.table("d"), nullptr);
        EXPECT_TRUE(table.tables("b").empty());
        EXPECT_TRUE(table.tables("c").empty());
        EXPECT_EQ(errors().size(), 4U);
        EXPECT_NE(table.table("c"), nullptr);
        EXPECT_EQ(table.tables("d").size(), 2U);
    }
    EXPECT_EQ(errors().size(), 4U);
    EXPECT_EQ(errors().front(), "f.toml:1: part.a: must be a table, [part.a]");
}

}  // namespace
}  // namespace patchcord::gateway

#include "msn/server/sync.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "msn/wire/command.hpp"
#include "tests/support/msn_md5.hpp"

namespace patchcord::msn {
namespace {

using Lines = std::vector<std::string>;

constexpr ContactLimits limits{600, 30};
constexpr const char* friends_guid = "11111111-1111-4111-8111-111111111111";
constexpr const char* bob_guid = "22222222-2222-4222-8222-222222222222";

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        if (end == std::string_view::npos) {
            ADD_FAILURE() << "no whole line: " << text;
            return lines;
        }
        EXPECT_TRUE(parse_command(text.substr(0, end))) << text.substr(0, end);
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    return lines;
}

const std::map<std::string, std::string>* bobs_numbers(std::string_view handle) {
    static const std::map<std::string, std::string> numbers{{"PHM", "555 0100"}, {"WWE", "0"}};
    return handle == "bob@example.com" ? &numbers : nullptr;
}

/// Bob is on FL, AL and RL, in the group Friends; Carol on RL alone; Mal on BL.
AccountRecord record_of_ana() {
    AccountRecord record;
    record.handle = "ana@example.com";
    record.version = 42;
    record.settings.friendly_name = "Ana A";
    record.settings.properties = {{"PHH", "123 4567"}};
    record.groups = {{1, friends_guid, "Friends"}};
    record.contacts = {{"bob@example.com", "Bob B", bob_guid, list_forward | list_allow, {1}},
                       {"mal@example.com", "", "", list_block, {}}};
    record.reverse = {{"bob@example.com", "Bob"}, {"carol@example.com", "Carol"}};
    return record;
}

Lines sync(unsigned dialect, AccountRecord record = record_of_ana()) {
    const ContactList list(std::move(record), tests::md5);
    return lines_of(format_sync(list, Dialect(dialect), "8", bobs_numbers, limits));
}

TEST(SyncTest, Msnp2To4TellEachListLineByLine) {
    const Lines expected{"SYN 8 42",
                         "GTC 8 42 A",
                         "BLP 8 42 AL",
                         "LST 8 FL 42 1 1 bob@example.com Bob%20B",
                         "LST 8 AL 42 1 1 bob@example.com Bob%20B",
                         "LST 8 BL 42 1 1 mal@example.com mal%40example.com",
                         "LST 8 RL 42 1 2 bob@example.com Bob%20B",
                         "LST 8 RL 42 2 2 carol@example.com Carol"};
    for (const unsigned dialect : {2U, 3U, 4U}) EXPECT_EQ(sync(dialect), expected) << dialect;
}

TEST(SyncTest, Msnp5And6TellTelephoneNumbers) {
    const Lines expected{"SYN 8 42",
                         "GTC 8 42 A",
                         "BLP 8 42 AL",
                         "PRP 8 42 PHH 123%204567",
                         "PRP 8 42 PHW",
                         "PRP 8 42 PHM",
                         "PRP 8 42 MOB",
                         "PRP 8 42 MBE",
                         "LST 8 FL 42 1 1 bob@example.com Bob%20B",
                         "BPR 42 bob@example.com PHH",
                         "BPR 42 bob@example.com PHW",
                         "BPR 42 bob@example.com PHM 555%200100",
                         "BPR 42 bob@example.com MOB",
                         "LST 8 AL 42 1 1 bob@example.com Bob%20B",
                         "LST 8 BL 42 1 1 mal@example.com mal%40example.com",
                         "LST 8 RL 42 1 2 bob@example.com Bob%20B",
                         "LST 8 RL 42 2 2 carol@example.com Carol"};
    for (const unsigned dialect : {5U, 6U}) EXPECT_EQ(sync(dialect), expected) << dialect;
}

TEST(SyncTest, Msnp7TellsGroups) {
    const Lines lines = sync(7);
    ASSERT_EQ(lines.size(), 19U);
    EXPECT_EQ(lines[8], "LSG 8 42 1 2 0 Other%20Contacts 0");
    EXPECT_EQ(lines[9], "LSG 8 42 2 2 1 Friends 0");
    EXPECT_EQ(lines[10], "LST 8 FL 42 1 1 bob@example.com Bob%20B 1");
    EXPECT_EQ(lines[15], "LST 8 AL 42 1 1 bob@example.com Bob%20B");
}

TEST(SyncTest, Msnp8And9CountAndTellListsAsBits) {
    const Lines expected{"SYN 8 42 3 2",
                         "GTC A",
                         "BLP AL",
                         "PRP PHH 123%204567",
                         "LSG 0 Other%20Contacts 0",
                         "LSG 1 Friends 0",
                         "LST bob@example.com Bob%20B 11 1",
                         "BPR PHM 555%200100",
                         "LST carol@example.com Carol 8",
                         "LST mal@example.com mal%40example.com 4"};
    for (const unsigned dialect : {8U, 9U}) EXPECT_EQ(sync(dialect), expected) << dialect;
}

TEST(SyncTest, Msnp10And11TellGuids) {
    const std::string at = "2000-01-01T00:00:42.0-00:00";
    const Lines expected{"SYN 8 " + at + " " + at + " 3 1",
                         "GTC A",
                         "BLP AL",
                         "PRP MFN Ana%20A",
                         "PRP PHH 123%204567",
                         std::string("LSG Friends ") + friends_guid,
                         std::string("LST N=bob@example.com F=Bob%20B C=") + bob_guid + " 11 " + friends_guid,
                         "BPR PHM 555%200100",
                         "LST N=carol@example.com F=Carol 24",
                         "LST N=mal@example.com F=mal%40example.com 4"};
    for (const unsigned dialect : {10U, 11U}) EXPECT_EQ(sync(dialect), expected) << dialect;
}

TEST(SyncTest, Msnp12TellsTheNetworkToo) {
    const Lines lines = sync(12);
    ASSERT_EQ(lines.size(), 10U);
    EXPECT_EQ(lines[6], std::string("LST N=bob@example.com F=Bob%20B C=") + bob_guid + " 11 1 " + friends_guid);
    EXPECT_EQ(lines[8], "LST N=carol@example.com F=Carol 24 1");
}

TEST(SyncTest, WhoIsInNoGroupIsInTheFirstUpToMsnp9) {
    AccountRecord record = record_of_ana();
    record.contacts.front().groups.clear();
    EXPECT_EQ(sync(8, record)[6], "LST bob@example.com Bob%20B 11 0");
    EXPECT_EQ(sync(10, record)[6], std::string("LST N=bob@example.com F=Bob%20B C=") + bob_guid + " 11");
    record.contacts.front().groups = {0, 1};
    EXPECT_EQ(sync(8, record)[6], "LST bob@example.com Bob%20B 11 0,1");
}

TEST(SyncTest, AnEmptyListIsToldInFull) {
    AccountRecord record;
    record.handle = "ana@example.com";
    EXPECT_EQ(sync(2, record), (Lines{"SYN 8 1", "GTC 8 1 A", "BLP 8 1 AL", "LST 8 FL 1 0 0", "LST 8 AL 1 0 0",
                                      "LST 8 BL 1 0 0", "LST 8 RL 1 0 0"}));
    const std::string at = "2000-01-01T00:00:01.0-00:00";
    EXPECT_EQ(sync(12, record),
              (Lines{"SYN 8 " + at + " " + at + " 0 0", "GTC A", "BLP AL", "PRP MFN ana@example.com"}));
}

TEST(SyncTest, Msnp8ClientsAreNeverLeftWaitingForTheLastOfNoContacts) {
    AccountRecord record;
    record.handle = "ana@example.com";
    record.settings.friendly_name = "Ana";
    EXPECT_EQ(sync(8, record),
              (Lines{"SYN 8 1 1 1", "GTC A", "BLP AL", "LSG 0 Other%20Contacts 0", "LST ana@example.com Ana 2"}));
}

TEST(SyncTest, SettingsAreTold) {
    AccountRecord record = record_of_ana();
    record.settings.only_allowed = true;
    record.settings.ask_when_added = false;
    const Lines lines = sync(8, record);
    EXPECT_EQ(lines[1], "GTC N");
    EXPECT_EQ(lines[2], "BLP BL");
}

TEST(SyncTest, ManyWhoAreOnlyOnRlAreNotAllTold) {
    AccountRecord record = record_of_ana();
    for (int i = 0; i < 20; ++i) record.reverse.push_back({"x" + std::to_string(i) + "@example.com", "X"});
    const ContactList list(std::move(record), tests::md5);
    const Lines lines = lines_of(format_sync(list, Dialect(8), "8", bobs_numbers, {5, 30}));
    EXPECT_EQ(lines.front(), "SYN 8 42 7 2");
}

TEST(SyncTest, NamesCannotLeaveTheirParameter) {
    AccountRecord record = record_of_ana();
    record.settings.friendly_name = "A\r\nOUT OTH";
    record.contacts.front().name = "B\r\nLST x 1 \x01\t%41 \xF0\x9F\x98\x80";
    record.groups.front().name = "G H\n";
    for (unsigned dialect = 2; dialect <= 12; ++dialect) {
        const Lines lines = sync(dialect, record);  // each a command, or the test has failed
        EXPECT_EQ(lines.size(), sync(dialect).size()) << dialect;
    }
    EXPECT_EQ(sync(8, record)[6], "LST bob@example.com BLST%20x%201%20%2541%20%F0%9F%98%80 11 1");
}

TEST(SyncTest, ListsAndGroupsCanBeAskedForAlone) {
    const ContactList list(record_of_ana(), tests::md5);
    EXPECT_EQ(lines_of(format_list_reply(list, Dialect(7), "9", list_forward)),
              (Lines{"LST 9 FL 42 1 1 bob@example.com Bob%20B 1"}));
    EXPECT_EQ(lines_of(format_list_reply(list, Dialect(5), "9", list_forward)),
              (Lines{"LST 9 FL 42 1 1 bob@example.com Bob%20B"}));
    EXPECT_EQ(lines_of(format_groups_reply(list, "9")),
              (Lines{"LSG 9 42 1 2 0 Other%20Contacts 0", "LSG 9 42 2 2 1 Friends 0"}));
}

}  // namespace
}  // namespace patchcord::msn

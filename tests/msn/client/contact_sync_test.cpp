#include "msn/client/contact_sync.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

Command command(std::string_view line) {
    return parse_command(line).value_or(Command());
}

TEST(ContactSyncTest, TheEndIsKnownFromTheBeginning) {
    ContactSync sync;
    ASSERT_TRUE(sync.begin(Dialect(8), command("SYN 5 42 1 1")));
    EXPECT_TRUE(sync.running());
    sync.count_contact({});
    sync.count_contact({});
    EXPECT_FALSE(sync.complete());
    sync.count_group();
    EXPECT_TRUE(sync.complete());
    sync.end();
    EXPECT_FALSE(sync.running());
}

TEST(ContactSyncTest, TimestampsAreNoCounts) {
    ContactSync sync;
    EXPECT_FALSE(sync.begin(Dialect(12), command("SYN 5 0 0")));
    EXPECT_FALSE(sync.begin(Dialect(12), command("SYN 5 1 2 3")));
    EXPECT_FALSE(sync.begin(Dialect(8), command("SYN 5 1 x y")));
    EXPECT_TRUE(sync.begin(Dialect(12), command("SYN 5 1 2 3 4")));
}

TEST(ContactSyncTest, ListBitsAreThoseThereAre) {
    Roster roster;
    EXPECT_TRUE(apply_list_entry(Dialect(8), command("LST bob@example.com Bob 255"), roster));
    EXPECT_EQ(roster.find("bob@example.com")->lists, 31U);
    for (const char* const line : {"LST bob@example.com Bob -1", "LST bob@example.com Bob 1000", "LST bob@example.com",
                                   "LST bob Bob 3", "LST"}) {
        EXPECT_FALSE(apply_list_entry(Dialect(8), command(line), roster)) << line;
    }
}

TEST(ContactSyncTest, AContactCanBeNamedByItsGuid) {
    Roster roster;
    EXPECT_TRUE(apply_list_entry(Dialect(12), command("LST N=bob@example.com C=22 1 1"), roster));
    EXPECT_EQ(apply_addition(command("ADC 1 FL C=22 33"), roster).handle, "bob@example.com");
    EXPECT_EQ(roster.find("bob@example.com")->groups, std::vector<std::string>{"33"});
    EXPECT_EQ(apply_addition(command("ADC 1 FL C=99 33"), roster).list, 0U);
    EXPECT_EQ(apply_removal(Dialect(12), command("REM 1 FL 22"), roster).handle, "bob@example.com");
    EXPECT_TRUE(roster.contacts().empty());
}

// Lines that look like a server's, with parameters in all wrong places.
rc::Gen<std::string> confused_line() {
    const auto verb = rc::gen::element<std::string>(
        "SYN", "LST", "LSG", "ADD", "ADC", "REM", "ILN", "NLN", "FLN", "GTC", "BLP", "PRP", "REA", "CHG", "RNG", "XFR",
        "CHL", "OUT", "USR", "VER", "CVR", "911", "JOI", "BYE", "IRO", "ANS", "CAL", "ACK", "NAK");
    const auto param = rc::gen::element<std::string>(
        "0", "1", "2", "3", "4", "5", "6", "FL", "RL", "XX", "bob@example.com", "ana@example.com", "N=bob@example.com",
        "C=22", "F=%0D%0A", "OK", "TWN", "S", "SB", "NS", "CKI", "192.0.2.1:1863", "MFN", "NLN", "HDN", "MSNP8", "%41%",
        "99999999999", "bob@example.com;{1}");
    return rc::gen::map(rc::gen::pair(verb, rc::gen::container<std::vector<std::string>>(param)),
                        [](const std::pair<std::string, std::vector<std::string>>& parts) {
                            std::string line = parts.first;
                            for (std::size_t i = 0; i < parts.second.size() && i < max_params; ++i) {
                                line += " " + parts.second[i];
                            }
                            return line + "\r\n";
                        });
}

RC_GTEST_PROP(ConfusedServerTest, WhateverItSaysEveryRequestIsAnsweredOnce, ()) {
    tests::ManualScheduler scheduler;
    ScriptedTickets tickets;
    RecordingNotification seen;
    ServerEnd server;
    Outcomes outcomes;
    NotificationOptions options;
    options.handle = "ana@example.com";
    options.md5 = fake_md5;
    options.lowest = options.highest = Dialect(*rc::gen::inRange(8U, 13U));
    NotificationClient client(scheduler, tickets, seen, options);
    client.connection_made(server);
    client.sync_list(outcomes.note("list"));
    client.change_status(Status::busy, outcomes.note("status"));
    client.add_contact(ListBit::forward, "bob@example.com", outcomes.note("add"));
    for (const std::string& line : *rc::gen::container<std::vector<std::string>>(confused_line())) {
        client.data_received(line);
    }
    client.connection_lost({});
    Events events = outcomes.take();
    std::sort(events.begin(), events.end());
    RC_ASSERT(events.size() == 3U);
    RC_ASSERT(events[0].starts_with("add") && events[1].starts_with("list") && events[2].starts_with("status"));
    RC_ASSERT(seen.take().back() == "connection lost");
    RC_ASSERT(scheduler.pending() == 0U);
}

}  // namespace
}  // namespace patchcord::msn

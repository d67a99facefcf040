// Logins and contact lists of MSNP2 to MSNP7.

#include "gateway/auth/md5.hpp"
#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

class NotificationMd5Test : public NotificationFixture {
  protected:
    static NotificationOptions md5_options(unsigned dialect) {
        NotificationOptions options = options_for(dialect);
        options.auth = Auth::md5;
        options.md5 = gateway::md5;
        options.password = "swordfish";
        return options;
    }
    /// The next TrID is 6.
    NotificationClient& log_in_old(unsigned dialect) {
        server = {};
        NotificationClient& client = connect(md5_options(dialect));
        say("VER 1 MSNP" + std::to_string(dialect) + "\r\nINF 2 MD5\r\nUSR 3 MD5 S 1027041310.20917\r\n");
        say("USR 4 OK ana@example.com Ana\r\n");
        EXPECT_TRUE(client.is_logged_in());
        server.take();
        seen.take();
        return client;
    }
};

TEST_F(NotificationMd5Test, GoesFromVerToTheHashAndTellsTheClientAfterwards) {
    NotificationOptions options = md5_options(7);
    options.lowest = Dialect(2);
    NotificationClient& client = connect(options);
    EXPECT_EQ(server.take(), "VER 1 MSNP7 MSNP6 MSNP5 MSNP4 MSNP3 MSNP2 CVR0\r\n");
    say("VER 1 MSNP7\r\n");
    EXPECT_EQ(server.take(), "INF 2\r\n");
    say("INF 2 MD5\r\n");
    EXPECT_EQ(server.take(), "USR 3 MD5 I ana@example.com\r\n");
    say("USR 3 MD5 S 1027041310.20917\r\n");
    EXPECT_EQ(server.take(), "USR 4 MD5 S 6bfb30835f005e516ca9f4fed1e43cc4\r\n");
    say("USR 4 OK ana@example.com Ana%20A 1\r\n");
    EXPECT_EQ(server.take(), "CVR 5 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 msmsgs\r\n");
    EXPECT_EQ(seen.take(), Events{"logged in"});
    EXPECT_EQ(client.screen_name(), "Ana A");
    EXPECT_EQ(tickets.asked, "");
    // Nobody minds a server that does not answer that.
    say("600 5\r\n");
    EXPECT_EQ(seen.take(), Events{});
    EXPECT_FALSE(server.closed());
}

TEST_F(NotificationMd5Test, TheOldestSayNothingOfTheirCode) {
    connect(md5_options(3));
    say("VER 1 MSNP3\r\nINF 2 MD5\r\nUSR 3 MD5 S 1\r\nUSR 4 OK ana@example.com Ana\r\n");
    EXPECT_TRUE(server.take().ends_with("CVR 5 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777\r\n"));
}

TEST_F(NotificationMd5Test, ADialectBelongsToItsProof) {
    NotificationOptions options = md5_options(12);
    options.lowest = Dialect(6);
    connect(options);
    EXPECT_EQ(server.take(), "VER 1 MSNP7 MSNP6 CVR0\r\n");
    say("VER 1 MSNP8\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: the server speaks no version of the protocol that we do"});
    server = {};
    options.lowest = Dialect(8);
    connect(options);
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(seen.take(), Events{"login failure: the server speaks no version of the protocol that we do"});
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationMd5Test, EveryStepMayFail) {
    const std::vector<std::string> steps = {"VER 1 MSNP7\r\n", "INF 2 MD5\r\n", "USR 3 MD5 S 1\r\n"};
    const std::vector<std::string> bad = {"911 N\r\n", "INF N CKI\r\n", "USR N MD5 S\r\n", "", "\x01\r\n", "cut"};
    for (std::size_t failing = 0; failing <= steps.size(); ++failing) {
        for (const std::string& how : bad) {
            SCOPED_TRACE("step " + std::to_string(failing) + ": " + how);
            server = {};
            NotificationClient& client = connect(md5_options(7));
            for (std::size_t step = 0; step < failing; ++step) say(steps[step]);
            std::string line = how == "cut" ? std::string() : how;
            if (const std::size_t at = line.find('N', 4); at < 5) line.replace(at, 1, std::to_string(failing + 1));
            say(line);
            if (how != "cut") scheduler.advance(std::chrono::seconds(31));
            client.connection_lost({});
            Events events = seen.take();
            std::erase_if(events, [](const std::string& event) { return event.starts_with("bad line"); });
            ASSERT_EQ(events.size(), 2U);
            EXPECT_TRUE(events.front().starts_with("login failure: "));
            EXPECT_TRUE(events.back().starts_with("connection lost"));
            EXPECT_EQ(scheduler.pending(), 0U);
        }
    }
}

TEST_F(NotificationMd5Test, AWrongPasswordIsToldAsSuch) {
    connect(md5_options(7));
    say("VER 1 MSNP7\r\nINF 2 MD5\r\nUSR 3 MD5 S 1\r\n911 4\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: wrong handle or password"});
}

TEST_F(NotificationMd5Test, WithoutAHashThereIsNoLogin) {
    NotificationOptions options = md5_options(7);
    options.md5 = nullptr;
    connect(options);
    say("VER 1 MSNP7\r\nINF 2 MD5\r\nUSR 3 MD5 S 1\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: no means of proving who we are"});
}

TEST_F(NotificationMd5Test, ReadsTheListOneListAfterTheOther) {
    for (const unsigned dialect : {2U, 5U, 7U}) {
        SCOPED_TRACE(dialect);
        NotificationClient& client = log_in_old(dialect);
        client.sync_list(outcomes.note("list"));
        EXPECT_EQ(server.take(), "SYN 6 0\r\n");
        say("SYN 6 42\r\nGTC 6 42 N\r\nBLP 6 42 BL\r\n");
        if (dialect >= 5) say("PRP 6 42 PHH 01%202\r\nPRP 6 42 MOB\r\n");
        if (dialect >= 7) say("LSG 6 42 1 2 0 Other%20Contacts 0\r\nLSG 6 42 2 2 1 Friends 0\r\n");
        const std::string groups = dialect >= 7 ? " 0,1" : "";
        say("LST 6 FL 42 1 2 bob@example.com Bob" + groups + "\r\n");
        if (dialect >= 5) say("BPR 42 bob@example.com PHM 555\r\nBPR 42 PHW 556\r\n");
        say("LST 6 FL 42 2 2 carol@example.com Carol%20C" + groups + "\r\n");
        say("LST 6 AL 42 1 1 bob@example.com Bob\r\nLST 6 BL 42 0 0\r\n");
        EXPECT_EQ(seen.take(), Events{});
        say("LST 6 RL 42 1 1 mal@example.com Mal\r\n");
        EXPECT_EQ(seen.take(), Events{"list synchronized"});
        EXPECT_EQ(outcomes.take(), Events{"list: done"});
        const Roster& roster = client.roster();
        ASSERT_EQ(roster.contacts().size(), 3U);
        EXPECT_EQ(roster.find("bob@example.com")->lists, 3U);
        EXPECT_EQ(roster.find("carol@example.com")->name, "Carol C");
        EXPECT_TRUE(roster.find("mal@example.com")->awaits_decision());
        EXPECT_FALSE(roster.find("bob@example.com")->awaits_decision());
        EXPECT_FALSE(roster.open_to_all());
        EXPECT_FALSE(roster.asks_when_added());
        if (dialect >= 5) {
            EXPECT_EQ(roster.own_phones().home, "01 2");
            EXPECT_EQ(roster.find("bob@example.com")->phones, (Phones{"", "556", "555", false}));
        }
        EXPECT_EQ(roster.groups().size(), dialect >= 7 ? 2U : 0U);
        EXPECT_EQ(roster.find("bob@example.com")->groups.size(), dialect >= 7 ? 2U : 0U);
    }
}

TEST_F(NotificationMd5Test, AListThatBreaksOffOrIsNoneDoesNotHang) {
    NotificationClient& client = log_in_old(7);
    client.sync_list(outcomes.note("list"));
    say("SYN 6 42\r\nLST 6 FL 42 0 0\r\nLST 6 XX 42 0 0\r\nLST 6 AL 42 a b\r\nLST 6 AL 42 1 1\r\n");
    EXPECT_EQ(seen.take().size(), 3U);
    EXPECT_EQ(outcomes.take(), Events{});
    for (int i = 0; i < 12; ++i) {
        scheduler.advance(std::chrono::seconds(10));
        say("QNG\r\n");
    }
    EXPECT_EQ(outcomes.take(), Events{"list: no answer from the server"});
    client.sync_list(outcomes.note("again"));
    say("SYN 7 0\r\n");
    EXPECT_EQ(outcomes.take(), Events{"again: done"});
}

TEST_F(NotificationMd5Test, TellsPresenceWithoutCapabilitiesAndSetsItSo) {
    NotificationClient& client = log_in_old(7);
    client.change_status(Status::busy, outcomes.note("status"));
    EXPECT_EQ(server.take(), "CHG 6 BSY\r\n");
    say("CHG 6 BSY\r\nILN 6 NLN bob@example.com Bob\r\nNLN AWY bob@example.com Bob%20B\r\nFLN bob@example.com\r\n");
    EXPECT_EQ(outcomes.take(), Events{"status: done"});
    EXPECT_EQ(client.status(), Status::busy);
    EXPECT_EQ(seen.take(), (Events{"initially NLN bob@example.com Bob", "now AWY bob@example.com Bob B",
                                   "offline bob@example.com"}));
}

TEST_F(NotificationMd5Test, WhatTheDialectDoesNotHaveIsRefusedHere) {
    NotificationClient& client = log_in_old(4);
    client.set_phone_details(Phone::home, "1", outcomes.note("phone"));
    client.add_list_group("Friends", outcomes.note("group"));
    client.change_personal_message({"x", ""}, outcomes.note("words"));
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(outcomes.take(), (Events{"phone: the command is disabled (502)", "group: the command is disabled (502)",
                                       "words: the command is disabled (502)"}));
}

}  // namespace
}  // namespace patchcord::msn

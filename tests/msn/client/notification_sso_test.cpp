// Logins of MSNP15, whose lists are in an address book.

#include "msn/wire/list_markup.hpp"
#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

/// Answers at once, or when the test says so, or never.
class ScriptedBook final : public AddressBookSource {
  public:
    void fetch(std::function<void(chat::Result<AddressBook>)> done) override {
        if (at_once) return done(error ? chat::Result<AddressBook>(error) : book);
        fetching = std::move(done);
    }
    void add(ListBit list, const std::string& handle, std::function<void(chat::Result<std::string>)> done) override {
        asked.push_back("add " + std::string(list_name(list)) + " " + handle);
        if (at_once) return done(error ? chat::Result<std::string>(error) : std::string("22-guid"));
        adding = std::move(done);
    }
    void remove(ListBit list, const RosterContact& contact, std::function<void(std::error_code)> done) override {
        asked.push_back("remove " + std::string(list_name(list)) + " " + contact.handle);
        if (at_once) return done(error);
        removing = std::move(done);
    }

    bool at_once = true;
    std::error_code error;
    AddressBook book;
    Events asked;
    std::function<void(chat::Result<AddressBook>)> fetching;
    std::function<void(chat::Result<std::string>)> adding;
    std::function<void(std::error_code)> removing;
};

std::array<std::uint8_t, 20> fake_hmac(std::string_view, std::string_view) {
    return {};
}
std::string fake_des(std::string_view, std::string_view, std::string_view blocks) {
    return std::string(blocks);
}
std::string fake_random(std::size_t count) {
    return std::string(count, 'r');
}

class NotificationSsoTest : public NotificationFixture {
  protected:
    NotificationSsoTest() {
        tickets.ticket = {"t=1&p=", {}, {}, "QUJD"};
        RosterContact bob;
        bob.handle = "bob@example.com";
        bob.name = "Bob";
        bob.guid = "11-guid";
        bob.lists = 3;
        RosterContact mal;
        mal.handle = "mal@example.com";
        mal.lists = 14;  // allowed and blocked, which no server takes
        book.book = {{bob, mal}, {{"33-guid", "Friends"}}, "Ana A", true};
    }
    NotificationOptions sso_options() {
        NotificationOptions options = options_for(15);
        options.auth = Auth::sso;
        options.sso = {fake_hmac, fake_des, fake_random};
        options.address_book = &book;
        return options;
    }
    /// The next TrID is 5.
    NotificationClient& sign_in() {
        server = {};
        NotificationClient& client = connect(sso_options());
        say("VER 1 MSNP15\r\nCVR 2 a b c d e\r\nGCF 0 5\r\n<x/>\nUSR 3 SSO S MBI_KEY_OLD " + std::string(64, 'n') +
            "\r\n");
        say("USR 4 OK ana@example.com 1 0\r\nSBS 0 null\r\n");
        EXPECT_TRUE(client.is_logged_in());
        server.take();
        seen.take();
        return client;
    }

    ScriptedBook book;
};

TEST_F(NotificationSsoTest, ShowsATicketAndAProof) {
    connect(sso_options());
    EXPECT_EQ(server.take(), "VER 1 MSNP15 CVR0\r\n");
    say("VER 1 MSNP15\r\nCVR 2 a b c d e\r\n");
    EXPECT_TRUE(server.take().ends_with("USR 3 SSO I ana@example.com\r\n"));
    say("GCF 0 5\r\n<x/>\nUSR 3 SSO S MBI_KEY_OLD " + std::string(64, 'n') + "\r\n");
    EXPECT_EQ(tickets.asked, "MBI_KEY_OLD ana@example.com secret");
    const auto proof = format_sso_proof("QUJD", std::string(64, 'n'), "rrrrrrrr", sso_options().sso);
    EXPECT_EQ(server.take(), "USR 4 SSO S t=1&p= " + *proof + "\r\n");
    say("USR 4 OK ana@example.com 1 0\r\n");
    EXPECT_EQ(seen.take(), Events{"logged in"});
}

TEST_F(NotificationSsoTest, WithoutASecretANonceOrMeansThereIsNoProof) {
    const auto fails = [&](const NotificationOptions& options, const std::string& nonce) {
        server = {};
        connect(options);
        say("VER 1 MSNP15\r\nCVR 2 a b c d e\r\nUSR 3 SSO S MBI_KEY_OLD" + nonce + "\r\n");
        EXPECT_EQ(seen.take(), Events{"login failure: no means of proving who we are"});
        EXPECT_TRUE(server.closed());
    };
    fails(sso_options(), "");
    NotificationOptions without = sso_options();
    without.sso.triple_des_cbc = nullptr;
    fails(without, " nnn");
    tickets.ticket.secret.clear();
    fails(sso_options(), " nnn");
}

TEST_F(NotificationSsoTest, AnErrorMayComeWithWords) {
    connect(sso_options());
    say("VER 1 MSNP15\r\nCVR 2 a b c d e\r\nUSR 3 SSO S P nnn\r\n911 4 6\r\n<why/>");
    EXPECT_EQ(seen.take(), Events{"login failure: wrong handle or password"});
}

TEST_F(NotificationSsoTest, TellsTheServerItsLists) {
    NotificationClient& client = sign_in();
    client.sync_list(outcomes.note("list"));
    const std::string lists =
        "<ml l=\"1\"><d n=\"example.com\"><c n=\"bob\" l=\"3\" t=\"1\"/><c n=\"mal\" l=\"4\" t=\"1\"/></d></ml>";
    EXPECT_EQ(server.take(),
              "BLP 5 AL\r\nADL 6 " + std::to_string(lists.size()) + "\r\n" + lists + "PRP 7 MFN Ana%20A\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("BLP 5 AL\r\nADL 6 OK\r\nPRP 7 MFN Ana%20A\r\n");
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
    EXPECT_EQ(seen.take(), Events{"list synchronized"});
    EXPECT_EQ(client.screen_name(), "Ana A");
    EXPECT_EQ(client.roster().find("bob@example.com")->guid, "11-guid");
    EXPECT_EQ(client.roster().find_group("33-guid")->name, "Friends");
    client.change_status(Status::online);
    client.change_personal_message({"hi", ""});
    EXPECT_EQ(server.take(),
              "CHG 8 NLN 268435488\r\nUUX 9 55\r\n<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia></Data>");
}

TEST_F(NotificationSsoTest, AnEmptyListIsToldToo) {
    book.book = {};
    NotificationClient& client = sign_in();
    client.sync_list(outcomes.note("list"));
    EXPECT_EQ(server.take(), "BLP 5 AL\r\nADL 6 15\r\n<ml l=\"1\"></ml>");
    say("ADL 6 OK\r\n");
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
}

TEST_F(NotificationSsoTest, ALongListIsToldInSeveralCommands) {
    for (int i = 0; i < 200; ++i) {
        RosterContact contact;
        contact.handle = "u" + std::to_string(i) + "@example.com";
        contact.lists = 3;
        book.book.contacts.push_back(contact);
    }
    NotificationClient& client = sign_in();
    client.sync_list(outcomes.note("list"));
    say("ADL 6 OK\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("241 7 4\r\nwhy?");
    EXPECT_EQ(outcomes.take(), Events{"list: invalid lists (241)"});
    say("ADL 7 OK\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(NotificationSsoTest, AnAddressBookMayRefuseBeSilentOrBeMissing) {
    NotificationClient& client = sign_in();
    book.error = ClientErrc::no_ticket;
    client.sync_list(outcomes.note("list"));
    client.add_contact(ListBit::allow, "carol@example.com", outcomes.note("add"));
    EXPECT_EQ(outcomes.take(),
              (Events{"list: the Passport service gave no ticket", "add: the Passport service gave no ticket"}));
    EXPECT_EQ(server.take(), "");
    book.at_once = false;
    client.sync_list(outcomes.note("list"));
    client.add_contact(ListBit::allow, "carol@example.com", outcomes.note("add"));
    for (int i = 0; i < 13; ++i) {
        scheduler.advance(std::chrono::seconds(10));
        say("QNG 60\r\n");
    }
    EXPECT_EQ(outcomes.take(), (Events{"add: no answer from the server", "list: no answer from the server"}));
    server.take();
    book.fetching(book.book);
    book.adding(std::string("late"));
    EXPECT_EQ(server.take(), "");
    NotificationOptions without = sso_options();
    without.address_book = nullptr;
    server = {};
    NotificationClient& alone = connect(without);
    say("VER 1 MSNP15\r\nCVR 2 a b c d e\r\nUSR 3 SSO S P nnn\r\nUSR 4 OK ana@example.com 1 0\r\n");
    alone.sync_list(outcomes.note("list"));
    alone.add_contact(ListBit::allow, "carol@example.com", outcomes.note("add"));
    EXPECT_EQ(outcomes.take(), (Events{"list: no address book", "add: no address book"}));
}

TEST_F(NotificationSsoTest, ContactsAreChangedInTheBookAndThenAtTheServer) {
    NotificationClient& client = sign_in();
    client.sync_list();
    say("ADL 6 OK\r\n");
    server.take();
    client.add_contact(ListBit::forward, "Carol@example.com", outcomes.note("add"));
    EXPECT_EQ(book.asked, Events{"add FL carol@example.com"});
    EXPECT_EQ(server.take(), "ADL 8 58\r\n<ml><d n=\"example.com\"><c n=\"carol\" l=\"1\" t=\"1\"/></d></ml>");
    say("ADL 8 OK\r\n");
    EXPECT_EQ(outcomes.take(), Events{"add: done"});
    EXPECT_EQ(client.roster().find("carol@example.com")->guid, "22-guid");
    client.block_contact("bob@example.com", outcomes.note("block"));
    say("RML 9 OK\r\nADL 10 OK\r\n");
    EXPECT_EQ(book.asked.back(), "add BL bob@example.com");
    EXPECT_EQ(client.roster().find("bob@example.com")->lists, 5U);
    client.remove_contact(ListBit::forward, "carol@example.com", outcomes.note("remove"));
    say("RML 11 OK\r\n");
    EXPECT_EQ(client.roster().find("carol@example.com"), nullptr);
    client.add_contact(ListBit::allow, "mal@example.com", outcomes.note("refused"));
    say("241 12 3\r\nxyz");
    EXPECT_EQ(outcomes.take(), (Events{"block: done", "remove: done", "refused: invalid lists (241)"}));
    client.add_list_group("x", outcomes.note("group"));
    client.remove_list_group("33-guid", outcomes.note("no group"));
    EXPECT_EQ(outcomes.take(),
              (Events{"group: the command is disabled (502)", "no group: the command is disabled (502)"}));
}

TEST_F(NotificationSsoTest, WhatTheBookHasNotAnsweredEndsWithTheConnection) {
    book.at_once = false;
    NotificationClient& client = sign_in();
    client.sync_list(outcomes.note("list"));
    client.add_contact(ListBit::forward, "carol@example.com", outcomes.note("add"));
    client.connection_lost({});
    EXPECT_EQ(outcomes.take(), (Events{"add: connection closed", "list: connection closed"}));
    book.fetching(book.book);
    book.adding(std::string());
    EXPECT_EQ(outcomes.take(), Events{});
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(NotificationSsoTest, TellsPresenceWithNetworks) {
    NotificationClient& client = sign_in();
    client.sync_list();
    say("ILN 9 IDL bob@example.com 1 Bob%20B 268435492 %3Cmsnobj%20Creator%3D%22b%22%2F%3E\r\n"
        "UBX bob@example.com 1 25\r\n<Data><PSM>x</PSM></Data>NLN BSY bob@example.com 1 Bob 0\r\n"
        "FLN bob@example.com 1\r\n");
    EXPECT_EQ(seen.take(), (Events{"initially IDL bob@example.com Bob B", "words bob@example.com 'x'",
                                   "now BSY bob@example.com Bob", "offline bob@example.com"}));
    EXPECT_EQ(client.roster().find("bob@example.com")->capabilities, 0U);
}

TEST_F(NotificationSsoTest, TellsWhoAddsAndRemovesUs) {
    NotificationClient& client = sign_in();
    const std::string added = "<ml><d n=\"example.com\"><c n=\"carol\" l=\"8\" t=\"1\" f=\"Carol\"/></d></ml>";
    say("ADL 0 " + std::to_string(added.size()) + "\r\n" + added);
    EXPECT_EQ(seen.take(), Events{"added by carol@example.com Carol"});
    EXPECT_TRUE(client.roster().find("carol@example.com")->awaits_decision());
    const std::string removed = "<ml><d n=\"example.com\"><c n=\"carol\" l=\"8\" t=\"1\"/></d></ml>";
    say("RML 0 " + std::to_string(removed.size()) + "\r\n" + removed + "ADL 0 3\r\n<x>ADL 99 OK\r\n");
    EXPECT_EQ(seen.take(), Events{"removed by carol@example.com"});
    EXPECT_TRUE(client.roster().contacts().empty());
}

TEST_F(NotificationSsoTest, ACallMayHaveMoreWordsBehindIt) {
    NotificationClient& client = sign_in();
    Events got;
    client.request_switchboard_server([&](const auto& address) { got.push_back(address ? address->key : "none"); });
    say("XFR 5 SB 192.0.2.30:1863 CKI 17.26 U messenger.msn.com 1\r\n"
        "RNG 11752013 192.0.2.30:1863 CKI 849.52 bob@example.com Bob U messenger.hotmail.com 1\r\n");
    EXPECT_EQ(got, Events{"17.26"});
    EXPECT_EQ(seen.take(), Events{"call 11752013 192.0.2.30 1863 849.52 bob@example.com Bob"});
}

}  // namespace
}  // namespace patchcord::msn

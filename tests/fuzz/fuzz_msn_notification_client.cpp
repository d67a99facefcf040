// Our client, signed in to a notification server that says whatever the input says; the input also says what the client
// is asked for, when time passes and when the server stops reading.

#include "msn/client/notification_client.hpp"
#include "tests/fuzz/msn_client_world.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Ledger;
using fuzz::Script;

constexpr std::array<const char*, 4> people{"bob@example.com", "carol@example.com", "ana@example.com", "nobody"};

/// A ticket for everybody.
struct Tickets final : msn::TicketSource {
    void get_ticket(const std::string&, const std::string&, const std::string&,
                    std::function<void(Ticket)> done) override {
        done({"t=1", {}, {}, "QUJD"});
    }
};

/// An address book with one person, that takes every change.
struct Book final : msn::AddressBookSource {
    void fetch(std::function<void(chat::Result<msn::AddressBook>)> done) override {
        msn::AddressBook book;
        book.contacts.resize(1);
        book.contacts.front().handle = people.front();
        book.contacts.front().lists = 3;
        done(book);
    }
    void add(msn::ListBit, const std::string&, std::function<void(chat::Result<std::string>)> done) override {
        done(std::string("22"));
    }
    void remove(msn::ListBit, const msn::RosterContact&, std::function<void(std::error_code)> done) override {
        done({});
    }
};

std::array<std::uint8_t, 20> no_hmac(std::string_view, std::string_view) {
    return {};
}
std::string no_des(std::string_view, std::string_view, std::string_view blocks) {
    return std::string(blocks);
}
std::string no_random(std::size_t count) {
    return std::string(count, 'r');
}

struct Observer final : msn::NotificationObserver {
    void login_failure(std::error_code, std::string_view reason) override {
        demand(reason.find_first_of("\r\n") == std::string_view::npos, "a reason is one line");
    }
    void user_added_me(const std::string& handle, const std::string& name) override {
        demand(!handle.empty() && name.find('\n') == std::string::npos, "who added us has a handle and a name");
    }
    void contact_status_changed(const msn::RosterContact& contact) override {
        demand(!contact.handle.empty() && contact.name.find('\n') == std::string::npos, "a name is one line");
    }
    void connection_lost(std::error_code) override { ++ends; }
    int ends = 0;
};

class Play {
  public:
    explicit Play(Script& script) : script_(script), client_(scheduler_, tickets_, observer_, options(script.byte())) {
        client_.connection_made(server_);
        const std::string number = std::to_string(client_.dialect().number());
        const bool old = client_.dialect() < msn::Dialect(8);
        const bool newest = client_.dialect() > msn::Dialect(12);
        say("VER 1 MSNP" + number + (old ? "\r\nINF 2 MD5\r\n" : "\r\nCVR 2 a b c d e\r\n"));
        say(old ? "USR 3 MD5 S 1\r\n" : newest ? "USR 3 SSO S P nnn\r\n" : "USR 3 TWN S lc=1\r\n");
        say("USR 4 OK ana@example.com Ana 1 0\r\n");
        demand(client_.is_logged_in(), "the client gets in");
    }
    void step() {
        const unsigned what = script_.byte();
        if (what % 3 == 0) return say(std::string(script_.text()) + "\r\n");
        if (what % 3 == 1) return say_with_payload(what / 3);
        act(what / 3);
    }
    void end() {
        client_.connection_lost({});
        demand(observer_.ends == 1, "the end is told once");
        demand(ledger_.open() == 0, "every request is answered");
        demand(scheduler_.pending() == 0, "no timer is left");
        demand(client_.roster().contacts().size() <= msn::Roster::max_contacts, "the list is bounded");
        server_.demand_whole_commands();
    }

  private:
    msn::NotificationOptions options(unsigned choice) {
        msn::NotificationOptions options;
        options.handle = "ana@example.com";
        options.password = "secret";
        const unsigned number = 2 + choice % 12;
        options.lowest = options.highest = msn::Dialect(number == 13 ? 15 : number);
        for (const msn::Auth auth : {msn::Auth::md5, msn::Auth::twn, msn::Auth::sso}) {
            if (msn::belongs_to(auth, options.highest)) options.auth = auth;
        }
        options.md5 = fuzz::no_md5;
        options.sso = {no_hmac, no_des, no_random};
        options.address_book = &book_;
        return options;
    }
    void say(const std::string& bytes) {
        client_.data_received(bytes);
        demand(server_.commands() < 100'000, "the client does not talk without end");
    }
    void say_with_payload(unsigned which) {
        constexpr std::array<std::string_view, 7> heads{
            "MSG Hotmail Hotmail ", "UBX bob@example.com ", "NOT ", "GCF Shields.xml ", "UUX 5 ", "ADL 0 ", "RML 0 "};
        const std::string payload(script_.text());
        say(std::string(heads[which % heads.size()]) + std::to_string(payload.size()) + "\r\n" + payload);
    }
    void act(unsigned which) {
        const std::string who = people[script_.byte() % people.size()];
        const std::string word(script_.text());
        switch (which % 20) {
            case 0: client_.sync_list(ledger_.entry()); break;
            case 1: client_.change_status(static_cast<msn::Status>(word.size() % 8), ledger_.entry()); break;
            case 2: client_.change_screen_name(word, ledger_.entry()); break;
            case 3: client_.change_personal_message({word, word}, ledger_.entry()); break;
            case 4: client_.set_phone_details(msn::Phone::work, word, ledger_.entry()); break;
            case 5: client_.set_privacy_mode(word.empty(), ledger_.entry()); break;
            case 6: client_.add_contact(msn::ListBit::forward, who, ledger_.entry()); break;
            case 7: client_.add_contact(msn::ListBit::allow, word, ledger_.entry()); break;
            case 8: client_.remove_contact(msn::ListBit::forward, who, ledger_.entry()); break;
            case 9: client_.block_contact(who, ledger_.entry()); break;
            case 10: client_.unblock_contact(who, ledger_.entry()); break;
            case 11: client_.add_list_group(word, ledger_.entry()); break;
            case 12: client_.remove_list_group(word, ledger_.entry()); break;
            case 13: client_.rename_list_group("1", word, ledger_.entry()); break;
            case 14: client_.add_to_group(who, "1", ledger_.entry()); break;
            case 15: client_.remove_from_group(who, "1", ledger_.entry()); break;
            case 16: client_.request_switchboard_server(ledger_.entry()); break;
            case 17: scheduler_.advance(std::chrono::milliseconds(1000) * (word.size() % 60)); break;
            case 18: server_.stall(word.size()); break;
            default: client_.log_out();
        }
    }

    Script& script_;
    tests::ManualScheduler scheduler_;
    Tickets tickets_;
    Book book_;
    Observer observer_;
    Ledger ledger_;
    fuzz::HostileServer server_;
    msn::NotificationClient client_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}

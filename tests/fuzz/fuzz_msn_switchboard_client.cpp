// Our client in a switchboard of a server that says whatever the input says; the input also says what the client is
// asked for, when time passes and when the server stops reading.

#include "msn/client/switchboard_client.hpp"
#include "tests/fuzz/msn_client_world.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Ledger;
using fuzz::Script;

constexpr std::array<const char*, 4> people{"bob@example.com", "carol@example.com", "ana@example.com", "nobody"};

struct Observer final : msn::SwitchboardObserver {
    void got_chatting_users(const std::vector<msn::ChatMember>&) override { demand(++told == 1, "it is told once"); }
    void logged_in() override {}
    void login_failure(std::error_code) override {}
    void user_joined(const msn::ChatMember& who) override { check(who); }
    void user_left(const msn::ChatMember& who, bool) override { check(who); }
    void got_text(const msn::ChatMember& from, const chat::StyledText& text, bool) override {
        check(from);
        demand(text.text().find('\0') == std::string::npos, "a text has no NUL");
    }
    void user_typing(const msn::ChatMember& who) override { check(who); }
    void got_nudge(const msn::ChatMember& from) override { check(from); }
    bool got_send_request(const msn::SendRequest& request) override {
        demand(request.file.name.find_first_of("/\\\n") == std::string::npos, "a file's name is a name");
        offer = request;
        return takes_files;
    }
    void connection_lost(std::error_code) override { ++ends; }

    static void check(const msn::ChatMember& who) {
        demand(!who.handle.empty() && who.name.find('\n') == std::string::npos, "a name is one line");
        demand(who.handle != "ana@example.com", "we are not told of ourselves");
    }
    int told = 0;
    int ends = 0;
    bool takes_files = false;
    msn::SendRequest offer;
};

class Play {
  public:
    explicit Play(Script& script)
        : script_(script),
          answers_(script.byte() % 2 == 1),
          client_(scheduler_, observer_, {"ana@example.com", "1.2", answers_ ? "77" : ""}) {
        client_.connection_made(server_);
        if (answers_) return;
        say("USR 1 OK ana@example.com Ana\r\n");
        client_.invite_user("bob@example.com", ledger_.entry());
        say("CAL 2 RINGING 77\r\nJOI bob@example.com Bob 32\r\n");
    }
    void step() {
        const unsigned what = script_.byte();
        if (what % 3 == 0) return say(std::string(script_.text()) + "\r\n");
        if (what % 3 == 1) return say_message(what / 3);
        act(what / 3);
    }
    void end() {
        client_.connection_lost({});
        demand(observer_.ends == 1, "the end is told once");
        demand(ledger_.open() == 0, "every request is answered");
        demand(scheduler_.pending() == 0, "no timer is left");
        demand(client_.users().size() <= msn::SwitchboardClient::max_users, "the people are bounded");
        server_.demand_whole_commands();
    }

  private:
    void say(const std::string& bytes) {
        client_.data_received(bytes);
        demand(server_.commands() < 100'000, "the client does not talk without end");
    }
    void say_message(unsigned which) {
        constexpr std::array<std::string_view, 9> heads{
            "Content-Type: text/plain; charset=UTF-8\r\n\r\n",
            "Content-Type: text/plain\r\nX-MMS-IM-Format: FN=A; EF=BI; CO=ff\r\n\r\n",
            "Content-Type: text/x-msmsgscontrol\r\nTypingUser: x\r\n\r\n",
            "Content-Type: text/x-msnmsgr-datacast\r\n\r\nID: ",
            "Content-Type: text/x-msmsgsinvite\r\n\r\n",
            "Content-Type: text/plain\r\nMessage-ID: {1}\r\nChunks: 3\r\n\r\n",
            "Message-ID: {1}\r\nChunk: 1\r\n\r\n",
            "Content-Type: application/x-msnmsgrp2p\r\nP2P-Dest: ana@example.com\r\n\r\n",
            ""};
        const std::string from = people[which / heads.size() % people.size()];
        const std::string payload = std::string(heads[which % heads.size()]) + std::string(script_.text());
        say("MSG " + from + " x " + std::to_string(payload.size()) + "\r\n" + payload);
    }
    void act(unsigned which) {
        const std::string who = people[script_.byte() % people.size()];
        const std::string word(script_.text());
        switch (which % 14) {
            case 0: client_.invite_user(who, ledger_.entry()); break;
            case 1: client_.send_text(chat::StyledText(word), ledger_.entry()); break;
            case 2: {
                const std::string text(word.size() * 40, 'x');
                client_.send_text(chat::StyledText(text), ledger_.entry());
                break;
            }
            case 3: client_.send_message(word, msn::Acknowledge::failure, ledger_.entry()); break;
            case 4: client_.send_message(word + "\r\n\r\n", msn::Acknowledge::data, ledger_.entry()); break;
            case 5: client_.send_nudge(ledger_.entry()); break;
            case 6: client_.send_typing_notification(); break;
            case 7: cookie_ = client_.send_file_invitation(word, word.size(), ledger_.entry()); break;
            case 8: client_.file_invitation_reply(observer_.offer, word.empty(), ledger_.entry()); break;
            case 9: client_.send_transfer_info(cookie_, {"192.0.2.1", 6891, word}); break;
            case 10: client_.cancel_invitation(word.empty() ? cookie_ : word, "FAIL"); break;
            case 11: observer_.takes_files = !observer_.takes_files; break;
            case 12: scheduler_.advance(std::chrono::milliseconds(1000) * (word.size() % 60)); break;
            default:
                if (word.size() % 2 == 0) {
                    server_.stall(word.size());
                } else {
                    client_.leave();
                }
        }
    }

    Script& script_;
    tests::ManualScheduler scheduler_;
    Observer observer_;
    Ledger ledger_;
    fuzz::HostileServer server_;
    bool answers_;
    msn::SwitchboardClient client_;
    std::string cookie_ = "1";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}

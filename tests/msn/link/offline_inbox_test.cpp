#include "msn/link/offline_inbox.hpp"

#include <algorithm>
#include <map>

#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::RecordingClient;
using tests::Visitor;

/// What the service keeps, and what it was asked.
struct Shelf {
    std::map<std::string, std::string> mails;  // by id
    std::string list;
    Log asked;
    std::error_code failure;  // of the next questions
    bool at_once = true;
    bool can_store = true;
    int failing_removals = 0;
    std::vector<std::function<void()>> waiting;

    void answer(std::function<void()> done) {
        if (at_once) return done();
        waiting.push_back(std::move(done));
    }
};

class ScriptedShelf final : public OfflineMessageSource {
  public:
    explicit ScriptedShelf(Shelf& shelf) : shelf_(shelf) {}
    void list(std::function<void(chat::Result<std::string>)> done) override {
        shelf_.asked.emplace_back("list");
        give(shelf_.list, std::move(done));
    }
    void read(const std::string& id, std::function<void(chat::Result<std::string>)> done) override {
        shelf_.asked.push_back("read " + id);
        give(shelf_.mails[id], std::move(done));
    }
    void remove(const std::vector<std::string>& ids, std::function<void(std::error_code)> done) override {
        std::string all = "remove";
        for (const std::string& id : ids) all += " " + id;
        shelf_.asked.push_back(all);
        std::error_code why = shelf_.failure;
        if (shelf_.failing_removals > 0 && shelf_.failing_removals-- > 0) why = chat::Errc::service_away;
        shelf_.answer([done = std::move(done), why] { done(why); });
    }
    [[nodiscard]] bool can_store() const override { return shelf_.can_store; }
    void store(const std::string& to, const std::string& name, const std::string& text,
               std::function<void(std::error_code)> done) override {
        shelf_.asked.push_back("store " + to + " from " + name + ": " + text);
        shelf_.answer([done = std::move(done), why = shelf_.failure] { done(why); });
    }

  private:
    void give(const std::string& value, std::function<void(chat::Result<std::string>)> done) {
        const chat::Result<std::string> result = shelf_.failure ? chat::Result<std::string>(shelf_.failure) : value;
        shelf_.answer([done = std::move(done), result] { done(result); });
    }

    Shelf& shelf_;
};

std::string note(const std::string& id, const std::string& from = "bob@example.com") {
    return "<M><T>11</T><RT>2020-01-02T03:04:05Z</RT><E>" + from + "</E><I>" + id + "</I><N>Bob</N></M>";
}

std::string mail(const std::string& run, int number, const std::string& text, const std::string& day = "02") {
    return "X-OIM-Run-Id: " + run + "\nX-OIM-Sequence-Num: " + std::to_string(number) +
           "\nX-OriginalArrivalTime: " + day + " Jan 2020 03:04:05 (UTC)\n\n" + text;
}

class OfflineInboxTest : public LinkTest {
  protected:
    OfflineInboxTest() {
        offline_messages_ = [this](const LinkOptions&) { return std::make_unique<ScriptedShelf>(shelf_); };
        make_service({});
        account_ = &link();
    }
    ~OfflineInboxTest() override {
        far_->shut_down();
        shelf_.waiting.clear();
    }
    /// Ana is here, signed in, and has read that.
    void come(Visitor& ana) {
        settle();
        ana.take();
        shelf_.asked.clear();
    }
    void tell(const std::string& notes, bool complete = false) {
        const std::string data = notes == "too-large" ? notes : "<MD>" + notes + "</MD>";
        account_->got_mail_notice({data, complete});
    }
    /// The service drops her, and she is signed in anew.
    void reconnect() {
        connector_.wires.front()->cut();
        connector_.wires.erase(connector_.wires.begin());
        advance(20s);
    }
    Log asked() { return std::exchange(shelf_.asked, {}); }

    Shelf shelf_;
    LinkedAccount* account_ = nullptr;
};

TEST_F(OfflineInboxTest, MessagesAreShownInOrderAndThenDeleted) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("b", 2, "two")}, {"2", mail("b", 1, "one")}, {"3", mail("a", 9, "three", "03")}};
    tell(note("1") + note("3", "carol@example.com") + note("2"));
    EXPECT_EQ(asked(), (Log{"read 1", "read 3", "read 2", "remove 2 1 3"}));
    EXPECT_EQ(ana.take(), (Log{"message bob -> ana: one", "message bob -> ana: two", "message carol -> ana: three"}));
}

TEST_F(OfflineInboxTest, WhoIsHereIsTheSenderThemselves) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    tell(note("1"));
    EXPECT_EQ(ana.take(), Log{"message bob -> ana: hello"});
    EXPECT_TRUE(near_.lookup_user("bob"));
}

TEST_F(OfflineInboxTest, WhatIsToldBeforeTheFirstStatusWaits) {
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    Visitor ana(near_, "ana", profile_of("ana"));
    advance(0ms);
    tell(note("1"), true);
    EXPECT_FALSE(account_->state() == LinkedAccount::State::signed_in && asked().empty());
    settle();
    EXPECT_EQ(tests::matching("message", ana.take()).size(), 1U);
}

TEST_F(OfflineInboxTest, ListThatIsTooLargeIsAskedFor) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.list = "<MD>" + note("1") + "</MD>";
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    tell("too-large", true);
    EXPECT_EQ(asked(), (Log{"list", "read 1", "remove 1"}));
    EXPECT_EQ(ana.take().size(), 1U);
}

TEST_F(OfflineInboxTest, MessageIsShownOnceHoweverOftenItIsListed) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    shelf_.at_once = false;
    tell(note("1"));
    tell(note("1"));
    EXPECT_EQ(asked(), Log{"read 1"});
    std::exchange(shelf_.waiting, {}).front()();
    EXPECT_EQ(ana.take().size(), 1U);
    EXPECT_EQ(asked(), Log{"remove 1"});
    shelf_.waiting.clear();  // never answered
    shelf_.at_once = true;
    tell(note("1"), true);
    EXPECT_EQ(asked(), Log{"remove 1"});
    EXPECT_EQ(ana.take(), Log());
    tell(note("1"), true);
    EXPECT_EQ(asked(), (Log{"read 1", "remove 1"})) << "a deleted one that is there again is another one";
}

TEST_F(OfflineInboxTest, WhatTheServiceDoesNotListAnyMoreIsNotRemembered) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    shelf_.at_once = false;
    tell(note("1"));
    std::exchange(shelf_.waiting, {}).front()();
    shelf_.waiting.clear();  // the deletion is never answered
    shelf_.at_once = true;
    tell("", true);
    tell(note("1"));
    EXPECT_EQ(ana.take().size(), 2U);
}

TEST_F(OfflineInboxTest, DeletionThatFailsIsTriedOneByOne) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("a", 1, "one")}, {"2", mail("a", 2, "two")}};
    shelf_.failing_removals = 2;  // both, then the first alone
    tell(note("1") + note("2"));
    EXPECT_EQ(asked(), (Log{"read 1", "read 2", "remove 1 2", "remove 1", "remove 2"}));
    tell(note("1") + note("2"), true);
    EXPECT_EQ(asked(), (Log{"remove 1", "read 2", "remove 2"})) << "only the second was gone";
}

TEST_F(OfflineInboxTest, WhatCannotBeFetchedOrReadStaysAndAfterThreeFailuresTheRestDoesToo) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", "no mail"}, {"2", mail("a", 1, "hello")}};
    tell(note("1") + note("2"));
    EXPECT_EQ(asked(), (Log{"read 1", "read 2", "remove 2"}));
    EXPECT_EQ(ana.take().size(), 1U);
    shelf_.failure = chat::Errc::service_away;
    tell(note("3") + note("4") + note("5") + note("6"));
    EXPECT_EQ(asked(), (Log{"read 3", "read 4", "read 5"}));
    tell("too-large");
    EXPECT_EQ(asked(), Log{"list"});
    shelf_.failure = {};
    tell(note("2"));
    EXPECT_EQ(asked(), (Log{"read 2", "remove 2"}));
}

TEST_F(OfflineInboxTest, NothingIsDeletedBeforeTheClientHasTakenIt) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", mail("a", 1, "one")}, {"2", mail("a", 2, "two")}};
    ana.fail(RecordingClient::Call::receive, chat::Errc::queue_full, 1);
    tell(note("1") + note("2"));
    EXPECT_EQ(asked(), (Log{"read 1", "read 2", "remove 1"}));
    advance(1s);
    EXPECT_EQ(asked(), Log());
    ana.stop_failing();
    ana.take();
    advance(4s);
    EXPECT_EQ(ana.take(), Log{"message bob -> ana: two"});
    EXPECT_EQ(asked(), Log{"remove 2"});
}

TEST_F(OfflineInboxTest, WhoLeavesMeanwhileGetsItWhenTheyAreBack) {
    {
        Visitor ana(near_, "ana", profile_of("ana"));
        come(ana);
        shelf_.mails = {{"1", mail("a", 1, "hello")}};
        shelf_.at_once = false;
        tell(note("1"));
    }
    settle();
    for (const auto& answer : std::exchange(shelf_.waiting, {})) answer();
    EXPECT_EQ(asked(), Log{"read 1"});
    shelf_.at_once = true;
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    tell(note("1"), true);
    EXPECT_EQ(ana.take().size(), 1U);
    EXPECT_EQ(asked(), (Log{"read 1", "remove 1"}));
}

TEST_F(OfflineInboxTest, WhoIsBlockedIsNotHeard) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    ASSERT_FALSE(ana->set_contact({"bob@example.com/far", {}, false, true, false}));
    settle();
    ana.take();
    shelf_.mails = {{"1", mail("a", 1, "hello")}};
    tell(note("1"));
    EXPECT_EQ(ana.take(), Log());
    EXPECT_EQ(asked(), (Log{"read 1", "remove 1"}));
}

TEST_F(OfflineInboxTest, MessagesOfOneSignInAreBounded) {
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    std::string notes;
    for (std::size_t i = 1; i <= OfflineInbox::max_fetched + 3; ++i) {
        const std::string id = std::to_string(i);
        shelf_.mails[id] = mail("a", static_cast<int>(i), id);
        notes += note(id);
    }
    tell(notes, true);
    const Log seen = ana.take();
    EXPECT_EQ(
        std::count_if(seen.begin(), seen.end(), [](const std::string& line) { return line.starts_with("message"); }),
        static_cast<std::ptrdiff_t>(OfflineInbox::max_fetched));
    EXPECT_EQ(tests::matching("told far (ana@example.com) has more", seen).size(), 1U);
    EXPECT_EQ(link_metrics_.limit_hits(LinkLimit::offline_messages).value(), 3);
    reconnect();
    ana.take();
    tell(note("203"));
    EXPECT_EQ(tests::matching("message", ana.take()).size(), 1U);
}

TEST_F(OfflineInboxTest, TimesInTheFutureAreNow) {
    class Clock final : public Visitor {
      public:
        using Visitor::Visitor;
        std::error_code receive(const chat::Message& message, chat::RenderCache&) override {
            times.push_back(message.sent_at);
            return {};
        }
        std::vector<chat::WallTime> times;
    };
    Clock ana(near_, "ana", profile_of("ana"));
    come(ana);
    shelf_.mails = {{"1", "X-OriginalArrivalTime: 02 Jan 2999 00:00:00 (UTC)\n\nhello"},
                    {"2", "A: b\n\nhello"},
                    {"3", "Date: 02 Jan 2020 00:00:00 GMT\n\nhello"}};
    tell(note("1") + note("2") + note("3"));
    ASSERT_EQ(ana.times.size(), 3U);
    EXPECT_EQ(chat::unix_seconds(ana.times[0]), 1'577'923'200);
    EXPECT_EQ(chat::unix_seconds(ana.times[1]), 1'577'934'245) << "as the list says";
    EXPECT_EQ(ana.times[2], scheduler_.wall_now());
}

TEST_F(OfflineInboxTest, MessagesAreLeftForOthersOnlyWhileSignedInAndWhereItIsPossible) {
    std::vector<std::error_code> outcomes;
    const auto leave = [&] {
        return account_->leave("bob@example.com", "hello", [&](std::error_code why) { outcomes.push_back(why); });
    };
    EXPECT_FALSE(leave());
    Visitor ana(near_, "ana", profile_of("ana"));
    come(ana);
    EXPECT_TRUE(leave());
    EXPECT_EQ(asked().front().substr(0, 26), "store bob@example.com from");
    shelf_.failure = chat::Errc::service_away;
    EXPECT_TRUE(leave());
    EXPECT_EQ(outcomes, (std::vector<std::error_code>{{}, shelf_.failure}));
    shelf_.can_store = false;
    EXPECT_FALSE(leave());
}

}  // namespace
}  // namespace patchcord::msn

#include "chat_core/entrances.hpp"

#include <gtest/gtest.h>
#include <span>
#include <string>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::Log;
using tests::Visitor;

constexpr JoinRequest quietly{{}, false, true};

/// Writes down what a recorder is told of comings and goings.
class RecordedEntrances final : public Recorder {
  public:
    void message_sent(const Message&) override {}
    void user_joined(const Group& group, const User& user) override {
        log.push_back("joined " + group.name() + " " + user.name());
    }
    void user_left(const Group& group, const User& user, const Departure&) override {
        log.push_back("left " + group.name() + " " + user.name());
    }
    void topic_changed(const Group&, const User*) override {}
    void renamed(const Group&, const Renaming&) override {}
    void settings_changed(const Group&, const User*, std::span<const SettingChange>) override {}

    Log log;
};

Profile with_address(const std::string& address) {
    Profile profile;
    profile.address = address;
    return profile;
}

class EntrancesTest : public testing::Test {
  protected:
    explicit EntrancesTest(EntranceOptions entrances = {false, seconds(60)}) {
        ServiceOptions options = tests::service_options();
        options.entrances = entrances;
        service_.set_options(std::move(options));
        service_.set_recorder(&recorder_);
        EXPECT_FALSE(ana_->join(group_));
        recorder_.log.clear();
    }
    ~EntrancesTest() override { service_.set_recorder(nullptr); }

    /// Comes, is shown, and leaves.
    void visit(Visitor& who) {
        ASSERT_FALSE(who->join(group_, quietly));
        ASSERT_FALSE(who->leave(group_, "bye"));
    }
    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    RecordedEntrances recorder_;
    Group& group_{**service_.create_group("#a")};
    Visitor ana_{service_, "ana"};
    Visitor bob_{service_, "bob", with_address("bob@example.com")};
};

class SpeakersTest : public EntrancesTest {
  protected:
    SpeakersTest() : EntrancesTest({true, seconds(60)}) {}
};

// --- flapping

TEST_F(EntrancesTest, FirstVisitIsShown) {
    visit(bob_);
    EXPECT_EQ(ana_.take(), (Log{"joined #a bob", "left #a bob: bye"}));
}

TEST_F(EntrancesTest, WhoComesAgainTooSoonAndLeavesIsNotShownAgain) {
    visit(bob_);
    ana_.take();
    visit(bob_);
    visit(bob_);
    scheduler_.advance(seconds(300));
    EXPECT_EQ(ana_.take(), Log{});
    EXPECT_EQ(recorder_.log, (Log{"joined #a bob", "left #a bob"}));
    EXPECT_EQ(group_.shown_size(), 1U);
}

TEST_F(EntrancesTest, WhoComesAgainTooSoonAndStaysIsShownWhenTheIntervalIsOver) {
    visit(bob_);
    ana_.take();
    ASSERT_FALSE(bob_->join(group_, quietly));
    EXPECT_TRUE(group_.has(bob_.user()));
    EXPECT_FALSE(group_.shows(bob_.user()));
    EXPECT_EQ(group_.size(), 2U);
    EXPECT_EQ(group_.shown_size(), 1U);
    scheduler_.advance(milliseconds(59'000));
    EXPECT_EQ(ana_.take(), Log{});
    scheduler_.advance(milliseconds(1'200));
    EXPECT_EQ(ana_.take(), Log{"joined #a bob"});
    EXPECT_TRUE(group_.shows(bob_.user()));
    EXPECT_EQ(group_.shown_size(), 2U);
}

TEST_F(EntrancesTest, WhoSpeaksIsShownFirst) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    ASSERT_FALSE(bob_.say(group_, "hi"));
    EXPECT_EQ(ana_.take(), (Log{"joined #a bob", "message bob -> #a: hi"}));
    scheduler_.advance(seconds(120));
    EXPECT_EQ(ana_.take(), Log{});
}

TEST_F(EntrancesTest, WhoWasShownForSpeakingIsNotShownAgainForHavingWaitedBefore) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    scheduler_.advance(seconds(30));
    ASSERT_FALSE(bob_.say(group_, "hi"));
    ASSERT_FALSE(bob_->leave(group_, "bye"));
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    scheduler_.advance(seconds(40));
    EXPECT_EQ(ana_.take(), Log{}) << "40 seconds after they were shown";
    scheduler_.advance(seconds(21));
    EXPECT_EQ(ana_.take(), Log{"joined #a bob"});
}

TEST_F(EntrancesTest, ShorterIntervalHoldsForWhoComesThen) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ServiceOptions options = tests::service_options();
    options.entrances = {false, seconds(10)};
    service_.set_options(std::move(options));
    Visitor carol(service_, "carol", with_address("carol@example.com"));
    visit(carol);
    ASSERT_FALSE(carol->join(group_, quietly));
    ana_.take();
    scheduler_.advance(seconds(11));
    EXPECT_EQ(ana_.take(), Log{"joined #a carol"});
}

TEST_F(EntrancesTest, WhoComesWithAnotherLoginIsTheSamePerson) {
    visit(bob_);
    bob_.log_out("gone");
    ana_.take();
    Visitor again(service_, "robert", with_address("bob@example.com"));
    ASSERT_FALSE(again->join(group_, quietly));
    EXPECT_EQ(ana_.take(), Log{});
}

TEST_F(EntrancesTest, EveryGroupIsAWorldOfItsOwn) {
    Group& other = **service_.create_group("#b");
    ASSERT_FALSE(ana_->join(other));
    visit(bob_);
    ana_.take();
    ASSERT_FALSE(bob_->join(other, quietly));
    EXPECT_EQ(ana_.take(), Log{"joined #b bob"});
}

TEST_F(EntrancesTest, WhoDoesNotComeQuietlyIsShownEachTime) {
    visit(bob_);
    ana_.take();
    ASSERT_FALSE(bob_->join(group_));
    EXPECT_EQ(ana_.take(), Log{"joined #a bob"});
}

TEST_F(EntrancesTest, SignOffOfOneWhoWasNotShownIsNotEither) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    bob_.log_out("gone");
    EXPECT_EQ(ana_.take(), Log{});
    EXPECT_EQ(group_.shown_size(), 1U);
}

TEST_F(EntrancesTest, NewNameOfOneWhoWasNotShownIsNotEither) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    ASSERT_FALSE(bob_->rename("robert"));
    EXPECT_EQ(ana_.take(), Log{});
    scheduler_.advance(seconds(61));
    EXPECT_EQ(ana_.take(), Log{"joined #a robert"});
}

TEST_F(EntrancesTest, WhoIsNotShownHearsEverything) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    bob_.take();
    Visitor carol(service_, "carol");
    ASSERT_FALSE(carol->join(group_));
    ASSERT_FALSE(carol.say(group_, "hi"));
    EXPECT_EQ(bob_.take(), (Log{"joined #a carol", "message carol -> #a: hi"}));
}

TEST_F(EntrancesTest, WhoGetsARoleOrIsRemovedIsShownFirst) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    const SettingChange change{Setting::voice, true, {}, &bob_.user()};
    ASSERT_TRUE(group_.change(change, "ana", WallTime{}));
    EXPECT_EQ(ana_.take(), Log{"joined #a bob"});
    EXPECT_TRUE(group_.roles(bob_.user()).has(Role::voice));
    ASSERT_FALSE(bob_->leave(group_, "bye"));
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    ASSERT_FALSE(group_.remove(bob_.user(), {Departure::Kind::removed, "out", &ana_.user()}));
    EXPECT_EQ(ana_.take(), (Log{"joined #a bob", "removed #a bob by ana: out"}));
}

TEST_F(EntrancesTest, TypingOfOneWhoWasNotShownIsNotEither) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ana_.take();
    ASSERT_FALSE(bob_->typing({&group_, nullptr, {}}, TypingState::active));
    EXPECT_EQ(ana_.take(), Log{});
}

TEST_F(EntrancesTest, EndOfTheServiceWithSomebodyWaitingIsNoHarm) {
    ServiceOptions options = tests::service_options();
    options.entrances.flap_interval = seconds(60);
    {
        ChatService service(options, scheduler_);
        Group& group = **service.create_group("#a");
        Visitor ana(service, "ana");
        Visitor bob(service, "bob");
        ASSERT_FALSE(ana->join(group));
        ASSERT_FALSE(bob->join(group, quietly));
        ASSERT_FALSE(bob->leave(group, ""));
        ASSERT_FALSE(bob->join(group, quietly));
    }
    scheduler_.advance(seconds(61));
}

TEST_F(EntrancesTest, EndOfAGroupWithSomebodyWaitingIsNoHarm) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    ASSERT_FALSE(ana_->leave(group_, ""));
    ASSERT_FALSE(bob_->leave(group_, ""));
    scheduler_.advance(seconds(61));
    EXPECT_FALSE(service_.lookup_group("#a"));
}

// --- speakers only

TEST_F(SpeakersTest, WhoNeverSpeaksIsNeverShown) {
    visit(bob_);
    ASSERT_FALSE(bob_->join(group_, quietly));
    scheduler_.advance(seconds(600));
    ASSERT_FALSE(bob_->leave(group_, "bye"));
    EXPECT_EQ(ana_.take(), Log{});
    EXPECT_EQ(recorder_.log, Log{});
}

TEST_F(SpeakersTest, WhoSpeaksIsShownFirstAndWhenTheyLeave) {
    ASSERT_FALSE(bob_->join(group_, quietly));
    ASSERT_FALSE(bob_.say(group_, "hi"));
    ASSERT_FALSE(bob_->leave(group_, "bye"));
    EXPECT_EQ(ana_.take(), (Log{"joined #a bob", "message bob -> #a: hi", "left #a bob: bye"}));
    EXPECT_EQ(recorder_.log, (Log{"joined #a bob", "left #a bob"}));
}

TEST_F(SpeakersTest, WhoIsRefusedToSpeakIsNotShown) {
    ASSERT_FALSE(bob_->join(group_, quietly));
    ASSERT_TRUE(group_.change({Setting::moderated, true, {}, nullptr}, "ana", WallTime{}));
    EXPECT_EQ(bob_.say(group_, "hi"), Errc::moderated);
    EXPECT_EQ(ana_.take(), Log{});
}

}  // namespace
}  // namespace patchcord::chat

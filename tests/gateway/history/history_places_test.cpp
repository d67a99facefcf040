#include "tests/gateway/history/history_fixture.hpp"

namespace patchcord::gateway {
namespace {

TEST_F(HistoryTest, APlaceThatIsRenamedKeepsItsLinesAndWhoReadsThem) {
    chat::HistoryLine before = line("before", 1, "#old");
    before.place.began = 5;
    before.parties = {"ana"};
    chat::HistoryLine after = line("after", 2, "#new");
    after.place.began = 5;
    history_->append(before);
    history_->renamed({"#old", 5}, {"#new", 5});
    history_->append(after);  // with the other two in one go, perhaps
    chat::HistoryRange range = latest("#new");
    range.place.began = 9;
    range.reader = "ana";
    EXPECT_EQ(ids(read(range)), (Ids{"before", "after"}));
    range.place.key = "#old";
    EXPECT_EQ(ids(read(range)), Ids{});
}

TEST_F(HistoryTest, LinesAndChangesTakeEffectInTheirOrder) {
    for (int i = 0; i < 20; ++i) {
        const std::string number = std::to_string(i);
        history_->append(line("a" + number, i));
        history_->redact("a" + number, {});
        history_->redact("b" + number, {});
        history_->append(line("b" + number, i));
    }
    const Found found = read(latest("#a", 100));
    ASSERT_EQ(found->size(), 20U);
    for (const chat::HistoryLine& each : *found) EXPECT_EQ(each.msgid.front(), 'b');
}

/// ana takes part in a channel that ends.
class HistoryPartyTest : public HistoryTest {
  protected:
    static chat::HistoryLine said(const std::string& msgid, long long at) {
        chat::HistoryLine made = line(msgid, at);
        made.place.began = 5;
        return made;
    }
    static chat::HistoryLine by_ana(const std::string& msgid, long long at) {
        chat::HistoryLine made = said(msgid, at);
        made.parties = {"ana"};
        return made;
    }
    static chat::HistoryLine event(long long at) {
        chat::HistoryLine made = said({}, at);
        made.event = true;
        return made;
    }
    void ana_leaves(long long at) {
        chat::HistoryLine part = event(at);
        part.left = "ana";
        history_->append(part);
    }
    /// As ana reads it in a later channel of that name.
    static chat::HistoryRange later() {
        chat::HistoryRange range = latest();
        range.place.began = 99;
        range.reader = "ana";
        return range;
    }
};

TEST_F(HistoryPartyTest, WhoLeavesReadsAnEndedChannelUpToThen) {
    history_->append(by_ana("one", 1));
    ana_leaves(2);
    history_->append(said("two", 2));
    history_->append(said("three", 3));
    EXPECT_EQ(ids(read(later())), Ids{"one"});
    chat::HistoryRange range = later();
    range.from = chat::HistoryRange::From::oldest;
    range.after.msgid = "one";
    EXPECT_EQ(ids(read(range)), Ids{});
    range.after.msgid = "two";
    EXPECT_EQ(read(range).error(), chat::Errc::no_such_message);
    range.reader = "bob";
    EXPECT_EQ(read(range).error(), chat::Errc::no_such_message);
}

TEST_F(HistoryPartyTest, WhoComesBackReadsItAllAgain) {
    history_->append(by_ana("one", 1));
    ana_leaves(2);
    history_->append(said("two", 3));
    chat::HistoryLine join = event(4);
    join.parties = {"ana"};
    history_->append(join);
    history_->append(said("three", 5));
    EXPECT_EQ(ids(read(later())), (Ids{"one", "two", "three"}));
}

TEST_F(HistoryPartyTest, WhoNeverTookPartIsNoPartyByLeaving) {
    history_->append(said("one", 1));
    ana_leaves(2);
    EXPECT_EQ(ids(read(later())), Ids{});
}

TEST_F(HistoryPartyTest, ItIsKeptOverARestart) {
    history_->append(by_ana("one", 1));
    ASSERT_FALSE(keep(said("two", 2)));
    ana_leaves(3);
    ASSERT_FALSE(keep(said("three", 4)));
    reopen();
    EXPECT_EQ(ids(read(later())), (Ids{"one", "two"}));
}

TEST_F(HistoryPartyTest, WhoWasThereWhenTheProcessEndedReadsWhatWasSaidUntilThen) {
    history_->append(by_ana("late", 2));
    history_->append(said("early", 1));  // the clock went back
    ASSERT_FALSE(keep(said("late too", 2)));
    reopen();
    EXPECT_EQ(ids(read(later())), (Ids{"early", "late", "late too"}));
    ASSERT_FALSE(keep(said("behind", 2)));
    ASSERT_FALSE(keep(said("later", 3)));
    EXPECT_EQ(ids(read(later())), (Ids{"early", "late", "late too"}));
}

TEST_F(HistoryPartyTest, WhoIsBackAfterThatReadsOn) {
    ASSERT_FALSE(keep(by_ana("one", 1)));
    reopen();
    chat::HistoryLine join = event(2);
    join.parties = {"ana"};
    history_->append(join);
    history_->append(said("two", 3));
    EXPECT_EQ(ids(read(later())), (Ids{"one", "two"}));
    reopen();
    reopen();
    EXPECT_EQ(ids(read(later())), (Ids{"one", "two"}));
}

TEST_F(HistoryPartyTest, ARestartMovesNoConversation) {
    using Targets = chat::Result<std::vector<chat::HistoryTarget>>;
    history_->append(by_ana("one", 10));
    ASSERT_FALSE(keep(said("two", 30)));
    history_->redact("two", [](std::error_code) {});
    reopen();
    const auto found = wait_for<Targets>([&](auto done) {
        history_->targets("ana", chat::WallTime{}, chat::WallTime(std::chrono::milliseconds(100)), 10, done);
    });
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().latest, chat::WallTime(std::chrono::milliseconds(30)));
}

TEST_F(HistoryPartyTest, TheConversationsOfAnAccountEndWhenItLeft) {
    history_->append(by_ana("one", 10));
    ana_leaves(20);
    history_->append(said("two", 30));
    using Targets = chat::Result<std::vector<chat::HistoryTarget>>;
    const auto found = wait_for<Targets>([&](auto done) {
        history_->targets("ana", chat::WallTime{}, chat::WallTime(std::chrono::milliseconds(100)), 10, done);
    });
    ASSERT_EQ(found->size(), 1U);
    EXPECT_LE(found->front().latest, chat::WallTime(std::chrono::milliseconds(20)));
}

}  // namespace
}  // namespace patchcord::gateway

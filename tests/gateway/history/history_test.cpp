#include "tests/gateway/history/history_fixture.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/support/failing_disk.hpp"

namespace patchcord::gateway {
namespace {

TEST_F(HistoryTest, TheNewestLineIsKnownAtTheStart) {
    EXPECT_EQ(history_->newest_at_start(), chat::WallTime{}) << "there is none";
    ASSERT_FALSE(keep(line("one", 2000)));
    ASSERT_FALSE(keep(line("two", 1000, "#b")));
    reopen();
    EXPECT_EQ(history_->newest_at_start(), chat::WallTime(std::chrono::milliseconds(2000)));
}

TEST_F(HistoryTest, ALineComesBackAsItWas) {
    chat::HistoryLine made = line("one", 1000);
    made.account = "bob";
    made.bot = true;
    made.tags = "+a=b";
    made.text = "äöü\nsecond\x01line";
    EXPECT_FALSE(keep(made));
    reopen();
    const Found found = read(latest());
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    const chat::HistoryLine& back = found->front();
    EXPECT_EQ(back.place, made.place);
    EXPECT_EQ(back.at, made.at);
    EXPECT_EQ(back.msgid + back.source + back.account + back.command + back.params + back.tags,
              made.msgid + made.source + made.account + made.command + made.params + made.tags);
    EXPECT_EQ(back.text, made.text);
    EXPECT_TRUE(back.bot);
    EXPECT_FALSE(back.event);
}

TEST_F(HistoryTest, ALineWithoutATextIsNotOneWithAnEmptyText) {
    chat::HistoryLine without = line("without", 1);
    without.text.reset();
    chat::HistoryLine empty = line("empty", 2);
    empty.text = "";
    history_->append(without);
    history_->append(empty);
    const Found found = read(latest());
    ASSERT_EQ(ids(found), (Ids{"without", "empty"}));
    EXPECT_FALSE(found->at(0).text);
    EXPECT_EQ(found->at(1).text, "");
}

TEST_F(HistoryTest, WhatWasAppendedBeforeIsReadAtOnce) {
    for (int i = 0; i < 1000; ++i) history_->append(line(std::to_string(i), i));
    const Found found = read(latest("#a", 2));
    EXPECT_EQ(ids(found), (Ids{"998", "999"}));
}

TEST_F(HistoryTest, TheFileIsPrivate) {
    struct stat about {};
    ASSERT_EQ(::stat(directory_.file("history.db").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(HistoryTest, TheSameLineTwiceIsKeptOnce) {
    EXPECT_FALSE(keep(line("one", 1)));
    EXPECT_FALSE(keep(line("one", 2)));
    EXPECT_EQ(ids(read(latest())), (Ids{"one"}));
}

TEST_F(HistoryTest, EventsHaveNoIdAndComeWhenAskedFor) {
    chat::HistoryLine join = line("", 1);
    join.event = true;
    join.command = "JOIN";
    history_->append(join);
    history_->append(join);
    history_->append(line("said", 2));
    EXPECT_EQ(ids(read(latest())), (Ids{"said"}));
    chat::HistoryRange all = latest();
    all.events = true;
    EXPECT_EQ(ids(read(all)), (Ids{"", "", "said"}));
}

TEST_F(HistoryTest, AMessageOfAnotherPlaceIsNoPointInThisOne) {
    history_->append(line("here", 1));
    history_->append(line("there", 2, "#b"));
    chat::HistoryRange range = latest();
    range.before.msgid = "there";
    EXPECT_EQ(read(range).error(), chat::Errc::no_such_message);
}

TEST_F(HistoryTest, EarlierRoomsOfANameAreForThoseWhoWereThere) {
    chat::HistoryLine early = line("early", 1);
    early.place.began = 1;
    early.parties = {"ana"};
    history_->append(early);
    chat::HistoryLine late = line("late", 3);
    late.place.began = 3;
    history_->append(late);
    chat::HistoryRange range = latest();
    range.place.began = 3;
    EXPECT_EQ(ids(read(range)), (Ids{"late"})) << "a guest";
    range.reader = "mal";
    EXPECT_EQ(ids(read(range)), (Ids{"late"}));
    range.reader = "ana";
    EXPECT_EQ(ids(read(range)), (Ids{"early", "late"}));
    range.after.msgid = "early";
    EXPECT_EQ(ids(read(range)), (Ids{"late"}));
}

TEST_F(HistoryTest, EarlierRoomsAreNotForThoseWhoWereThrownOut) {
    const auto said = [&](const std::string& id, long long at, bool party, bool expelled) {
        chat::HistoryLine made = line(id, at);
        made.place.began = 1;
        if (party) made.parties = {"mal", "ana"};
        if (expelled) made.expelled = "mal";
        return made;
    };
    chat::HistoryRange range = latest();
    range.place.began = 3;
    range.reader = "mal";
    history_->append(said("came", 1, true, false));
    history_->append(said("out", 2, false, true));
    EXPECT_EQ(ids(read(range)), (Ids{})) << "in one transaction";
    EXPECT_FALSE(keep(said("back", 3, true, false)));
    EXPECT_EQ(ids(read(range)), (Ids{"came", "out", "back"}));
    EXPECT_FALSE(keep(said("out again", 4, false, true)));
    EXPECT_EQ(ids(read(range)), (Ids{}));
    range.reader = "ana";
    EXPECT_EQ(ids(read(range)), (Ids{"came", "out", "back", "out again"}));
}

TEST_F(HistoryTest, TargetsAreConversationsByTheirLatestMessage) {
    const auto said = [&](const std::string& id, long long at, const std::string& key, bool event = false) {
        chat::HistoryLine made = line(id, at, key);
        made.parties = {"ana"};
        made.event = event;
        history_->append(made);
    };
    said("1", 10, "#a");
    said("2", 20, chat::query_key("ana", "bob"));
    said("3", 30, "#a");
    said("4", 40, "#c");
    said("", 50, "#a", true);
    history_->append(line("5", 25, "#not-hers"));
    const auto targets = [&](long long after, long long before, std::size_t limit) {
        const auto found = wait_for<chat::Result<std::vector<chat::HistoryTarget>>>([&](auto done) {
            history_->targets("ana", chat::WallTime(std::chrono::milliseconds(after)),
                              chat::WallTime(std::chrono::milliseconds(before)), limit, done);
        });
        std::string all;
        for (const auto& target : *found) {
            all += target.key.substr(0, target.key.find('\n')) + "@" +
                   std::to_string(target.latest.time_since_epoch().count()) + " ";
        }
        return all;
    };
    EXPECT_EQ(targets(0, 100, 10), "ana@20 #a@30 #c@40 ");
    EXPECT_EQ(targets(20, 40, 10), "#a@30 ") << "the bounds are not part of it";
    EXPECT_EQ(targets(0, 100, 1), "ana@20 ");
    EXPECT_EQ(targets(100, 0, 2), "#a@30 #c@40 ") << "from the later bound back";
}

TEST_F(HistoryTest, FindAndRedact) {
    history_->append(line("one", 1));
    const auto find = [&](const std::string& id) {
        return wait_for<chat::Result<chat::HistoryLine>>([&](auto done) { history_->find({"#a", 0}, "", id, done); });
    };
    EXPECT_EQ(find("one")->text, "text of one");
    EXPECT_EQ(find("two").error(), chat::Errc::no_such_message);
    const auto redact = [&](const std::string& id) {
        return wait_for<std::error_code>([&](auto done) { history_->redact(id, done); });
    };
    EXPECT_EQ(redact("two"), chat::Errc::no_such_message);
    EXPECT_FALSE(redact("one"));
    EXPECT_EQ(find("one").error(), chat::Errc::no_such_message);
    EXPECT_EQ(ids(read(latest())), (Ids{}));
}

TEST_F(HistoryTest, MarkersOnlyMoveForwardAndAreBounded) {
    const auto at = [](long long ms) { return chat::WallTime(std::chrono::milliseconds(ms)); };
    history_->set_marker("ana", "read:#a", at(5));
    history_->set_marker("ana", "read:#a", at(3));
    history_->set_marker("bob", "read:#a", at(9));
    for (std::size_t i = 0; i < chat::HistoryStore::most_markers + 10; ++i) {
        history_->set_marker("mal", std::to_string(i), at(1));
    }
    const auto markers = [&](const std::string& account) {
        return *wait_for<chat::Result<chat::HistoryStore::Markers>>(
            [&](auto done) { history_->markers(account, done); });
    };
    EXPECT_EQ(markers("ana"), (chat::HistoryStore::Markers{{"read:#a", at(5)}}));
    EXPECT_EQ(markers("mal").size(), chat::HistoryStore::most_markers);
}

TEST_F(HistoryTest, ARemovedAccountLeavesNothingOfItsQueries) {
    for (const std::string& key : {chat::query_key("ana", "bob"), chat::query_key("~ana", "bob"),
                                   chat::query_key("anabel", "bob"), std::string("#ana")}) {
        chat::HistoryLine made = line("in " + key, 1, key);
        made.parties = {"bob", "ana"};
        history_->append(made);
    }
    history_->forget_account("ana");
    EXPECT_EQ(ids(read(latest(chat::query_key("ana", "bob")))), (Ids{}));
    EXPECT_EQ(ids(read(latest(chat::query_key("~ana", "bob")))).size(), 1U) << "a guest's";
    EXPECT_EQ(ids(read(latest(chat::query_key("anabel", "bob")))).size(), 1U);
    EXPECT_EQ(ids(read(latest("#ana"))).size(), 1U);
    const auto targets = wait_for<chat::Result<std::vector<chat::HistoryTarget>>>(
        [&](auto done) { history_->targets("ana", {}, chat::WallTime(std::chrono::milliseconds(9)), 10, done); });
    EXPECT_TRUE(targets->empty());
}

TEST_F(HistoryTest, BeyondTheQueueLinesAreDroppedAndTheirSendersTold) {
    options_.queue = 2;
    history_->set_options(options_);
    std::vector<std::error_code> told;
    for (int i = 0; i < 2000; ++i) {
        history_->append(line(std::to_string(i), i), [&](std::error_code error) { told.push_back(error); });
    }
    (void)read(latest());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (told.size() < 2000 && std::chrono::steady_clock::now() < deadline) {
        loop_.io().run_one_for(std::chrono::milliseconds(100));
    }
    ASSERT_EQ(told.size(), 2000U) << "everybody is told";
    const auto kept = std::count(told.begin(), told.end(), std::error_code());
    EXPECT_EQ(2000 - kept, metrics_.dropped.value());
    EXPECT_EQ(ids(read(latest("#a", 3000))).size(), static_cast<std::size_t>(kept)) << "what was called kept is there";
}

TEST_F(HistoryTest, LinesWaitWhileAnotherProcessHoldsTheDatabase) {
    EXPECT_FALSE(keep(line("before", 1)));
    tests::RawDatabase other((directory_.path() / "history.db").string());
    other.run("BEGIN EXCLUSIVE");
    EXPECT_EQ(keep(line("meanwhile", 2)), StoreErrc::locked) << "not yet";
    history_->append(line("and this", 3));
    EXPECT_EQ(ids(read(latest())), (Ids{"before"}));
    other.run("ROLLBACK");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (ids(read(latest())).size() < 3 && std::chrono::steady_clock::now() < deadline) {
        loop_.io().run_one_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(ids(read(latest())), (Ids{"before", "meanwhile", "and this"}));
    EXPECT_FALSE(keep(line("after", 4)));
    EXPECT_EQ(metrics_.dropped.value(), 0);
}

TEST_F(HistoryTest, AFullFileIsToldOnceAndChatGoesOn) {
    options_.retention.max_bytes = 200 * 1024;
    reopen();
    std::vector<std::string> told;
    StorageHealth health(registry_, loop_, [&](const std::string& sentence) { told.push_back(sentence); });
    history_->report_to(health);
    std::error_code last;
    for (int i = 0; i < 400 && !last; ++i) {
        chat::HistoryLine made = line(std::to_string(i), i);
        made.text = std::string(4000, 'x');
        last = keep(made);
    }
    EXPECT_EQ(last, StoreErrc::full);
    EXPECT_EQ(told,
              std::vector<std::string>{"The database of history does not work, to write: the disk or the database "
                                       "is full"});
    EXPECT_EQ(keep(line("another", 1)), std::error_code()) << "a small one may still fit";
    EXPECT_FALSE(ids(read(latest())).empty());
    history_.reset();
}

TEST_F(HistoryTest, WhatWasKeptIsSyncedByItself) {
    const tests::FailingDisk disk;
    reopen();
    ASSERT_FALSE(keep(line("one", 1)));
    (void)tests::FailingDisk::take_syncs();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    int syncs = 0;
    while (syncs == 0 && std::chrono::steady_clock::now() < deadline) {
        loop_.io().run_one_for(std::chrono::milliseconds(10));
        syncs = tests::FailingDisk::take_syncs();
    }
    EXPECT_GT(syncs, 0);
    history_.reset();
}

TEST_F(HistoryTest, ASyncThatFailsIsToldOnceAndItsEndOnce) {
    const tests::FailingDisk disk;
    reopen();
    ASSERT_FALSE(keep(line("first", 1)));  // syncs the head of the log
    int lines = 0;
    const auto wait_for_line = [&](std::string_view text) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (log_.count(text) == 0 && std::chrono::steady_clock::now() < deadline) {
            (void)keep(line(std::to_string(++lines), 1));
        }
        EXPECT_EQ(log_.count(text), 1U) << text;
    };
    tests::FailingDisk::set_syncs_fail(true);
    wait_for_line("the history may not outlive a loss of power");
    tests::FailingDisk::set_syncs_fail(false);
    wait_for_line("the history outlives a loss of power again");
    EXPECT_EQ(log_.count("the history may not outlive"), 1U);
    history_.reset();
}

/// Every kind of range over random histories, against a model that has no index.
TEST_F(HistoryTest, RangesAreThoseOfANaiveModel) {
    std::mt19937 random(20261122);
    tests::MemoryHistory model;
    std::vector<std::string> said;
    for (int i = 0; i < 300; ++i) {
        chat::HistoryLine made = line("m" + std::to_string(i), 1000 + static_cast<long long>(random() % 150));
        made.place.key = random() % 4 == 0 ? "#b" : "#a";
        made.place.began = static_cast<std::int64_t>(random() % 3);
        made.event = random() % 5 == 0;
        if (made.event) made.msgid.clear();
        if (random() % 20 == 0) made.parties = {"ana"};
        if (!made.event) said.push_back(made.msgid);
        model.append(made);
        history_->append(made);
    }
    const auto point = [&](chat::HistoryPoint& into) {
        switch (random() % 3) {
            case 0: into.msgid = said[random() % said.size()]; break;
            case 1: into.at = chat::WallTime(std::chrono::milliseconds(1000 + random() % 150)); break;
            default: break;
        }
    };
    for (int i = 0; i < 400; ++i) {
        chat::HistoryRange range;
        range.place = {random() % 3 == 0 ? "#b" : "#a", static_cast<std::int64_t>(random() % 3)};
        range.reader = random() % 2 == 0 ? "ana" : "";
        range.from = static_cast<From>(random() % 3);
        point(range.after);
        if (range.from != From::around) point(range.before);
        if (range.from == From::around && range.after.unbounded()) range.after.msgid = said.front();
        range.limit = 1 + random() % 20;
        range.events = random() % 2 == 0;
        Found expected = std::vector<chat::HistoryLine>();
        model.read(range, [&](Found found) { expected = std::move(found); });
        model.settle();
        const Found found = read(range);
        const auto texts = [](const Found& lines) {
            std::multiset<std::string> all;
            if (!lines) return std::multiset<std::string>{lines.error().message()};
            for (const chat::HistoryLine& each : *lines) all.insert(*each.text);
            return all;
        };
        EXPECT_EQ(texts(found), texts(expected)) << "question " << i;
        if (!found) continue;
        EXPECT_TRUE(std::is_sorted(found->begin(), found->end(),
                                   [](const auto& one, const auto& other) { return one.at < other.at; }));
    }
}

}  // namespace
}  // namespace patchcord::gateway

#include "chat_core/file_desk.hpp"

#include <gtest/gtest.h>

#include "chat_core/file_error.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/memory_drop.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using namespace std::chrono_literals;
using tests::Log;
using tests::Visitor;
using Call = tests::RecordingClient::Call;

class FileDeskTest : public testing::Test {
  protected:
    FileDeskTest() { bob_.take(); }

    Result<FileOfferId> offer(std::uint64_t size = 5, bool seeks = false) {
        return desk_.offer(ana_.user(), {nullptr, &bob_.user(), {}}, "cat.png", size,
                           std::make_unique<tests::ManualSource>(giver_, seeks));
    }
    std::error_code accept(FileOfferId id, std::uint64_t offset = 0) {
        return desk_.accept(id, std::make_unique<tests::ManualSink>(taker_), offset);
    }

    tests::ManualScheduler scheduler_;
    MetricRegistry registry_;
    ChatService service_{tests::service_options(), scheduler_};
    FileDesk desk_{service_, registry_, {}};
    Visitor ana_{service_, "ana"};
    Visitor bob_{service_, "bob"};
    std::shared_ptr<tests::FileEnd> giver_ = std::make_shared<tests::FileEnd>();
    std::shared_ptr<tests::FileEnd> taker_ = std::make_shared<tests::FileEnd>();
};

TEST_F(FileDeskTest, AnOfferIsShownAcceptedAndPassedOnAndBothHearOfEachStep) {
    const auto id = offer();
    ASSERT_TRUE(id);
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: cat.png 5"}));
    ASSERT_FALSE(accept(*id));
    taker_->relay->sink_ready();
    giver_->relay->got("hello");
    taker_->relay->sink_finished();
    const Log steps{"file ana -> bob: cat.png 5: accepted", "file ana -> bob: cat.png 5: transferring",
                    "file ana -> bob: cat.png 5: completed"};
    EXPECT_EQ(ana_.take(), steps);
    EXPECT_EQ(bob_.take(), steps);
    EXPECT_EQ(taker_->bytes, "hello");
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_EQ(taker_->stopped, std::error_code());
    EXPECT_FALSE(desk_.find(*id));
    EXPECT_EQ(registry_.value("patchcord_files_transferred_bytes_total"), 5);
    EXPECT_EQ(registry_.value("patchcord_files_transfers"), 0);
}

TEST_F(FileDeskTest, ANameIsCleanedBeforeAnybodySeesIt) {
    ASSERT_TRUE(desk_.offer(ana_.user(), {nullptr, &bob_.user(), {}}, "../../a\r\nb", 5,
                            std::make_unique<tests::ManualSource>(giver_)));
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: ab 5"}));
}

TEST_F(FileDeskTest, WhatTheReceiversClientSaysIsTheAnswerAndNothingIsLeftOfTheOffer) {
    bob_.fail(Call::file_offered, Errc::not_supported);
    EXPECT_EQ(offer().error(), Errc::not_supported);
    EXPECT_TRUE(desk_.all().empty());
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(FileDeskTest, AnOfferToNobodyOrToWhoBlocksIsRefused) {
    EXPECT_EQ(desk_.offer(ana_.user(), {}, "a", 1, nullptr).error(), Errc::no_such_user);
    EXPECT_EQ(desk_.offer(ana_.user(), {nullptr, *service_.create_user("offline"), {}}, "a", 1, nullptr).error(),
              Errc::no_such_user);
}

TEST_F(FileDeskTest, AnOfferToSomebodyWhoBlocksTheOffererIsRefused) {
    Profile profile;
    profile.address = "carol@example.com";
    Visitor carol(service_, "carol", profile);
    ASSERT_FALSE(bob_->set_contact({"carol@example.com", {}, false, true, false}));
    EXPECT_EQ(desk_.offer(carol.user(), {nullptr, &bob_.user(), {}}, "a", 1, nullptr).error(), Errc::not_accepted);
}

TEST_F(FileDeskTest, ADeclinedOfferIsToldToTheOfferer) {
    const auto id = offer();
    desk_.decline(*id);
    EXPECT_EQ(ana_.take(), (Log{"file ana -> bob: cat.png 5: declined"}));
    EXPECT_EQ(giver_->stopped, FileErrc::declined);
    EXPECT_EQ(accept(*id), FileErrc::gone);
}

TEST_F(FileDeskTest, AnOfferThatIsTakenBackIsToldToTheReceiver) {
    const auto id = offer();
    bob_.take();
    desk_.withdraw(*id);
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: cat.png 5: cancelled"}));
}

TEST_F(FileDeskTest, AReceiverWhoBreaksOffHasCancelledAndNotDeclined) {
    const auto id = offer();
    ASSERT_FALSE(accept(*id));
    ana_.take();
    desk_.decline(*id);
    EXPECT_EQ(ana_.take(), (Log{"file ana -> bob: cat.png 5: cancelled"}));
    EXPECT_EQ(giver_->stopped, FileErrc::cancelled);
    EXPECT_EQ(taker_->stopped, FileErrc::cancelled);
}

TEST_F(FileDeskTest, WhyAReceiverCouldNotTakeItIsTold) {
    const auto id = offer();
    desk_.decline(*id, FileErrc::receiver_gone);
    EXPECT_EQ(ana_.take(), (Log{"file ana -> bob: cat.png 5: failed (the receiver is gone)"}));
}

TEST_F(FileDeskTest, AnOfferExpires) {
    ASSERT_TRUE(offer());
    bob_.take();
    scheduler_.advance(299s);
    EXPECT_EQ(bob_.take(), Log{});
    scheduler_.advance(2s);
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: cat.png 5: failed (nobody answered in time)"}));
    EXPECT_EQ(giver_->stopped, FileErrc::expired);
    EXPECT_EQ(registry_.value("patchcord_files_limit_hits_total", R"(limit="offer_time")"), 1);
}

TEST_F(FileDeskTest, WhatWasAcceptedDoesNotExpire) {
    const auto id = offer();
    ASSERT_FALSE(accept(*id));
    taker_->relay->sink_ready();
    for (int i = 0; i < 4; ++i) {
        scheduler_.advance(100s);
        giver_->relay->got("x");
    }
    EXPECT_TRUE(desk_.find(*id));
}

TEST_F(FileDeskTest, OnlyOneAcceptsAndOnlyFromWhereTheSourceCanBegin) {
    const auto id = offer();
    EXPECT_EQ(accept(*id, 2), FileErrc::cannot_seek);
    EXPECT_EQ(accept(*id, 6), FileErrc::wrong_size);
    ASSERT_FALSE(accept(*id));
    EXPECT_EQ(accept(*id), FileErrc::taken);
    const auto other = offer(5, true);
    EXPECT_TRUE(desk_.can_seek(*other));
    ASSERT_FALSE(accept(*other, 2));
    EXPECT_EQ(giver_->offset, 2U);
}

TEST_F(FileDeskTest, EachLimitRefusesAndIsCounted) {
    FileOptions options;
    options.max_size = 10;
    options.max_offers = 3;
    options.max_transfers_of_user = 2;
    options.max_transfers = 1;
    desk_.set_options(options);
    EXPECT_EQ(offer(11).error(), FileErrc::too_big);
    std::vector<FileOfferId> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(*offer());
    EXPECT_EQ(offer().error(), FileErrc::too_many);
    ASSERT_FALSE(accept(ids[0]));
    EXPECT_EQ(accept(ids[1]), FileErrc::too_many);
    options.max_transfers = 10;
    desk_.set_options(options);
    ASSERT_FALSE(accept(ids[1]));
    EXPECT_EQ(accept(ids[2]), FileErrc::too_many);
    for (const char* limit : {"max_size", "max_offers", "max_transfers", "max_transfers_per_user"}) {
        EXPECT_EQ(registry_.value("patchcord_files_limit_hits_total", std::string("limit=\"") + limit + "\""), 1)
            << limit;
    }
}

TEST_F(FileDeskTest, WhoOffersAndTakesBackInALoopIsSlowedDown) {
    const int burst = static_cast<int>(desk_.options().offer_rate.burst);
    for (int i = 0; i < burst; ++i) desk_.withdraw(*offer());
    bob_.take();
    EXPECT_EQ(offer().error(), FileErrc::too_many);
    EXPECT_EQ(bob_.take(), Log{}) << "nobody is told of it";
    EXPECT_EQ(registry_.value("patchcord_files_limit_hits_total", R"(limit="offer_rate")"), 1);
    Visitor carol(service_, "carol");
    EXPECT_TRUE(desk_.offer(carol.user(), {nullptr, &bob_.user(), {}}, "dog.png", 5,
                            std::make_unique<tests::ManualSource>(giver_)))
        << "others may";
    scheduler_.advance(12s);
    desk_.withdraw(*offer());
    EXPECT_EQ(offer().error(), FileErrc::too_many) << "one each 12 s";
    FileOptions options;
    options.offer_rate.per_second = 0;
    desk_.set_options(options);
    for (int i = 0; i < 2 * burst; ++i) EXPECT_TRUE(offer()) << "no limit";
}

TEST_F(FileDeskTest, AGroupIsOfferedAFileOnlyWithALinkAndOnlyByWhoMaySpeak) {
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana_->join(group));
    ASSERT_FALSE(bob_->join(group));
    bob_.take();
    const auto offer_to_group = [&](User& from) {
        return desk_.offer(from, {&group, nullptr, {}}, "cat.png", 5, std::make_unique<tests::ManualSource>(giver_));
    };
    EXPECT_EQ(offer_to_group(ana_.user()).error(), FileErrc::not_possible);
    tests::MemoryDrop drop;
    desk_.set_drop(&drop);
    const auto id = offer_to_group(ana_.user());
    ASSERT_TRUE(id);
    EXPECT_EQ(bob_.take(), (Log{"file ana -> #a: cat.png 5"}));
    EXPECT_EQ(desk_.find(*id)->link, "http://here/cat.png");
    desk_.withdraw(*id);
    EXPECT_EQ(drop.over, (Log{"cat.png"}));
    ASSERT_FALSE(bob_->leave(group, ""));
    const SettingChange closed{Setting::members_only, true, "", nullptr};
    ASSERT_TRUE(group.change(closed, "ana", {}));
    EXPECT_EQ(offer_to_group(bob_.user()).error(), Errc::members_only);
}

TEST_F(FileDeskTest, WhatIsKeptIsShownToAGroupAndNobodyWaitsForAnything) {
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana_->join(group));
    ASSERT_FALSE(bob_->join(group));
    bob_.take();
    FileOptions options;
    options.max_offers = 1;
    desk_.set_options(options);
    tests::MemoryDrop drop;
    desk_.set_drop(&drop);
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(desk_.offer_kept(ana_.user(), {&group, nullptr, {}}, "cat.png", 5, "http://here/kept",
                                     std::make_unique<tests::ManualSource>(giver_)));
        EXPECT_EQ(bob_.take(), (Log{"file ana -> #a: cat.png 5"}));
    }
    EXPECT_TRUE(desk_.all().empty());
    EXPECT_EQ(scheduler_.pending(), 0U);
    EXPECT_EQ(ana_.take().size(), 1U) << "bob came; nothing of the file";
    EXPECT_EQ(registry_.value("patchcord_files_offers_total"), 2);
    desk_.set_drop(nullptr);
}

TEST_F(FileDeskTest, WhatIsKeptIsOfferedToAPersonUntilSomebodyHasItByItsLink) {
    const auto offer_kept = [&] {
        return *desk_.offer_kept(ana_.user(), {nullptr, &bob_.user(), {}}, "cat.png", 5, "http://here/kept",
                                 std::make_unique<tests::ManualSource>(giver_));
    };
    const auto id = offer_kept();
    bob_.take();
    ASSERT_TRUE(desk_.find(id));
    EXPECT_EQ(desk_.find(id)->link, "http://here/kept");
    EXPECT_TRUE(desk_.find(id)->kept);
    desk_.fetched(id);
    const Log over{"file ana -> bob: cat.png 5: completed"};
    EXPECT_EQ(ana_.take(), over);
    EXPECT_EQ(bob_.take(), over);
    EXPECT_FALSE(desk_.find(id));
    EXPECT_EQ(registry_.value("patchcord_files_completed_total"), 1);
    const auto on_its_way = offer_kept();
    ASSERT_FALSE(accept(on_its_way));
    desk_.fetched(on_its_way);
    EXPECT_TRUE(desk_.find(on_its_way)) << "bob's client has it not yet";
}

TEST_F(FileDeskTest, AnOfferEndsWithWhoeverMadeItOrWasMadeIt) {
    ASSERT_TRUE(offer());
    bob_.log_out("bye");
    EXPECT_EQ(ana_.take().back(), "file ana -> bob: cat.png 5: failed (the receiver is gone)");
    EXPECT_TRUE(desk_.all().empty());
}

TEST_F(FileDeskTest, WhatIsOnItsWayOutlivesTheSessionsOfBoth) {
    const auto id = offer();
    ASSERT_FALSE(accept(*id));
    bob_.log_out("bye");
    ana_.log_out("bye");
    ASSERT_TRUE(desk_.find(*id));
    EXPECT_EQ(desk_.find(*id)->from, nullptr);
    taker_->relay->sink_ready();
    giver_->relay->got("hello");
    taker_->relay->sink_finished();
    EXPECT_EQ(giver_->stopped, std::error_code());
}

TEST_F(FileDeskTest, ShuttingDownEndsAllOfThem) {
    const auto id = offer();
    ASSERT_TRUE(offer());
    ASSERT_FALSE(accept(*id));
    desk_.shut_down();
    EXPECT_TRUE(desk_.all().empty());
    EXPECT_EQ(taker_->stopped, FileErrc::shutting_down);
}

}  // namespace
}  // namespace patchcord::chat

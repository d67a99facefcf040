#include "msn/transfer/file_talk.hpp"

#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

/// What clients can: MSNSLP, or MSNFTP with who of the two can be connected to.
struct Way {
    const char* name;
    bool slp;
    bool sender_listens;
    bool receiver_listens;
    friend void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }
};

class FileTalkTest : public TalkFixture, public testing::WithParamInterface<Way> {
  protected:
    FileTalkTest() {
        left_.slp = right_.slp = GetParam().slp;
        left_port_.listens = GetParam().sender_listens;
        right_port_.listens = GetParam().receiver_listens;
    }
    void expect_passes(std::size_t size) {
        const std::string bytes = text_of(size);
        const auto id = left_.give(bytes);
        ASSERT_TRUE(id) << id.error().message();
        run();
        const std::string line = "file bob -> ana: cat.png " + std::to_string(size);
        EXPECT_EQ(right_.told(), (Log{line}));
        ASSERT_FALSE(right_.take());
        run();
        EXPECT_EQ(right_.taker->bytes, bytes);
        EXPECT_EQ(right_.taker->stopped, std::error_code());
        EXPECT_EQ(left_.giver->stopped, std::error_code());
        EXPECT_EQ(right_.told(), (Log{line + ": accepted", line + ": transferring", line + ": completed"}));
        EXPECT_TRUE(left_.talk().idle());
        EXPECT_TRUE(right_.talk().idle());
        EXPECT_EQ(network_.waiting(), 0U);
    }
};

TEST_P(FileTalkTest, FilesOfAllSizesPass) {
    for (const std::size_t size : {0U, 1U, 1201U, 1202U, 1203U, 2045U, 2046U, 100'000U}) {
        SCOPED_TRACE(size);
        expect_passes(size);
    }
}

TEST_P(FileTalkTest, ABigFilePassesInAnyCut) {
    for (const std::size_t cut : {7U, 65'536U}) {
        network_.cut = cut;
        expect_passes(1024UL * 1024);
    }
}

TEST_P(FileTalkTest, FilesPassBothWaysAtOnce) {
    ASSERT_TRUE(left_.give(text_of(50'000)));
    ASSERT_TRUE(right_.give(text_of(60'000)));
    left_port_.listens = right_port_.listens = true;  // each sends and receives
    run();
    left_.told();
    right_.told();
    const auto take_from_peer = [](TalkSide& side) {
        for (const chat::FileOffer& offer : side.desk().all()) {
            if (offer.from_name != "bob") continue;
            side.taker = std::make_shared<tests::FileEnd>();
            ASSERT_FALSE(side.desk().accept(offer.id, std::make_unique<tests::ManualSink>(side.taker)));
            side.taker->relay->sink_ready();
        }
    };
    take_from_peer(left_);
    take_from_peer(right_);
    run();
    EXPECT_EQ(right_.taker->bytes, text_of(50'000));
    EXPECT_EQ(left_.taker->bytes, text_of(60'000));
}

TEST_P(FileTalkTest, ADeclinedOfferEndsOnBothSides) {
    ASSERT_TRUE(left_.give("hello"));
    run();
    right_.desk().decline(right_.last_offer());
    run();
    EXPECT_EQ(left_.told(), (Log{"file ana -> bob: cat.png 5: declined"}));
    EXPECT_EQ(left_.giver->stopped, FileErrc::declined);
    EXPECT_TRUE(left_.talk().idle());
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(FileTalkTest, AnOfferThatIsTakenBackIsGoneForThePeer) {
    const auto id = left_.give("hello");
    run();
    right_.told();
    left_.desk().withdraw(*id);
    run();
    EXPECT_EQ(right_.told(), (Log{"file bob -> ana: cat.png 5: cancelled"}));
    EXPECT_TRUE(left_.talk().idle());
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(FileTalkTest, AnOfferThatNobodyAnswersIsGoneForBoth) {
    ASSERT_TRUE(left_.give("hello"));
    run();
    right_.told();
    scheduler_.advance(301s);
    run();
    EXPECT_EQ(left_.told(), (Log{"file ana -> bob: cat.png 5: failed (nobody answered in time)"}));
    EXPECT_EQ(right_.told().size(), 1U);
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(FileTalkTest, WhoTakesAFileElsewhereNeedsItHereNoMore) {
    const auto id = left_.give("hello");
    run();
    right_.told();
    const auto elsewhere = std::make_shared<tests::FileEnd>();
    ASSERT_FALSE(left_.desk().accept(*id, std::make_unique<tests::ManualSink>(elsewhere)));
    run();
    EXPECT_EQ(right_.told(), (Log{"file bob -> ana: cat.png 5: cancelled"}));
    EXPECT_TRUE(left_.talk().idle());
    EXPECT_FALSE(elsewhere->stopped);
}

class HalfWay : public FileTalkTest {
  protected:
    HalfWay() {
        left_.give(text_of(500'000));
        left_.giver->stops_at = 250'000;
        run();
        right_.take();
        run();
        left_.told();
        right_.told();
        EXPECT_GE(right_.taker->bytes.size(), 200'000U);
        EXPECT_FALSE(right_.taker->stopped);
    }
};

TEST_P(HalfWay, TheGiverCancels) {
    left_.desk().withdraw(left_.last_offer());
    run();
    ASSERT_TRUE(right_.taker->stopped);
    EXPECT_EQ(*right_.taker->stopped, FileErrc::cancelled);
    EXPECT_EQ(left_.told(), (Log{"file ana -> bob: cat.png 500000: cancelled"}));
    EXPECT_EQ(right_.told(), (Log{"file bob -> ana: cat.png 500000: cancelled"}));
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(HalfWay, TheTakerCancels) {
    right_.desk().decline(right_.last_offer());
    run();
    ASSERT_TRUE(left_.giver->stopped);
    EXPECT_EQ(*left_.giver->stopped, FileErrc::cancelled);
    EXPECT_EQ(left_.told(), (Log{"file ana -> bob: cat.png 500000: cancelled"}));
    EXPECT_TRUE(left_.talk().idle());
}

TEST_P(HalfWay, TheConversationEnds) {
    left_.close();
    left_.open();
    EXPECT_EQ(left_.giver->stopped, FileErrc::receiver_gone);
    right_.close();
    right_.open();
    EXPECT_EQ(right_.taker->stopped, FileErrc::sender_gone);
    EXPECT_EQ(right_.told(), (Log{"file bob -> ana: cat.png 500000: failed (" +
                                  make_error_code(FileErrc::sender_gone).message() + ")"}));
    run();
}

TEST_P(HalfWay, NothingMoves) {
    scheduler_.advance(121s);
    run();
    EXPECT_EQ(left_.giver->stopped, FileErrc::stalled);
    EXPECT_TRUE(right_.taker->stopped);
    EXPECT_TRUE(left_.talk().idle());
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(FileTalkTest, ASlowTakerHoldsTheGiverBack) {
    right_.room = 10'000;
    ASSERT_TRUE(left_.give(text_of(1024UL * 1024)));
    run();
    ASSERT_FALSE(right_.take());
    run();
    EXPECT_FALSE(right_.taker->stopped) << "neither buffer has run over";
    EXPECT_LT(left_.giver->given, 600'000U);
    EXPECT_EQ(right_.held, GetParam().slp) << "only a connection of its own can be held back by itself";
    while (!right_.taker->stopped) {
        right_.taker->room = 100'000;
        right_.taker->relay->sink_ready();
        run();
    }
    EXPECT_EQ(right_.taker->bytes, text_of(1024UL * 1024));
    EXPECT_FALSE(right_.held);
}

TEST_P(FileTalkTest, MoreThanFiveAtATimeAreDeclined) {
    std::vector<std::shared_ptr<TextSource::End>> givers;
    for (std::size_t i = 0; i < FileTalk::max_transfers; ++i) {
        ASSERT_TRUE(left_.give("hello"));
        givers.push_back(left_.giver);
    }
    EXPECT_EQ(left_.give("hello").error(), FileErrc::too_many);
    run();
    EXPECT_EQ(right_.desk().all().size(), 5U);
    for (const chat::FileOffer& offer : right_.desk().all()) {
        right_.taker = std::make_shared<tests::FileEnd>();
        ASSERT_FALSE(right_.desk().accept(offer.id, std::make_unique<tests::ManualSink>(right_.taker)));
        right_.taker->relay->sink_ready();
    }
    for (int i = 0; i < 20; ++i) {
        run();
        for (const auto& giver : givers) giver->give();
    }
    for (const auto& giver : givers) EXPECT_EQ(giver->given, 5U);
}

TEST_P(FileTalkTest, WhoCannotHaveItIsSaidToTheOfferer) {
    right_.refuses = FileErrc::too_big;
    ASSERT_TRUE(left_.give("hello"));
    run();
    EXPECT_EQ(left_.told(), (Log{"file ana -> bob: cat.png 5: declined"}));
    EXPECT_TRUE(right_.talk().idle());
}

TEST_P(FileTalkTest, EveryMessageMayBeTheLast) {
    for (std::size_t messages = 1; messages < 40; ++messages) {
        SCOPED_TRACE(messages);
        ASSERT_TRUE(left_.give(text_of(10'000)));
        run(messages);
        if (right_.last_offer() != chat::FileOfferId{}) {
            right_.take();
            run(messages);
        }
        left_.out.clear();
        right_.out.clear();
        network_.break_all();
        scheduler_.advance(400s);
        run();
        scheduler_.advance(400s);
        EXPECT_TRUE(left_.giver->stopped);
        EXPECT_TRUE(left_.talk().idle());
        EXPECT_TRUE(right_.talk().idle());
        EXPECT_TRUE(left_.desk().all().empty());
        EXPECT_TRUE(right_.desk().all().empty());
        EXPECT_EQ(scheduler_.pending(), 0U);
        left_.out.clear();
        right_.out.clear();
    }
}

constexpr Way ways[]{{"slp", true, false, false},
                     {"msnftp", false, true, true},
                     {"msnftp_to_the_sender", false, true, false},
                     {"msnftp_to_the_receiver", false, false, true}};
std::string name_of(const testing::TestParamInfo<Way>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Ways, FileTalkTest, testing::ValuesIn(ways), name_of);
INSTANTIATE_TEST_SUITE_P(Ways, HalfWay, testing::ValuesIn(ways), name_of);

}  // namespace
}  // namespace patchcord::msn

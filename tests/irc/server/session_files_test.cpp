// What people on IRC are told of files that are kept.

#include <gtest/gtest.h>

#include "tests/irc/transfer/dcc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::DccTest;
using tests::Lines;

constexpr const char* kept_link = "https://irc.test/f/kept";

class SessionFilesTest : public DccTest {
  protected:
    SessionFilesTest() {
        chat::FileOptions options;
        options.offer_time = std::chrono::seconds(60);  // before anybody is asked for a sign of life
        desk_.set_options(options);
    }
    chat::FileOfferId offer_kept(chat::User& from, chat::User& to, std::string_view name = "cat.jpg") {
        const auto made = desk_.offer_kept(from, {nullptr, &to, {}}, name, 5, kept_link,
                                           std::make_unique<tests::ManualSource>(giver_));
        EXPECT_TRUE(made);
        ana_.take();
        return *made;
    }
};

TEST_F(SessionFilesTest, WhoOfferedWhatIsKeptIsToldOfNoFailureWhenNobodyAnswers) {
    offer_kept(user("ana"), bob_.user());
    advance(desk_.options().offer_time);
    EXPECT_EQ(ana_.take(),
              (Lines{told("cat.jpg is offered to bob no longer; it can still be had: " + std::string(kept_link))}));
}

TEST_F(SessionFilesTest, NeitherIsTheReceiverAlsoWhenTheOffererLeaves) {
    const Lines can_be_had{told("cat.jpg of bob can still be had: " + std::string(kept_link))};
    offer_kept(bob_.user(), user("ana"));
    advance(desk_.options().offer_time);
    EXPECT_EQ(ana_.take(), can_be_had);
    offer_kept(bob_.user(), user("ana"));
    bob_.log_out("bye");
    EXPECT_EQ(ana_.take(), can_be_had);
}

TEST_F(SessionFilesTest, ALongNameLeavesRoomForTheLink) {
    offer_kept(user("ana"), bob_.user(), std::string(250, 'a') + ".jpg");
    advance(desk_.options().offer_time);
    const Lines lines = ana_.take();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines[0].ends_with(kept_link)) << lines[0];
    EXPECT_NE(lines[0].find("aaa.jpg is offered"), std::string::npos) << lines[0];
}

TEST_F(SessionFilesTest, WhoOfferedItIsToldThatItWasFetchedOrCouldNotBeTaken) {
    desk_.fetched(offer_kept(user("ana"), bob_.user()));
    EXPECT_EQ(ana_.take(), (Lines{told("bob has cat.jpg (5 B)")}));
    desk_.decline(offer_kept(user("ana"), bob_.user()), chat::FileErrc::unreachable);
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg for bob failed: no connection could be made")}));
}

}  // namespace
}  // namespace patchcord::irc

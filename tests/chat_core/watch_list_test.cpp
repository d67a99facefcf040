#include "chat_core/watch_list.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;

constexpr UserId one{1, 1};
constexpr UserId two{2, 1};

std::vector<UserId> watchers_of(const WatchList& list, std::string_view name) {
    const auto found = list.of(name);
    return {found.begin(), found.end()};
}

TEST(WatchListTest, AWatcherIsListedOnceUnderANameInAnyCase) {
    WatchList list(irc::fold_table(irc::Casemapping::ascii));
    list.add(one, "Ana");
    list.add(one, "aNA");
    list.add(two, "ana");
    EXPECT_EQ(watchers_of(list, "ANA"), (std::vector<UserId>{one, two}));
    EXPECT_TRUE(watchers_of(list, "bob").empty());
}

TEST(WatchListTest, RemovingAWatcherLeavesTheOthersAndOtherNames) {
    WatchList list(irc::fold_table(irc::Casemapping::ascii));
    list.add(one, "ana");
    list.add(two, "ana");
    list.add(one, "bob");
    list.remove(one, "ANA");
    EXPECT_EQ(watchers_of(list, "ana"), (std::vector<UserId>{two}));
    EXPECT_EQ(watchers_of(list, "bob"), (std::vector<UserId>{one}));
    list.remove(two, "ana");
    EXPECT_TRUE(watchers_of(list, "ana").empty());
}

TEST(WatchListTest, RemovingWhatIsNotThereIsIgnored) {
    WatchList list(irc::fold_table(irc::Casemapping::ascii));
    list.remove(one, "ana");
    list.add(two, "ana");
    list.remove(one, "ana");
    EXPECT_EQ(watchers_of(list, "ana"), (std::vector<UserId>{two}));
}

TEST(WatchListTest, AnotherBearerOfTheSameSlotIsAnotherWatcher) {
    WatchList list(irc::fold_table(irc::Casemapping::ascii));
    list.add({1, 1}, "ana");
    list.remove({1, 2}, "ana");
    EXPECT_EQ(watchers_of(list, "ana").size(), 1U);
}

class WatchTest : public testing::Test {
  protected:
    void watch(const Visitor& watcher, std::string_view name) { service_.watch(watcher.id(), name); }
    void share_a_group(Visitor& first, Visitor& second, const char* name = "#a") {
        Group& group = **service_.get_group(name);
        for (Visitor* visitor : {&first, &second}) {
            ASSERT_TRUE(group.has(visitor->user()) || !(*visitor)->join(group));
        }
        first.take();
        second.take();
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Visitor watcher_{service_, "watcher"};
};

TEST_F(WatchTest, LoginAndLogoutOfAWatchedNameAreTold) {
    watch(watcher_, "ANA");
    Visitor ana(service_, "ana");
    EXPECT_EQ(watcher_.take(), (Log{"watched_on ana"}));
    ana.log_out("bye");
    EXPECT_EQ(watcher_.take(), (Log{"watched_off ana"}));
}

TEST_F(WatchTest, NothingIsToldOfANameNobodyWatchesAnyLonger) {
    watch(watcher_, "ana");
    service_.unwatch(watcher_.id(), "Ana");
    const Visitor ana(service_, "ana");
    EXPECT_TRUE(watcher_.take().empty());
}

TEST_F(WatchTest, ARenameTurnsTheOldNameOffAndTheNewOneOn) {
    watch(watcher_, "ana");
    watch(watcher_, "anna");
    Visitor ana(service_, "ana");
    watcher_.take();
    ASSERT_FALSE(ana->rename("anna"));
    EXPECT_EQ(watcher_.take(), (Log{"watched_off ana", "watched_on anna"}));
    ASSERT_FALSE(ana->rename("other"));
    EXPECT_EQ(watcher_.take(), (Log{"watched_off anna"}));
    ASSERT_FALSE(ana->rename("ana"));
    EXPECT_EQ(watcher_.take(), (Log{"watched_on ana"}));
}

TEST_F(WatchTest, ARenameInCaseOnlyTurnsNothingOnOrOff) {
    watch(watcher_, "ana");
    Visitor ana(service_, "ana");
    watcher_.take();
    ASSERT_FALSE(ana->rename("ANA"));
    EXPECT_TRUE(watcher_.take().empty());
}

TEST_F(WatchTest, WhoWatchesAndSharesAGroupHearsOfALogoutInBothWaysOnceEach) {
    watch(watcher_, "ana");
    Visitor ana(service_, "ana");
    share_a_group(watcher_, ana, "#a");
    share_a_group(watcher_, ana, "#b");
    ana.log_out("bye");
    EXPECT_EQ(watcher_.take(), (Log{"signed_off ana: bye", "watched_off ana"}));
}

TEST_F(WatchTest, ALoginTheServiceEndsTurnsTheNameOff) {
    watch(watcher_, "ana");
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    share_a_group(ana, bob);
    watcher_.take();
    ana.fail_all(Errc::client_gone);
    ASSERT_FALSE(bob.say(**service_.lookup_group("#a"), "hi"));
    EXPECT_EQ(watcher_.take(), (Log{"watched_off ana"}));
}

TEST_F(WatchTest, PresenceSaysExactlyOnceWhyEachHearsOfIt) {
    Visitor ana(service_, "ana");
    Visitor both(service_, "both");
    Visitor companion(service_, "companion");
    Visitor stranger(service_, "stranger");
    share_a_group(ana, both, "#a");
    share_a_group(ana, companion, "#a");
    share_a_group(ana, both, "#b");
    watch(watcher_, "ana");
    watch(both, "ana");
    watch(ana, "ana");
    for (Visitor* visitor : {&ana, &both, &companion}) visitor->take();
    ana->set_presence({Availability::away, "tea"});
    EXPECT_EQ(both.take(), (Log{"presence ana [group,watch] away: tea"}));
    EXPECT_EQ(companion.take(), (Log{"presence ana [group] away: tea"}));
    EXPECT_EQ(watcher_.take(), (Log{"presence ana [watch] away: tea"}));
    EXPECT_TRUE(stranger.take().empty());
    EXPECT_TRUE(ana.take().empty());
}

TEST_F(WatchTest, AProfileChangeSaysExactlyOnceWhyEachHearsOfIt) {
    Visitor ana(service_, "ana");
    Visitor both(service_, "both");
    share_a_group(ana, both);
    watch(watcher_, "ana");
    watch(both, "ana");
    ana->set_account("account");
    EXPECT_EQ(both.take(), (Log{"profile ana [group,watch] account"}));
    EXPECT_EQ(watcher_.take(), (Log{"profile ana [watch] account"}));
    ana->set_host("u", "h");
    EXPECT_EQ(both.take(), (Log{"host ana [group,watch] @ -> u@h"}));
    EXPECT_EQ(watcher_.take(), (Log{"host ana [watch] @ -> u@h"}));
}

TEST_F(WatchTest, OneAudienceIsNotTakenForTheNext) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    share_a_group(ana, bob);
    watch(watcher_, "ana");
    watch(bob, "ana");
    ana->set_presence({Availability::away, "1"});
    service_.unwatch(bob.id(), "ana");
    service_.unwatch(watcher_.id(), "ana");
    bob.take();
    watcher_.take();
    ana->set_presence({Availability::away, "2"});
    EXPECT_EQ(bob.take(), (Log{"presence ana [group] away: 2"}));
    EXPECT_TRUE(watcher_.take().empty());
}

TEST_F(WatchTest, AWatcherWhoIsGoneIsNotToldAndNeitherIsTheNextInTheirSlot) {
    watch(watcher_, "ana");
    watcher_.log_out("bye");
    Visitor next(service_, "next");
    EXPECT_EQ(next.id().slot, watcher_.id().slot);
    Visitor ana(service_, "ana");
    ana->set_presence({Availability::away, "tea"});
    EXPECT_TRUE(next.take().empty());
    EXPECT_TRUE(watcher_.take().empty());
}

TEST_F(WatchTest, PuppetsAreWatchedLikeAnybodyElse) {
    watch(watcher_, "remote");
    User& puppet = **service_.create_puppet("remote", {});
    EXPECT_EQ(watcher_.take(), (Log{"watched_on remote"}));
    puppet.set_presence({Availability::busy, ""});
    EXPECT_EQ(watcher_.take(), (Log{"presence remote [watch] away: "}));
    service_.remove_puppet(puppet.id(), "left");
    EXPECT_EQ(watcher_.take(), (Log{"watched_off remote"}));
}

}  // namespace
}  // namespace patchcord::chat

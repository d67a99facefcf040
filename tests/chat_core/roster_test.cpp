#include "chat_core/roster.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;

constexpr const char* bobs_address = "bob@example.com";

Profile profile_of(std::string address) {
    Profile profile;
    profile.address = std::move(address);
    return profile;
}

RosterEntry listed(std::string address = bobs_address, std::string name = {}) {
    return {std::move(address), std::move(name), true, false, false};
}

RosterEntry blocked(std::string address = bobs_address) {
    return {std::move(address), {}, false, true, false};
}

RosterEntry neither(std::string address = bobs_address) {
    return {std::move(address), {}, false, false, false};
}

/// Lets only those see it who are not named "mal".
class Shy : public Visitor {
  public:
    using Visitor::Visitor;
    [[nodiscard]] bool is_visible_to(const User& owner) const override { return owner.name() != hidden_from_; }
    void hide_from(std::string name) {
        hidden_from_ = std::move(name);
        user().visibility_changed();
    }

  private:
    std::string hidden_from_;
};

/// Writes down what observers hear of contact lists.
class Observer : public ServiceObserver {
  public:
    void contact_changed(const User& owner, const RosterEntry& before, const RosterEntry& after) override {
        log.push_back(owner.name() + " " + after.address + " " + flags(before) + "->" + flags(after));
    }
    void roster_restored(const User& owner) override { log.push_back("restored " + owner.name()); }
    Log log;

  private:
    static std::string flags(const RosterEntry& entry) {
        return std::string(entry.listed ? "l" : "-") + (entry.blocked ? "b" : "-");
    }
};

class ChatRosterTest : public testing::Test {
  protected:
    ChatRosterTest() { service_.add_observer(observer_); }
    ~ChatRosterTest() override { service_.remove_observer(observer_); }
    ChatRosterTest(const ChatRosterTest&) = delete;
    ChatRosterTest& operator=(const ChatRosterTest&) = delete;

    tests::ManualScheduler scheduler_;
    Observer observer_;
    ChatService service_{tests::service_options(), scheduler_};
    Visitor ana_{service_, "ana"};
};

TEST_F(ChatRosterTest, AContactWhoIsHereIsShownAtOnce) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(listed()));
    EXPECT_EQ(ana_.take(), (Log{"contact came bob"}));
    EXPECT_TRUE(ana_->roster().find(bobs_address)->shown);
}

TEST_F(ChatRosterTest, AContactIsShownWhenTheyComeAndHiddenWhenTheyGo) {
    ASSERT_FALSE(ana_->set_contact(listed()));
    EXPECT_TRUE(ana_.take().empty());
    Visitor bob(service_, "bob", profile_of(bobs_address));
    EXPECT_EQ(ana_.take(), (Log{"contact came bob"}));
    bob.log_out("bye");
    EXPECT_EQ(ana_.take(), (Log{"contact left bob: bye"}));
    EXPECT_FALSE(ana_->roster().find(bobs_address)->shown);
}

TEST_F(ChatRosterTest, WhoSharesAGroupHearsOfTheEndOnceAndIsToldSo) {
    Visitor bob(service_, "bob", profile_of(bobs_address));
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana_->join(group));
    ASSERT_FALSE(bob->join(group));
    ASSERT_FALSE(ana_->set_contact(listed()));
    ana_.take();
    bob.log_out("bye");
    EXPECT_EQ(ana_.take(), (Log{"signed_off bob: bye", "contact left bob: bye (told)"}));
}

TEST_F(ChatRosterTest, WhoIsTakenOffTheListIsHidden) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(listed()));
    ana_.take();
    ASSERT_FALSE(ana_->set_contact(neither()));
    EXPECT_EQ(ana_.take(), (Log{"contact left bob: "}));
    EXPECT_EQ(ana_->roster().find(bobs_address), nullptr);
    bob->set_presence({Availability::away, "gone"});
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(ChatRosterTest, PresenceProfileAndNameOfAContactAreHeardOfOnce) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(listed()));
    service_.watch(ana_.id(), "bob");
    ana_.take();
    bob->set_presence({Availability::away, "gone"});
    bob->set_real_name("Bob");
    EXPECT_EQ(ana_.take(), (Log{"presence bob [watch,list] away: gone", "profile bob [watch,list] real_name"}));
    service_.unwatch(ana_.id(), "bob");
    ASSERT_FALSE(bob->rename("robert"));
    EXPECT_EQ(ana_.take(), (Log{"renamed bob -> robert"}));
}

TEST_F(ChatRosterTest, ARenamedContactInASharedGroupIsHeardOfOnce) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana_->join(group));
    ASSERT_FALSE(bob->join(group));
    ASSERT_FALSE(ana_->set_contact(listed()));
    ana_.take();
    ASSERT_FALSE(bob->rename("robert"));
    EXPECT_EQ(ana_.take(), (Log{"renamed bob -> robert"}));
}

TEST_F(ChatRosterTest, AContactDecidesWhoSeesThem) {
    Shy bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(listed()));
    ana_.take();
    bob.hide_from("ana");
    EXPECT_EQ(ana_.take(), (Log{"contact left bob: "}));
    bob->set_presence({Availability::busy, "secret"});
    EXPECT_TRUE(ana_.take().empty());
    bob.hide_from("carol");
    EXPECT_EQ(ana_.take(), (Log{"contact came bob"}));
}

TEST_F(ChatRosterTest, WhoIsBlockedReachesNobody) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(blocked()));
    EXPECT_TRUE(ana_->blocks(bob.user()));
    EXPECT_EQ(bob.say(ana_.user(), "hi"), Errc::not_accepted);
    EXPECT_EQ(bob->typing({nullptr, &ana_.user(), {}}, TypingState::active), Errc::not_accepted);
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(bob->join(group));
    EXPECT_EQ(group.invite(bob.user(), ana_.user()), Errc::not_accepted);
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_FALSE(ana_.say(bob.user(), "hello"));
}

TEST_F(ChatRosterTest, SomebodyWithoutAnAddressIsNeverBlocked) {
    const Visitor carol(service_, "carol");
    ASSERT_FALSE(ana_->set_contact(blocked()));
    EXPECT_FALSE(ana_->blocks(carol.user()));
}

TEST_F(ChatRosterTest, ObserversHearOfEachChange) {
    ASSERT_FALSE(ana_->set_contact(listed()));
    ASSERT_FALSE(ana_->set_contact({bobs_address, "Bobby", true, true, false}));
    ASSERT_FALSE(ana_->set_contact(neither()));
    ASSERT_FALSE(ana_->set_contact(neither()));  // nothing changes
    EXPECT_EQ(observer_.log,
              (Log{"ana bob@example.com --->l-", "ana bob@example.com l-->lb", "ana bob@example.com lb->--"}));
}

TEST_F(ChatRosterTest, TheListHasALimitThatChangesDoNotMeet) {
    ServiceOptions options = tests::service_options();
    options.max_contacts = 2;
    service_.set_options(options);
    ASSERT_FALSE(ana_->set_contact(listed("one@example.com")));
    ASSERT_FALSE(ana_->set_contact(blocked("two@example.com")));
    EXPECT_EQ(ana_->set_contact(listed("three@example.com")), Errc::list_full);
    EXPECT_FALSE(ana_->set_contact(listed("two@example.com")));
    EXPECT_EQ(ana_->roster().entries().size(), 2U);
}

TEST_F(ChatRosterTest, ARestoredListIsHeardOfAsAWhole) {
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    ana_->await_roster();
    EXPECT_TRUE(ana_->roster_awaited());
    ana_->restore_roster({listed(), blocked("mal@example.com")});
    EXPECT_FALSE(ana_->roster_awaited());
    EXPECT_EQ(ana_.take(), (Log{"roster restored"}));
    EXPECT_TRUE(ana_->roster().find(bobs_address)->shown);
    EXPECT_EQ(observer_.log, (Log{"restored ana"}));
    bob->set_presence({Availability::away, "gone"});
    EXPECT_EQ(ana_.take(), (Log{"presence bob [list] away: gone"}));
}

TEST_F(ChatRosterTest, WhatChangedWhileTheListWasAwaitedStays) {
    ana_->await_roster();
    ASSERT_FALSE(ana_->set_contact({bobs_address, "new", true, false, false}));
    ana_->restore_roster({listed(bobs_address, "old")});
    EXPECT_EQ(ana_->roster().find(bobs_address)->name, "new");
}

TEST_F(ChatRosterTest, AListThatIsLongerThanAllowedNowLetsNobodyInWhoIsBlocked) {
    ServiceOptions options = tests::service_options();
    options.max_contacts = 1;
    service_.set_options(options);
    ana_->restore_roster({listed("a@example.com"), listed("b@example.com"), blocked("mal@example.com")});
    EXPECT_TRUE(ana_->roster().blocks("mal@example.com"));
    EXPECT_EQ(ana_->set_contact(listed("new@example.com")), Errc::list_full);
    EXPECT_FALSE(ana_->set_contact(neither("a@example.com")));
}

TEST_F(ChatRosterTest, SomebodyIsArrivingUntilListAndMessagesAreThere) {
    EXPECT_FALSE(ana_->arriving());
    ana_->await_roster();
    ana_->await_mail();
    ana_->restore_roster({});
    EXPECT_TRUE(ana_->arriving());
    ana_->mail_arrived();
    EXPECT_FALSE(ana_->arriving());
}

TEST_F(ChatRosterTest, WhatWasAwaitedEndsWithTheLogin) {
    ASSERT_TRUE(service_.create_user("zoe"));  // stays
    {
        const Visitor zoe(service_, "zoe");
        zoe->await_roster();
        zoe->await_mail();
    }
    const Visitor again(service_, "zoe");
    EXPECT_FALSE(again->arriving());
}

// what was kept

class ChatKeptTest : public ChatRosterTest {
  protected:
    std::error_code deliver(const User& to, std::string address = bobs_address) {
        Profile sender = profile_of(std::move(address));
        sender.username = "b";
        sender.host = "there";
        return service_.deliver_kept(to, "bob", std::move(sender), "hello", WallTime(std::chrono::seconds(7)));
    }
};

TEST_F(ChatKeptTest, AMessageOfSomebodyWhoIsGoneComesInTheirName) {
    struct Reader : Visitor {
        using Visitor::Visitor;
        std::error_code receive_kept(const Message& message, RenderCache& cache) override {
            identity = message.sender->identity();
            sent_at = message.sent_at;
            return receive(message, cache);
        }
        std::string identity;
        WallTime sent_at{};
    };
    Reader zoe(service_, "zoe");
    EXPECT_FALSE(deliver(zoe.user()));
    EXPECT_EQ(zoe.take(), (Log{"message bob -> zoe: hello"}));
    EXPECT_EQ(zoe.identity, "bob!b@there");
    EXPECT_EQ(zoe.sent_at, WallTime(std::chrono::seconds(7)));
    EXPECT_EQ(service_.lookup_user("bob").error(), Errc::no_such_user) << "nobody has come by that";
}

TEST_F(ChatKeptTest, AMessageOfSomebodyWhoIsHereComesInTheNameTheyHaveNow) {
    const Visitor robert(service_, "robert", profile_of(bobs_address));
    EXPECT_FALSE(deliver(ana_.user()));
    EXPECT_EQ(ana_.take(), (Log{"message robert -> ana: hello"}));
}

TEST_F(ChatKeptTest, AMessageOfSomebodyBlockedIsRefused) {
    ASSERT_FALSE(ana_->set_contact(blocked()));
    EXPECT_EQ(deliver(ana_.user()), Errc::not_accepted);
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    EXPECT_EQ(deliver(ana_.user()), Errc::not_accepted);
    EXPECT_EQ(ana_.take(), Log{});
}

TEST_F(ChatKeptTest, NobodyGetsItWhoHasNoClient) {
    const User& puppet = **service_.create_puppet("puppet", {});
    EXPECT_EQ(deliver(puppet), Errc::not_logged_in);
}

TEST_F(ChatKeptTest, AConnectionThatFailsEndsTheLogin) {
    ana_.fail(Visitor::Call::receive, Errc::send_queue_exceeded);
    EXPECT_EQ(deliver(ana_.user()), Errc::send_queue_exceeded);
    EXPECT_FALSE(ana_.logged_in());
}

TEST_F(ChatRosterTest, AListEndsWithItsOwnersLogin) {
    ASSERT_FALSE(ana_->set_contact(listed()));
    EXPECT_EQ(service_.listers_of(bobs_address), (std::vector<User*>{&ana_.user()}));
    ana_.log_out("bye");
    EXPECT_TRUE(service_.listers_of(bobs_address).empty());
    const Visitor bob(service_, "bob", profile_of(bobs_address));
    const Visitor again(service_, "ana");
    EXPECT_TRUE(again->roster().entries().empty());
}

TEST_F(ChatRosterTest, AnAddressFindsWhoeverIsHereWithIt) {
    EXPECT_EQ(service_.find_by_address(bobs_address), nullptr);
    Visitor bob(service_, "bob", profile_of(bobs_address));
    EXPECT_EQ(service_.find_by_address(bobs_address), &bob.user());
    bob.log_out("bye");
    EXPECT_EQ(service_.find_by_address(bobs_address), nullptr);
}

// more than one address

TEST_F(ChatRosterTest, WhoHasAnotherAddressIsShownByThatToo) {
    Visitor bob(service_, "bob", profile_of(bobs_address));
    ASSERT_FALSE(ana_->set_contact(listed("bob@far")));
    EXPECT_EQ(ana_.take(), Log{});
    bob->add_address("bob@far");
    bob->add_address("bob@far");
    EXPECT_EQ(ana_.take(), (Log{"contact came bob"}));
    EXPECT_EQ(service_.find_by_address("bob@far"), &bob.user());
    EXPECT_EQ(ana_->entry_for(bob.user())->address, "bob@far");
    bob->set_presence({Availability::away, "lunch"});
    EXPECT_EQ(ana_.take(), (Log{"presence bob [list] away: lunch"}));
    bob->remove_address("bob@far");
    EXPECT_EQ(ana_.take(), (Log{"contact left bob: "}));
    EXPECT_EQ(service_.find_by_address("bob@far"), nullptr);
    EXPECT_EQ(service_.find_by_address(bobs_address), &bob.user());
}

TEST_F(ChatRosterTest, WhoLeavesIsGoneFromAllTheirAddresses) {
    Visitor bob(service_, "bob");
    bob->add_address("bob@far");
    ASSERT_FALSE(ana_->set_contact(listed("bob@far")));
    ana_.take();
    bob.log_out("bye");
    EXPECT_EQ(ana_.take(), (Log{"contact left bob: bye"}));
    EXPECT_EQ(service_.find_by_address("bob@far"), nullptr);
}

TEST_F(ChatRosterTest, WhoIsBlockedByOneAddressIsBlocked) {
    Visitor bob(service_, "bob", profile_of(bobs_address));
    bob->add_address("bob@far");
    ASSERT_FALSE(ana_->set_contact(blocked("bob@far")));
    EXPECT_TRUE(ana_->blocks(bob.user()));
}

// known to some only

/// Known to nobody but ana.
class Stranger : public tests::RecordingClient {
  public:
    Stranger(ChatService& service, std::string_view name) : login_(std::move(*service.login(name, *this, {}))) {}
    [[nodiscard]] bool is_known_to(const User& viewer) const override { return viewer.name() == "ana"; }
    [[nodiscard]] User& user() const { return *login_.user(); }
    User* operator->() const { return login_.user(); }

  private:
    Login login_;
};

TEST_F(ChatRosterTest, WhoIsNotKnownIsNotFound) {
    Visitor dave(service_, "dave");
    service_.watch(ana_->id(), "bob");
    service_.watch(dave->id(), "bob");
    const Stranger bob(service_, "bob");
    EXPECT_EQ(ana_.take(), (Log{"watched_on bob"}));
    EXPECT_EQ(dave.take(), Log{});
    EXPECT_TRUE(service_.lookup_user("bob", ana_.user()));
    EXPECT_EQ(service_.lookup_user("bob", dave.user()).error(), make_error_code(Errc::no_such_user));
    EXPECT_TRUE(service_.lookup_user("bob")) << "the name is taken all the same";
}

TEST_F(ChatRosterTest, WhoSharesAGroupIsKnown) {
    Visitor dave(service_, "dave");
    const Stranger bob(service_, "bob");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(bob->join(group));
    EXPECT_FALSE(ChatService::is_known(bob.user(), dave.user()));
    ASSERT_FALSE(dave->join(group));
    EXPECT_TRUE(ChatService::is_known(bob.user(), dave.user()));
}

}  // namespace
}  // namespace patchcord::chat

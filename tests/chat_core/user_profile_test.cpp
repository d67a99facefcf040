#include <gtest/gtest.h>
#include <string>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

// What others hear when a user changes name, presence or profile, and of the files a user offers.

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;
using Call = tests::RecordingClient::Call;

class UserProfileTest : public testing::Test {
  protected:
    Group& group(const char* name) { return **service_.get_group(name); }
    void both_join(const char* name) {
        ASSERT_FALSE(ana_->join(group(name)));
        ASSERT_FALSE(bob_->join(group(name)));
        ana_.take();
        bob_.take();
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Visitor ana_{service_, "ana", {"a", "host.example", "Ana", "", false}};
    Visitor bob_{service_, "bob"};
    Visitor carol_{service_, "carol"};
};

// Names

TEST_F(UserProfileTest, ARenameIsToldToTheUserAndOnceToEachWhoSharesAGroup) {
    both_join("#a");
    both_join("#b");
    ASSERT_FALSE(ana_->rename("anna"));
    EXPECT_EQ(ana_.take(), (Log{"renamed ana -> anna"}));
    EXPECT_EQ(bob_.take(), (Log{"renamed ana -> anna"}));
    EXPECT_TRUE(carol_.take().empty());
    EXPECT_EQ(ana_->name(), "anna");
    EXPECT_EQ(ana_->identity(), "anna!a@host.example");
}

TEST_F(UserProfileTest, AfterARenameOnlyTheNewNameIsFoundAndTheOldOneIsFree) {
    const UserId id = ana_.id();
    ASSERT_FALSE(ana_->rename("a-rather-long-name-that-does-not-fit-a-small-string"));
    EXPECT_FALSE(service_.lookup_user("ana"));
    EXPECT_EQ(*service_.lookup_user("A-Rather-Long-Name-That-Does-Not-Fit-A-Small-String"), service_.find_user(id));
    const Visitor other(service_, "ana");
    EXPECT_EQ(service_.counts().online, 4U);
}

TEST_F(UserProfileTest, ANameThatIsTakenReservedOrInvalidIsRefusedAndNothingChanges) {
    both_join("#a");
    const auto reserved = service_.reserve_name("held");
    EXPECT_EQ(ana_->rename("BOB"), Errc::duplicate_user);
    EXPECT_EQ(ana_->rename("held"), Errc::name_reserved);
    EXPECT_EQ(ana_->rename("#ana"), Errc::invalid_name);
    EXPECT_EQ(ana_->name(), "ana");
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(UserProfileTest, ANameMayChangeInCaseOnly) {
    both_join("#a");
    ASSERT_FALSE(ana_->rename("ANA"));
    EXPECT_EQ(bob_.take(), (Log{"renamed ana -> ANA"}));
    EXPECT_EQ(*service_.lookup_user("ana"), &ana_.user());
}

TEST_F(UserProfileTest, ARenamedUserCanStillLogOutAndBeFoundNoMore) {
    ASSERT_FALSE(ana_->rename("anna"));
    ana_.log_out("bye");
    EXPECT_FALSE(service_.lookup_user("anna"));
    EXPECT_FALSE(service_.lookup_user("ana"));
}

// Presence and profile

TEST_F(UserProfileTest, APresenceIsToldOnceToEachWhoSharesAGroupAndNotToTheUser) {
    both_join("#a");
    both_join("#b");
    ana_->set_presence({Availability::away, "lunch"});
    EXPECT_EQ(bob_.take(), (Log{"presence ana [group] away: lunch"}));
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_TRUE(carol_.take().empty());
    ana_->set_presence({});
    EXPECT_EQ(bob_.take(), (Log{"presence ana [group] here: "}));
}

TEST_F(UserProfileTest, ThePresenceAndTheProfileThatAreThereAlreadyAreToldToNobody) {
    both_join("#a");
    ana_->set_presence({});
    ana_->set_real_name("Ana");
    ana_->set_account("");
    ana_->set_host("a", "host.example");
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(UserProfileTest, ChangesOfTheProfileAreToldToThoseWhoShareAGroup) {
    both_join("#a");
    ana_->set_real_name("Ana B.");
    ana_->set_account("ana@example");
    ana_->set_host("anna", "cloak.example");
    EXPECT_EQ(bob_.take(), (Log{"profile ana [group] real_name", "profile ana [group] account",
                                "host ana [group] a@host.example -> anna@cloak.example"}));
    EXPECT_EQ(ana_->profile().real_name, "Ana B.");
    EXPECT_EQ(ana_->profile().account, "ana@example");
    EXPECT_EQ(ana_->identity(), "ana!anna@cloak.example");
    EXPECT_TRUE(carol_.take().empty());
}

// Clients

class ClientWithoutExtras : public ChatClient {
  public:
    std::error_code receive(const Message&, RenderCache&) override { return {}; }
    std::error_code user_joined(const Group&, const User&, RenderCache&) override { return {}; }
    std::error_code user_left(const Group&, const User&, const Departure&, RenderCache&) override { return {}; }
    std::error_code group_meta_update(const Group&, const GroupMeta&, const User*, RenderCache&) override { return {}; }
};

TEST_F(UserProfileTest, AClientThatKnowsOnlyTwistedsFourCallsStaysThroughEverythingElse) {
    ClientWithoutExtras client;
    const auto login = service_.login("plain", client, {});
    ASSERT_TRUE(login);
    both_join("#a");
    ASSERT_FALSE(login->user()->join(group("#a")));
    service_.watch(login->user()->id(), "ana");
    const SettingChange moderated{Setting::moderated, true, "", nullptr};
    group("#a").announce(&ana_.user(), {&moderated, 1});
    ASSERT_FALSE(ana_->typing({&group("#a"), nullptr, {}}, TypingState::active));
    ana_->set_presence({Availability::busy, ""});
    ana_->set_host("x", "y.example");
    ASSERT_FALSE(group("#a").invite(ana_.user(), carol_.user()));
    ASSERT_FALSE(ana_->rename("anna"));
    ASSERT_FALSE(ana_->rename("ana"));
    service_.operator_notice(ana_.user(), "word");
    FileOffer file;
    EXPECT_EQ(client.file_offered(file), Errc::not_supported);
    client.file_offer_changed(file);
    ana_.log_out("bye");
    EXPECT_TRUE(group("#a").has(*login->user()));
}

}  // namespace
}  // namespace patchcord::chat

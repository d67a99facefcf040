#include <gtest/gtest.h>
#include <string>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::RecordingClient;
using tests::Visitor;

class PuppetTest : public testing::Test {
  protected:
    std::error_code say_as_puppet(const Target& target, std::string text) {
        Message message{{}, nullptr, target, MessageKind::text, MessageText(StyledText(std::move(text))), {}};
        RenderCache cache;
        return puppet_.send(message, cache);
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Visitor ana_{service_, "ana"};
    Group& group_{**service_.get_group("#a")};
    User& puppet_{**service_.create_puppet("remote", {"r", "msn.example", "Remote", "", false})};
};

TEST_F(PuppetTest, APuppetIsOnlineWithoutAClient) {
    EXPECT_TRUE(puppet_.puppet());
    EXPECT_TRUE(puppet_.online());
    EXPECT_EQ(puppet_.client(), nullptr);
    EXPECT_EQ(puppet_.identity(), "remote!r@msn.example");
    EXPECT_EQ(puppet_.sign_on(), scheduler_.wall_now());
    EXPECT_EQ(service_.counts().online, 2U);
    EXPECT_FALSE(ana_->puppet());
}

TEST_F(PuppetTest, APuppetSpeaksAndItsMembershipIsSeen) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(puppet_.join(group_));
    ASSERT_FALSE(say_as_puppet({&group_, nullptr, {}}, "hi"));
    ASSERT_FALSE(say_as_puppet({nullptr, &ana_.user(), {}}, "psst"));
    ASSERT_FALSE(puppet_.leave(group_, "bye"));
    EXPECT_EQ(ana_.take(), (Log{"joined #a remote", "message remote -> #a: hi", "message remote -> ana: psst",
                                "left #a remote: bye"}));
}

TEST_F(PuppetTest, AGroupMessageGoesPastAPuppetToTheOthers) {
    Visitor bob(service_, "bob");
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(puppet_.join(group_));
    ASSERT_FALSE(bob->join(group_));
    ASSERT_FALSE(ana_.say(group_, "hi"));
    EXPECT_EQ(bob.take(), (Log{"message ana -> #a: hi"}));
    EXPECT_TRUE(group_.has(puppet_));
}

TEST_F(PuppetTest, ADirectMessageToAPuppetIsNotSupportedHere) {
    EXPECT_EQ(ana_.say(puppet_, "hi"), Errc::not_supported);
    EXPECT_FALSE(ana_->typing({nullptr, &puppet_, {}}, TypingState::active));
}

TEST_F(PuppetTest, ItsNameCannotBeTakenWhileItIsThere) {
    RecordingClient client;
    EXPECT_EQ(service_.login("REMOTE", client, {}).error(), Errc::already_logged_in);
    EXPECT_EQ(service_.create_puppet("remote", {}).error(), Errc::duplicate_user);
    EXPECT_EQ(service_.reserve_name("remote").error(), Errc::already_logged_in);
    EXPECT_EQ(ana_->rename("remote"), Errc::duplicate_user);
    EXPECT_EQ(service_.create_puppet("ANA", {}).error(), Errc::duplicate_user);
    EXPECT_EQ(service_.create_puppet("#a", {}).error(), Errc::invalid_name);
}

TEST_F(PuppetTest, TakingAPuppetAwayIsItsLogout) {
    Group& other = **service_.get_group("#b");
    for (Group* group : {&group_, &other}) {
        ASSERT_FALSE(ana_->join(*group));
        ASSERT_FALSE(puppet_.join(*group));
    }
    ana_.take();
    const UserId id = puppet_.id();
    service_.remove_puppet(id, "gone");
    EXPECT_EQ(ana_.take(), (Log{"signed_off remote: gone"}));
    EXPECT_EQ(service_.find_user(id), nullptr);
    EXPECT_FALSE(service_.lookup_user("remote"));
    EXPECT_EQ(service_.counts().online, 1U);
    EXPECT_EQ(group_.size(), 1U);
    const Visitor taken(service_, "remote");
    EXPECT_FALSE(taken->puppet());
}

TEST_F(PuppetTest, OnlyPuppetsAreTakenAwayAndOnlyOnce) {
    service_.remove_puppet(ana_.id(), "no puppet");
    EXPECT_TRUE(ana_.logged_in());
    const UserId id = puppet_.id();
    service_.remove_puppet(id, "gone");
    service_.remove_puppet(id, "gone");
    service_.remove_puppet(UserId{}, "nobody");
    EXPECT_EQ(service_.counts().online, 1U);
}

TEST_F(PuppetTest, AGroupOfPuppetsEndsWithTheLastOfThem) {
    ASSERT_FALSE(puppet_.join(group_));
    service_.remove_puppet(puppet_.id(), "gone");
    EXPECT_FALSE(service_.lookup_group("#a"));
}

TEST_F(PuppetTest, APuppetsRenameAndPresenceAreToldToItsCompanions) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(puppet_.join(group_));
    ana_.take();
    ASSERT_FALSE(puppet_.rename("faraway"));
    puppet_.set_presence({Availability::on_the_phone, ""});
    EXPECT_EQ(ana_.take(), (Log{"renamed remote -> faraway", "presence faraway [group] away: "}));
}

TEST_F(PuppetTest, AMemberWhoFailsToHearAPuppetIsTakenOutAllTheSame) {
    ASSERT_FALSE(puppet_.join(group_));
    ASSERT_FALSE(ana_->join(group_));
    ana_.fail(RecordingClient::Call::receive, Errc::not_supported);
    ASSERT_FALSE(say_as_puppet({&group_, nullptr, {}}, "hi"));
    EXPECT_FALSE(group_.has(ana_.user()));
    EXPECT_TRUE(group_.has(puppet_));
}

}  // namespace
}  // namespace patchcord::chat

#include <gtest/gtest.h>
#include <string>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using namespace std::chrono_literals;
using tests::Log;
using tests::Visitor;

// Messages that are taken back.
class WithdrawalTest : public testing::Test {
  protected:
    WithdrawalTest() {
        for (Visitor* visitor : {&ana_, &bob_, &carol_}) EXPECT_FALSE((*visitor)->join(group_));
        for (Visitor* visitor : {&ana_, &bob_, &carol_}) visitor->take();
    }

    static std::error_code withdraw(Visitor& by, const Target& target) {
        Withdrawal withdrawal;
        withdrawal.target = target;
        withdrawal.message = "m1";
        withdrawal.reason = "oops";
        RenderCache cache;
        const std::error_code error = by->withdraw(withdrawal, cache);
        EXPECT_EQ(withdrawal.by, &by.user());
        return error;
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& group_{**service_.create_group("#a")};
    Visitor ana_{service_, "ana"};  // the first in: operator
    Visitor bob_{service_, "bob"};
    Visitor carol_{service_, "carol"};
};

TEST_F(WithdrawalTest, TheOthersInTheGroupAreTold) {
    EXPECT_FALSE(withdraw(bob_, {&group_, nullptr, {}}));
    EXPECT_EQ(ana_.take(), (Log{"withdrawn bob -> #a: m1 (oops)"}));
    EXPECT_EQ(carol_.take(), (Log{"withdrawn bob -> #a: m1 (oops)"}));
    EXPECT_EQ(bob_.take(), Log{});
}

TEST_F(WithdrawalTest, OfWhatWasForARoleTheBearersAreTold) {
    EXPECT_FALSE(withdraw(bob_, {&group_, nullptr, Role::op}));
    EXPECT_EQ(ana_.take(), (Log{"withdrawn bob -> @#a: m1 (oops)"}));
    EXPECT_EQ(carol_.take(), Log{});
}

TEST_F(WithdrawalTest, OfAPrivateMessageItsReceiverIsTold) {
    EXPECT_FALSE(withdraw(bob_, {nullptr, &ana_.user(), {}}));
    EXPECT_EQ(ana_.take(), (Log{"withdrawn bob -> ana: m1 (oops)"}));
    EXPECT_EQ(carol_.take(), Log{});
}

TEST_F(WithdrawalTest, WhoIsGoneCannotBeTold) {
    User& bob = **service_.create_user("bo");
    EXPECT_EQ(withdraw(ana_, {nullptr, &bob, {}}), Errc::no_such_user);
}

TEST_F(WithdrawalTest, ItIsNoSignOfLife) {
    const WallTime before = bob_->last_message();
    scheduler_.advance(5s);
    EXPECT_FALSE(withdraw(bob_, {&group_, nullptr, {}}));
    EXPECT_EQ(bob_->last_message(), before);
}

}  // namespace
}  // namespace patchcord::chat

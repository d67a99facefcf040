#include <gtest/gtest.h>
#include <string>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;

class GroupRenameTest : public testing::Test, public ServiceObserver {
  protected:
    GroupRenameTest() {
        service_.add_observer(*this);
        for (Visitor* visitor : {&ana_, &bob_}) EXPECT_FALSE((*visitor)->join(group_));
        for (Visitor* visitor : {&ana_, &bob_}) visitor->take();
    }
    ~GroupRenameTest() override { service_.remove_observer(*this); }

    void group_renamed(const Group& group, std::string_view old_name) override {
        observed_.push_back(std::string(old_name) + " -> " + group.name());
        EXPECT_EQ(service_.lookup_group(group.name()).value(), &group);
    }

    Log observed_;
    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& group_{**service_.create_group("#a")};
    Visitor ana_{service_, "ana"};
    Visitor bob_{service_, "bob"};
};

TEST_F(GroupRenameTest, AllMembersAndTheObserversAreTold) {
    EXPECT_FALSE(service_.rename_group(group_, "#b", &ana_.user(), "why"));
    const Log told{"group #a -> #b by ana: why"};
    EXPECT_EQ(ana_.take(), told);
    EXPECT_EQ(bob_.take(), told);
    EXPECT_EQ(observed_, (Log{"#a -> #b"}));
}

TEST_F(GroupRenameTest, TheGroupIsFoundByItsNewNameOnlyAndKeepsWhatItHas) {
    const GroupId id = group_.id();
    EXPECT_FALSE(service_.rename_group(group_, "#a-name-too-long-to-lie-in-the-string-itself", nullptr, ""));
    EXPECT_EQ(service_.lookup_group("#a").error(), Errc::no_such_group);
    EXPECT_EQ(service_.lookup_group("#A-name-too-long-to-lie-in-the-string-itself").value(), &group_);
    EXPECT_EQ(service_.find_group(id), &group_);
    EXPECT_EQ(group_.size(), 2U);
    EXPECT_TRUE(group_.roles(ana_.user()).has(Role::op));
    Group& other = **service_.create_group("#a");
    EXPECT_NE(&other, &group_);
    EXPECT_EQ(service_.group_count(), 2U);
}

TEST_F(GroupRenameTest, ItEndsUnderItsNewName) {
    EXPECT_FALSE(service_.rename_group(group_, "#b", nullptr, ""));
    EXPECT_FALSE(ana_->leave(group_, ""));
    EXPECT_FALSE(bob_->leave(group_, ""));
    EXPECT_EQ(service_.lookup_group("#b").error(), Errc::no_such_group);
    EXPECT_EQ(service_.group_count(), 0U);
}

TEST_F(GroupRenameTest, OnlyTheCaseMayChange) {
    EXPECT_FALSE(service_.rename_group(group_, "#A", nullptr, ""));
    EXPECT_EQ(group_.name(), "#A");
    EXPECT_EQ(service_.lookup_group("#a").value(), &group_);
}

TEST_F(GroupRenameTest, WhatIsRefusedChangesNothing) {
    Group& other = **service_.create_group("#b");
    EXPECT_EQ(service_.rename_group(group_, "#B", nullptr, ""), Errc::duplicate_group);
    EXPECT_EQ(service_.rename_group(group_, "b", nullptr, ""), Errc::invalid_name);
    group_.set_permanent(true);
    EXPECT_EQ(service_.rename_group(group_, "#c", nullptr, ""), Errc::not_supported);
    EXPECT_EQ(service_.lookup_group("#a").value(), &group_);
    EXPECT_EQ(service_.lookup_group("#b").value(), &other);
    EXPECT_EQ(ana_.take(), Log{});
    EXPECT_EQ(observed_, Log{});
}

}  // namespace
}  // namespace patchcord::chat

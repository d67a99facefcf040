#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;
using NetworkChangeTest = LinkTest;

TEST_F(NetworkChangeTest, WhatIsWaitedForIsTriedAtOnceWhenTheNetworkIsAnotherOne) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    connector_.failure = std::make_error_code(std::errc::network_unreachable);
    connector_.wires.front()->cut();
    advance(30min);
    const std::size_t tries = connector_.asked.size();
    far_->network_changed();
    advance(1s);
    EXPECT_EQ(connector_.asked.size(), tries + 1);
    advance(20s);
    EXPECT_GE(connector_.asked.size(), tries + 3) << "the waits begin anew";
    connector_.failure = {};
    ana.take();
    far_->network_changed();
    settle();
    EXPECT_EQ(ana.take(), (Log{"told far (ana@example.com) is back"}));
}

TEST_F(NetworkChangeTest, AConnectionOfTheNetworkBeforeIsGivenUp) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    far_->network_changed();
    advance(40s);
    EXPECT_EQ(ana.take(), Log{}) << "it answers";
    connector_.wires.front()->fall_silent();
    far_->network_changed();
    advance(31s);
    const Log told = ana.take();
    ASSERT_FALSE(told.empty());
    EXPECT_TRUE(told[0].starts_with("told far (ana@example.com) cannot be reached")) << told[0];
}

}  // namespace
}  // namespace patchcord::msn

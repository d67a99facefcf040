#include "gateway/net/resolver.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/net/net_error.hpp"
#include "tests/gateway/support/manual_look_up.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::ManualLookUp;

const asio::ip::address loopback = asio::ip::make_address("127.0.0.1");

class ResolverTest : public tests::NetTest {
  protected:
    void TearDown() override {
        look_up_.answer_all();
        NetTest::TearDown();
    }
    Resolver::Id ask(const std::string& host) {
        return resolver_->ask(host, [this, host](const chat::Result<Addresses>& answer) {
            answers_.push_back(host + (answer ? " " + answer->at(0).to_string() : ": " + answer.error().message()));
        });
    }
    bool answered(std::size_t count) {
        return until([&] { return answers_.size() >= count; }) && answers_.size() == count;
    }

    ManualLookUp look_up_;
    std::unique_ptr<Resolver> resolver_ = std::make_unique<Resolver>(loop_, look_up_.function());
    std::vector<std::string> answers_;
};

TEST_F(ResolverTest, AnswerComesLater) {
    look_up_.answer("a.example", Addresses{loopback});
    ask("a.example");
    EXPECT_TRUE(answers_.empty());
    EXPECT_TRUE(answered(1));
    EXPECT_EQ(answers_.front(), "a.example 127.0.0.1");
    EXPECT_EQ(resolver_->open(), 0U);
}

TEST_F(ResolverTest, ErrorIsHandedOn) {
    look_up_.answer("a.example", NetErrc::host_not_found);
    ask("a.example");
    EXPECT_TRUE(answered(1));
    EXPECT_EQ(answers_.front(), "a.example: no host has this name");
}

TEST_F(ResolverTest, LoopGoesOnWhileANameServerIsSilent) {
    ask("slow.example");
    look_up_.answer("quick.example", Addresses{loopback});
    ask("quick.example");
    EXPECT_TRUE(answered(1));
    EXPECT_EQ(answers_.front(), "quick.example 127.0.0.1");
    EXPECT_EQ(resolver_->open(), 1U);
}

TEST_F(ResolverTest, OneLookUpAnswersAllWhoAskForTheHost) {
    for (int i = 0; i < 3; ++i) ask("a.example");
    look_up_.answer("a.example", Addresses{loopback});
    EXPECT_TRUE(answered(3));
    EXPECT_EQ(look_up_.calls("a.example"), 1U);
    ask("a.example");
    EXPECT_TRUE(answered(4));
    EXPECT_EQ(look_up_.calls("a.example"), 2U) << "nothing is remembered";
}

TEST_F(ResolverTest, SoManyHostsAreLookedUpAtTheSameTimeAndTheOthersInTurn) {
    for (std::size_t i = 0; i <= Resolver::max_threads; ++i) ask("host" + std::to_string(i));
    EXPECT_TRUE(until([&] { return look_up_.running() == Resolver::max_threads; }));
    const std::string last = "host" + std::to_string(Resolver::max_threads);
    look_up_.answer(last, Addresses{loopback});
    EXPECT_EQ(look_up_.calls(last), 0U) << "no thread is free";
    look_up_.answer("host0", Addresses{loopback});
    EXPECT_TRUE(answered(2));
    EXPECT_EQ(answers_.back(), last + " 127.0.0.1");
}

TEST_F(ResolverTest, WhoCancelsIsNotToldAndTheOthersAre) {
    const Resolver::Id first = ask("a.example");
    ask("a.example");
    resolver_->cancel(first);
    resolver_->cancel(first);
    resolver_->cancel(0);
    look_up_.answer("a.example", Addresses{loopback});
    EXPECT_TRUE(answered(1));
}

TEST_F(ResolverTest, HostThatNobodyWaitsForAnyMoreIsNotLookedUp) {
    for (std::size_t i = 0; i < Resolver::max_threads; ++i) ask("host" + std::to_string(i));
    resolver_->cancel(ask("a.example"));
    look_up_.answer_all();
    EXPECT_TRUE(answered(Resolver::max_threads));
    EXPECT_EQ(look_up_.calls("a.example"), 0U);
}

TEST_F(ResolverTest, AnswerMayCancelTheNextOne) {
    Resolver::Id second = 0;
    bool told = false;
    resolver_->ask("a.example", [&](const auto&) { resolver_->cancel(second); });
    second = resolver_->ask("a.example", [&](const auto&) { told = true; });
    ask("a.example");
    look_up_.answer("a.example", Addresses{loopback});
    EXPECT_TRUE(answered(1));
    EXPECT_FALSE(told);
}

TEST_F(ResolverTest, LookUpThatNeverEndsIsGivenUpAndTheHostIsAskedForAgain) {
    resolver_ = std::make_unique<Resolver>(loop_, look_up_.function(), std::chrono::milliseconds(300));
    ask("a.example");
    ask("a.example");
    EXPECT_TRUE(answered(2));
    EXPECT_EQ(answers_.back(), "a.example: " + make_error_code(NetErrc::lookup_failed).message());
    EXPECT_EQ(resolver_->open(), 0U);
    look_up_.answer("a.example", Addresses{loopback});
    ask("a.example");
    EXPECT_TRUE(answered(3)) << "the late answer is nobody's";
    EXPECT_EQ(answers_.back(), "a.example 127.0.0.1");
    EXPECT_EQ(look_up_.calls("a.example"), 2U);
}

TEST_F(ResolverTest, SoManyAreGivenUpAndTheOthersWaitedFor) {
    resolver_ = std::make_unique<Resolver>(loop_, look_up_.function(), std::chrono::milliseconds(50));
    constexpr std::size_t all = Resolver::max_given_up + Resolver::max_threads;
    for (std::size_t i = 0; i < all; ++i) ask("host" + std::to_string(i));
    EXPECT_TRUE(answered(Resolver::max_given_up));
    EXPECT_TRUE(until([&] { return look_up_.running() == all; }));
    EXPECT_EQ(resolver_->open(), Resolver::max_threads);
    look_up_.answer_all();
    EXPECT_TRUE(answered(all));
    ask("host0");
    EXPECT_TRUE(answered(all + 1)) << "there are threads again";
}

TEST_F(ResolverTest, EndWaitsForNoNameServer) {
    ask("slow.example");
    EXPECT_TRUE(until([&] { return look_up_.running() == 1; }));
    resolver_.reset();
    look_up_.answer_all();
    EXPECT_TRUE(until([&] { return look_up_.running() == 0; }));
    EXPECT_TRUE(answers_.empty());
}

TEST_F(ResolverTest, AnswerMayEndTheResolver) {
    resolver_->ask("a.example", [&](const auto&) { resolver_.reset(); });
    ask("a.example");
    look_up_.answer("a.example", Addresses{loopback});
    EXPECT_TRUE(until([&] { return !resolver_; }));
    EXPECT_TRUE(answers_.empty());
}

TEST(LookUpHostTest, SystemKnowsThisMachine) {
    const auto found = look_up_host("localhost");
    ASSERT_TRUE(found.has_value()) << found.error().message();
    for (const auto& address : *found) EXPECT_TRUE(address.is_loopback()) << address;
    EXPECT_EQ(*look_up_host("127.0.0.1"), Addresses{loopback});
    EXPECT_EQ(*look_up_host("::1"), Addresses{asio::ip::make_address("::1")});
}

TEST(LookUpHostTest, WhatIsNoNameIsNotFound) {
    for (const char* host : {"a..b", "a b"}) {
        const std::error_code why = look_up_host(host).error();
        EXPECT_EQ(why.category(), net_category()) << host;
    }
}

}  // namespace
}  // namespace patchcord::gateway

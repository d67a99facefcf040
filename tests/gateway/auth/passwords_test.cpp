#include "gateway/auth/passwords.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <ctime>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace patchcord::gateway {
namespace {

using Answer = Passwords::Answer;

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

class PasswordsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        ASSERT_TRUE(start_password_hashing());
        hash_ = hash_password("correct horse").value();
    }

    /// Lets the loop run until `answers` have come; work elsewhere keeps it waiting.
    void run_until(std::size_t answers) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (answers_.size() < answers && std::chrono::steady_clock::now() < deadline) {
            loop_.io().run_one_for(std::chrono::milliseconds(100));
        }
        ASSERT_EQ(answers_.size(), answers);
    }

    void ask(const std::string& password, const std::string& hash) {
        passwords_->verify(password, hash, [this](Answer answer) {
            EXPECT_FALSE(inside_) << "never from inside verify";
            EXPECT_EQ(std::this_thread::get_id(), thread_) << "on the loop's thread";
            answers_.push_back(answer);
        });
    }

    void ask_inside(const std::string& password, const std::string& hash) {
        inside_ = true;
        ask(password, hash);
        inside_ = false;
    }

    Answer answer(const std::string& password, const std::string& hash) {
        answers_.clear();
        ask_inside(password, hash);
        run_until(1);
        return answers_.empty() ? Answer::busy : answers_.front();
    }

    /// The least of some, as whatever else the machine does only adds.
    double cpu_time(const std::string& password, const std::string& hash) {
        double least = 1e9;
        for (int i = 0; i < 3; ++i) {
            const double begin = cpu_seconds();
            (void)answer(password, hash);
            least = std::min(least, cpu_seconds() - begin);
        }
        return least;
    }

    static inline std::string hash_;
    const std::thread::id thread_ = std::this_thread::get_id();
    EventLoop loop_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.io().get_executor()};
    std::unique_ptr<Passwords> passwords_ = std::make_unique<Passwords>(loop_);
    std::vector<Answer> answers_;
    bool inside_ = false;
};

TEST_F(PasswordsTest, RightPasswordIsRightAndEveryOtherWrong) {
    EXPECT_EQ(answer("correct horse", hash_), Answer::right);
    EXPECT_EQ(answer("correct horsf", hash_), Answer::wrong);
    EXPECT_EQ(answer("correct horse ", hash_), Answer::wrong);
    EXPECT_EQ(answer("correct", hash_), Answer::wrong);
    EXPECT_EQ(answer("", hash_), Answer::wrong);
    EXPECT_EQ(answer(std::string("correct horse\0", 14), hash_), Answer::wrong);
}

TEST_F(PasswordsTest, EmptyHashIsNeverRight) {
    for (const char* password : {"", "x", "something salty", "correct horse"}) {
        EXPECT_EQ(answer(password, ""), Answer::wrong) << password;
    }
}

TEST_F(PasswordsTest, HashThatIsNoneIsNeverRight) {
    for (const char* hash : {"x", "$argon2id$", "correct horse", "$argon2id$v=19$m=65536,t=2,p=1$$"}) {
        EXPECT_EQ(answer("correct horse", hash), Answer::wrong) << hash;
    }
}

TEST_F(PasswordsTest, LongestPasswordIsTakenAndALongerOneIsWrong) {
    const std::string longest(max_password_bytes, 'p');
    const auto hash = hash_password(longest);
    ASSERT_TRUE(hash);
    EXPECT_EQ(answer(longest, *hash), Answer::right);
    EXPECT_EQ(answer(longest + "p", *hash), Answer::wrong) << "not cut to what would be right";
    EXPECT_FALSE(hash_password(longest + "p"));
}

TEST_F(PasswordsTest, UnknownNameTakesAsLongAsARealOne) {
    const double real = cpu_time("wrong", hash_);
    EXPECT_GT(real, 0.005) << "it is meant to take its time";
    const double unknown = cpu_time("wrong", "");
    EXPECT_GT(unknown, real / 2);
    EXPECT_LT(unknown, real * 2);
}

TEST_F(PasswordsTest, PasswordThatIsTooLongTakesAsLongAsARealOne) {
    const double real = cpu_time("wrong", hash_);
    const double longer = cpu_time(std::string(max_password_bytes + 1, 'p'), hash_);
    EXPECT_GT(longer, real / 2);
    EXPECT_LT(longer, real * 2);
}

TEST_F(PasswordsTest, SaysBusyWhenThirtyTwoWaitAndThenTakesMore) {
    const std::string quick = "no hash, so there is little to do";
    for (std::size_t i = 0; i < Passwords::most_waiting + 3; ++i) ask_inside("wrong", quick);
    run_until(Passwords::most_waiting + 3);
    EXPECT_EQ(std::count(answers_.begin(), answers_.end(), Answer::busy), 3);
    EXPECT_EQ(std::count(answers_.begin(), answers_.end(), Answer::wrong),
              static_cast<std::ptrdiff_t>(Passwords::most_waiting));
    EXPECT_EQ(answer("correct horse", hash_), Answer::right);
}

TEST_F(PasswordsTest, AnswerMayAskAgain) {
    passwords_->verify("wrong", hash_, [this](Answer) { ask_inside("correct horse", hash_); });
    run_until(1);
    EXPECT_EQ(answers_.front(), Answer::right);
}

TEST_F(PasswordsTest, NobodyIsAnsweredAfterTheEnd) {
    for (int i = 0; i < 5; ++i) ask_inside("correct horse", hash_);
    passwords_.reset();
    work_.reset();
    loop_.io().run();
    EXPECT_TRUE(answers_.empty());
}

TEST_F(PasswordsTest, WhatAnAnswerOwnsIsGivenUpAtTheEnd) {
    const auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> seen = owned;
    {
        EventLoop loop;
        Passwords passwords(loop);
        for (int i = 0; i < 3; ++i) passwords.verify("wrong", hash_, [owned](Answer) {});
    }
    EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(PasswordsTest, HashesAreSaltedAndKnownAsHashes) {
    const auto again = hash_password("correct horse");
    ASSERT_TRUE(again);
    EXPECT_NE(*again, hash_);
    EXPECT_TRUE(is_password_hash(hash_));
    EXPECT_TRUE(hash_.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << hash_;
}

TEST_F(PasswordsTest, WhatIsNoHashIsNotKnownAsOne) {
    for (const std::string text :
         {"", "secret", "$argon2id$", "$argon2id$...", "$argon2i$v=19$m=65536,t=2,p=1$YWJj$YWJj",
          "$2b$12$abcdefghijklmnopqrstuv", " $argon2id$v=19$m=65536,t=2,p=1$YWJj$YWJj"}) {
        EXPECT_FALSE(is_password_hash(text)) << text;
    }
    EXPECT_FALSE(is_password_hash(hash_ + " "));
    EXPECT_FALSE(is_password_hash(hash_ + std::string(200, 'x')));
    EXPECT_FALSE(is_password_hash(hash_.substr(0, 40)));
}

}  // namespace
}  // namespace patchcord::gateway

#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

TEST_F(LinkTest, APasswordThatCannotBeHadForAMomentIsAskedForAgain) {
    password_problem_ = {"too many open files", true};
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    advance(3600s);
    EXPECT_EQ(connector_.asked.size(), 0U);
    EXPECT_EQ(ana.take(), (Log{"told far (ana@example.com) cannot be reached (too many open files); it is tried again "
                               "and again. What you write there waits"}));
    password_problem_ = {};
    advance(3600s);
    EXPECT_EQ(ana.take(), (Log{"told far (ana@example.com) is back"}));
}

TEST_F(LinkTest, APasswordThatIsNotThereIsNotAskedForAgain) {
    password_problem_ = {"no such file"};
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    advance(3600s);
    password_problem_ = {};
    advance(3600s);
    EXPECT_EQ(connector_.asked.size(), 0U);
    EXPECT_EQ(far_->accounts().front()->state(), LinkedAccount::State::stopped);
}

}  // namespace
}  // namespace patchcord::msn

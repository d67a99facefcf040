#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

const std::string text_head = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n";

/// ana and carol are people of ours, with accounts of their own; bob is not.
class LinkGroupTest : public LinkTest {
  protected:
    LinkGroupTest() {
        befriend("ana@example.com", "bob@example.com");
        befriend("ana@example.com", "carol@example.com");
        befriend("carol@example.com", "bob@example.com");
        link("ana");
        link("carol");
        settle();
        ana_.take();
        carol_.take();
        bob_.take();
    }
    ~LinkGroupTest() override { far_->shut_down(); }

    Visitor ana_{near_, "ana", profile_of("ana")};
    Visitor carol_{near_, "carol", profile_of("carol")};
    MsnClient bob_ = come_online("bob@example.com", 12);
};

TEST_F(LinkGroupTest, ThoseOfUsAreOnEachOthersListsAsThemselves) {
    EXPECT_EQ(near_.find_by_address("carol@example.com/far"), &carol_.user());
    EXPECT_FALSE(near_.lookup_user("carol_"));
    EXPECT_NE(ana_.user().entry_for(carol_.user()), nullptr);
    EXPECT_TRUE(ana_.user().entry_for(carol_.user())->shown);
}

TEST_F(LinkGroupTest, TwoOfUsInOneSwitchboardHearEverythingOnce) {
    MsnClient window = call(bob_, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    settle();
    EXPECT_EQ(near_.groups().size(), 1U);
    ana_.take();
    carol_.take();
    window.take();
    window.send("MSG 3 A", text_head + "hi both");
    settle();
    EXPECT_EQ(ana_.take(), (Log{"message bob -> &bob: hi both"}));
    EXPECT_EQ(carol_.take(), (Log{"message bob -> &bob: hi both"}));
    say(ana_, "&bob", "hi bob, hi carol");
    say(carol_, "&bob", "hi");
    settle();
    EXPECT_EQ(ana_.take(), (Log{"message carol -> &bob: hi"}));
    EXPECT_EQ(carol_.take(), (Log{"message ana -> &bob: hi bob, hi carol"}));
    const Commands got = tests::matching("MSG", window.take());
    ASSERT_EQ(got.size(), 2U);
    EXPECT_TRUE(got[0].starts_with("MSG ana@example.com "));
    EXPECT_TRUE(got[1].starts_with("MSG carol@example.com "));
}

TEST_F(LinkGroupTest, WhoLeavesDoesNotTakeTheOthersAlong) {
    MsnClient window = call(bob_, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    settle();
    carol_.take();
    ana_.user().leave(**near_.lookup_group("&bob"), "bye");
    settle();
    EXPECT_EQ(carol_.take(), (Log{"left &bob ana: bye"}));
    EXPECT_EQ(tests::matching("BYE ana@example.com", window.take()).size(), 1U);
    say(carol_, "&bob", "still here");
    settle();
    EXPECT_EQ(tests::matching("MSG carol@example.com", window.take()).size(), 1U);
}

TEST_F(LinkGroupTest, WhoHasNoAccountThereIsSpokenForByOne) {
    MsnClient window = call(bob_, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    settle();
    Visitor dave(near_, "dave");
    ASSERT_FALSE(dave.user().join(**near_.lookup_group("&bob"), {{}, true}));
    window.take();
    say(dave, "&bob", "hello");
    settle();
    const Commands got = tests::matching("MSG", window.take());
    ASSERT_EQ(got.size(), 1U);
    EXPECT_TRUE(got[0].ends_with("<dave> hello"));
}

TEST_F(LinkGroupTest, AContactCanBeInvitedIntoARoom) {
    Visitor dave(near_, "dave");
    chat::Group* lobby = *near_.create_group("#lobby");
    lobby->set_permanent(true);
    ASSERT_FALSE(dave.user().join(*lobby));
    ASSERT_FALSE(ana_.user().join(*lobby));
    ana_.take();
    dave.take();
    ASSERT_FALSE(lobby->invite(ana_.user(), **near_.lookup_user("bob")));
    settle();
    MsnClient window = answer(bob_, "bob@example.com");
    settle();
    EXPECT_EQ(dave.take(), (Log{"invited #lobby bob by ana", "joined #lobby bob"}));
    window.take();
    say(dave, "#lobby", "welcome");
    say(ana_, "#lobby", "hi");
    settle();
    const Commands got = tests::matching("MSG", window.take());
    ASSERT_EQ(got.size(), 2U);
    EXPECT_TRUE(got[0].ends_with("<dave> welcome"));
    EXPECT_TRUE(got[1].ends_with("\r\n\r\nhi"));
    window.send("OUT");
    window.hang_up();
    settle();
    EXPECT_EQ(dave.take(), (Log{"message ana -> #lobby: hi", "left #lobby bob: left"}));
}

TEST_F(LinkGroupTest, ARoomHasAnAccountOfItsOwn) {
    store_.add("lobby@example.com", "Lobby");
    put_on_lists("bob@example.com", "lobby@example.com", list_forward | list_allow);
    chat::Group* lobby = *near_.create_group("#lobby");
    lobby->set_permanent(true);
    far_->add({{},
               "#lobby",
               "lobby@example.com",
               [](std::string& password) {
                   password = "secret";
                   return std::string();
               },
               {}});
    Visitor dave(near_, "dave");
    ASSERT_FALSE(dave.user().join(*lobby));
    settle();
    MsnClient window = call(bob_, "bob@example.com", "lobby@example.com");
    EXPECT_EQ(dave.take(), (Log{"joined #lobby bob"}));
    window.take();
    say(dave, "#lobby", "welcome");
    settle();
    Commands got = tests::matching("MSG lobby@example.com", window.take());
    ASSERT_EQ(got.size(), 1U);
    EXPECT_TRUE(got[0].ends_with("<dave> welcome"));
    window.send("MSG 3 A", text_head + "thanks");
    settle();
    EXPECT_EQ(dave.take(), (Log{"message bob -> #lobby: thanks"}));
    window.send("MSG 4 A", text_head + "other bridge: <dave> welcome");
    settle();
    EXPECT_EQ(dave.take(), Log{}) << "it is an echo";
    advance(60s);
    window.send("MSG 5 A", text_head + "dave said: <dave> welcome");
    settle();
    EXPECT_EQ(dave.take().size(), 1U);
}

TEST_F(LinkGroupTest, NobodyIsTakenOutOfAConversation) {
    MsnClient window = call(bob_, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    settle();
    const chat::Group& group = **near_.lookup_group("&bob");
    const chat::User& bob = **near_.lookup_user("bob");
    EXPECT_FALSE(bob.client()->can_be_removed(group));
    EXPECT_TRUE(bob.client()->can_be_removed(**near_.create_group("#lobby")));
}

TEST_F(LinkGroupTest, WhoIsInARoomAndInAConversationWithTheRoomsAccountIsHeardByBoth) {
    store_.add("lobby@example.com", "Lobby");
    put_on_lists("bob@example.com", "lobby@example.com", list_forward | list_allow);
    chat::Group* lobby = *near_.create_group("#lobby");
    lobby->set_permanent(true);
    far_->add({{},
               "#lobby",
               "lobby@example.com",
               [](std::string& password) {
                   password = "secret";
                   return std::string();
               },
               {}});
    ASSERT_FALSE(ana_.user().join(*lobby));
    settle();
    MsnClient window = call(bob_, "bob@example.com", "lobby@example.com");
    window.send("CAL 9 ana@example.com");
    settle();
    window.take();
    say(ana_, "#lobby", "two");
    settle();
    const Commands got = tests::matching("MSG lobby@example.com", window.take());
    ASSERT_EQ(got.size(), 1U) << "her own account stands for another conversation";
    EXPECT_TRUE(got[0].ends_with("<ana> two"));
}

}  // namespace
}  // namespace patchcord::msn

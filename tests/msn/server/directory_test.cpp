#include "msn/server/directory.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/support/manual_scheduler.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::msn {
namespace {

using tests::Visitor;

/// Tells a directory of people who are not on MSN.
class DirectoryTest : public testing::Test, public chat::ServiceObserver {
  protected:
    DirectoryTest() { service_.add_observer(*this); }
    ~DirectoryTest() override { service_.remove_observer(*this); }

    void user_signed_on(const chat::User& user) override {
        if (user.name() != "msn") note(directory_.signed_on(user));
    }
    void user_signed_off(const chat::User& user, std::string_view) override { directory_.signed_off(user); }
    void user_renamed(const chat::User& user, std::string_view old_name) override {
        note(directory_.renamed(user, old_name));
    }
    void note(std::optional<chat::UserId> evicted) {
        if (evicted) evicted_.push_back(service_.find_user(*evicted)->name());
    }
    [[nodiscard]] std::string found(const std::string& handle) const {
        const chat::User* user = directory_.find_person(handle);
        return user == nullptr ? "nobody" : user->name();
    }

    tests::ManualScheduler scheduler_;
    chat::ChatService service_{tests::conversation_options(), scheduler_};
    Directory directory_{service_, "MSN.Test"};
    std::vector<std::string> evicted_;
};

TEST_F(DirectoryTest, HandlesTellPeopleFromRooms) {
    EXPECT_TRUE(directory_.is_person("zoe@irc.msn.test"));
    EXPECT_FALSE(directory_.is_person("zoe@rooms.msn.test"));
    EXPECT_FALSE(directory_.is_person("zoe@irc.elsewhere.test"));
    EXPECT_FALSE(directory_.is_person("irc.msn.test"));
    EXPECT_TRUE(directory_.is_room("a@rooms.msn.test"));
    EXPECT_FALSE(directory_.is_room("a@irc.msn.test"));
    EXPECT_FALSE(directory_.is_room("a@xrooms.msn.test"));
}

TEST_F(DirectoryTest, ANickIsAHandleAndTheReverse) {
    Visitor zoe(service_, "Zoe");
    EXPECT_EQ(directory_.person_handle(zoe.user()), "zoe@irc.msn.test");
    EXPECT_EQ(found("zoe@irc.msn.test"), "Zoe");
    EXPECT_EQ(found("zoe@rooms.msn.test"), "nobody");
    EXPECT_EQ(found("yan@irc.msn.test"), "nobody");
    EXPECT_EQ(directory_.nick_of("zoe@irc.msn.test"), "Zoe");
    EXPECT_EQ(directory_.nick_of("yan@irc.msn.test"), "yan");
    zoe.log_out("bye");
    EXPECT_EQ(found("zoe@irc.msn.test"), "nobody");
}

TEST_F(DirectoryTest, WhoeverIsOnMsnHasNoHandleOfIrc) {
    Visitor msn(service_, "msn");
    EXPECT_EQ(found("msn@irc.msn.test"), "nobody");
}

TEST_F(DirectoryTest, AHandleStaysWithAnotherNick) {
    Visitor zoe(service_, "zoe");
    EXPECT_FALSE(zoe->rename("zelda"));
    EXPECT_FALSE(zoe->rename("zora"));
    EXPECT_EQ(directory_.person_handle(zoe.user()), "zoe@irc.msn.test");
    EXPECT_EQ(directory_.plain_handle(zoe.user()), "zora@irc.msn.test");
    EXPECT_EQ(found("zoe@irc.msn.test"), "zora");
    EXPECT_EQ(found("zora@irc.msn.test"), "nobody") << "one handle each";
    EXPECT_FALSE(zoe->rename("zoe"));
    EXPECT_EQ(found("zoe@irc.msn.test"), "zoe");
    EXPECT_TRUE(evicted_.empty());
}

TEST_F(DirectoryTest, WhoeverTakesTheNickHasTheHandle) {
    Visitor zoe(service_, "zoe");
    EXPECT_FALSE(zoe->rename("zelda"));
    Visitor other(service_, "ZOE");
    EXPECT_EQ(evicted_, (std::vector<std::string>{"zelda"}));
    EXPECT_EQ(found("zoe@irc.msn.test"), "ZOE");
    EXPECT_EQ(found("zelda@irc.msn.test"), "zelda");
    EXPECT_EQ(directory_.person_handle(zoe.user()), "zelda@irc.msn.test");
    EXPECT_FALSE(other->rename("yan"));
    EXPECT_FALSE(zoe->rename("zoe"));
    EXPECT_EQ(evicted_, (std::vector<std::string>{"zelda", "yan"}));
    EXPECT_EQ(found("zoe@irc.msn.test"), "nobody");
    EXPECT_EQ(found("zelda@irc.msn.test"), "zoe") << "what she had until now";
    EXPECT_EQ(found("yan@irc.msn.test"), "yan");
}

TEST_F(DirectoryTest, WhoSwapTheirNicksAreNotTakenForEachOther) {
    Visitor zoe(service_, "zoe");
    Visitor yan(service_, "yan");
    EXPECT_FALSE(zoe->rename("x"));
    EXPECT_FALSE(yan->rename("zoe"));
    EXPECT_FALSE(zoe->rename("yan"));
    EXPECT_NE(found("zoe@irc.msn.test"), "yan") << "never what is another's nick";
    EXPECT_NE(found("yan@irc.msn.test"), "zoe");
    EXPECT_NE(directory_.person_handle(zoe.user()), directory_.person_handle(yan.user()));
    EXPECT_EQ(directory_.find_person(directory_.person_handle(zoe.user())), &zoe.user());
    EXPECT_EQ(directory_.find_person(directory_.person_handle(yan.user())), &yan.user());
}

TEST_F(DirectoryTest, ANickInOtherCaseIsTheSameHandle) {
    Visitor zoe(service_, "zoe");
    EXPECT_FALSE(zoe->rename("ZOE"));
    EXPECT_EQ(directory_.person_handle(zoe.user()), "zoe@irc.msn.test");
    EXPECT_EQ(found("zoe@irc.msn.test"), "ZOE");
}

// accounts

class DirectoryAccountTest : public DirectoryTest {
  protected:
    /// Somebody logged in to an account.
    struct Holder : Visitor {
        Holder(chat::ChatService& service, std::string_view nick, std::string account)
            : Visitor(service, nick, {"", "", "", std::move(account)}) {}
    };
};

TEST_F(DirectoryAccountTest, AnAccountsHandleIsMadeOfItsNameWhateverTheNickIs) {
    Holder zoe(service_, "yan", "Zoe");
    EXPECT_EQ(directory_.person_handle(zoe.user()), "zoe@irc.msn.test");
    EXPECT_EQ(directory_.plain_handle(zoe.user()), "yan@irc.msn.test");
    EXPECT_EQ(found("zoe@irc.msn.test"), "yan");
    EXPECT_EQ(found("yan@irc.msn.test"), "nobody") << "one handle each";
    EXPECT_EQ(directory_.nick_of("zoe@irc.msn.test"), "yan");
    zoe.log_out("bye");
    EXPECT_EQ(found("zoe@irc.msn.test"), "nobody");
    EXPECT_TRUE(evicted_.empty());
}

TEST_F(DirectoryAccountTest, ItStaysThroughRenamesAndBack) {
    Holder zoe(service_, "zoe_", "zoe");
    for (const char* nick : {"yan", "zoe", "other", "zoe_"}) {
        ASSERT_FALSE(zoe->rename(nick));
        EXPECT_EQ(directory_.person_handle(zoe.user()), "zoe@irc.msn.test") << nick;
        EXPECT_EQ(found("zoe@irc.msn.test"), nick);
    }
    EXPECT_TRUE(evicted_.empty());
}

TEST_F(DirectoryAccountTest, TheSecondLoginOfAnAccountHasTheHandleOfItsNick) {
    Holder first(service_, "zoe", "zoe");
    Holder second(service_, "zoe_", "zoe");
    EXPECT_EQ(found("zoe@irc.msn.test"), "zoe");
    EXPECT_EQ(directory_.person_handle(second.user()), "zoe_@irc.msn.test");
    EXPECT_EQ(found("zoe_@irc.msn.test"), "zoe_");
    first.log_out("bye");
    EXPECT_EQ(directory_.person_handle(second.user()), "zoe_@irc.msn.test") << "a handle does not change by itself";
    EXPECT_EQ(found("zoe@irc.msn.test"), "nobody");
    EXPECT_TRUE(evicted_.empty());
}

TEST_F(DirectoryAccountTest, ALoginUnderTheAccountsOwnNickHasTheHandle) {
    Holder first(service_, "zoe_", "zoe");
    Holder second(service_, "zoe", "zoe");
    EXPECT_EQ(evicted_, (std::vector<std::string>{"zoe_"}));
    EXPECT_EQ(found("zoe@irc.msn.test"), "zoe");
    EXPECT_EQ(found("zoe_@irc.msn.test"), "zoe_");
}

TEST_F(DirectoryAccountTest, AGuestWhoHasTheHandleKeepsIt) {
    Visitor guest(service_, "zoe");
    Holder holder(service_, "zoe_", "zoe");
    EXPECT_EQ(found("zoe@irc.msn.test"), "zoe");
    EXPECT_EQ(directory_.person_handle(holder.user()), "zoe_@irc.msn.test");
    EXPECT_TRUE(evicted_.empty());
}

TEST_F(DirectoryAccountTest, WhoTakesANickThatIsASecondPersonsHandleDoesNotGetTheirs) {
    Holder zoe(service_, "yan", "zoe");
    Visitor guest(service_, "guest");
    ASSERT_FALSE(guest->rename("zoe"));
    EXPECT_EQ(evicted_, (std::vector<std::string>{"yan"})) << "whose nick is whose is decided elsewhere";
    EXPECT_NE(directory_.person_handle(zoe.user()), directory_.person_handle(guest.user()));
    EXPECT_EQ(directory_.find_person(directory_.person_handle(zoe.user())), &zoe.user());
    EXPECT_EQ(directory_.find_person(directory_.person_handle(guest.user())), &guest.user());
}

TEST_F(DirectoryTest, RoomsAreFoundByTheirHandle) {
    chat::Group& room = **service_.create_group("#Lobby");
    chat::Group& group = **service_.create_group("&ana");
    EXPECT_EQ(directory_.room_handle(room), "lobby@rooms.msn.test");
    EXPECT_EQ(directory_.room_handle(group), "&ana@rooms.msn.test");
    EXPECT_EQ(directory_.find_room("lobby@rooms.msn.test"), &room);
    EXPECT_EQ(directory_.find_room("&ana@rooms.msn.test"), &group);
    EXPECT_EQ(directory_.find_room("ana@rooms.msn.test"), nullptr);
    EXPECT_EQ(directory_.find_room("lobby@irc.msn.test"), nullptr);
    EXPECT_EQ(directory_.room_name("nothing@rooms.msn.test"), "#nothing");
}

}  // namespace
}  // namespace patchcord::msn

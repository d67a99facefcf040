#include <gtest/gtest.h>
#include <string>

#include "irc/server/server.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/memory_shelf.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

const std::string caps = "draft/metadata-2 standard-replies";

/// Pictures of people on other protocols, as clients are told of them.
class IrcAvatarsTest : public IrcTest {
  protected:
    IrcAvatarsTest() { server_.show_pictures(shelf_); }

    /// The picture is another, or none.
    void change(const std::string& link) {
        shelf_.links["bob"] = link;
        server_.picture_changed(bob_.user());
    }
    [[nodiscard]] bool wanted() { return server_.wants_picture(bob_.user()); }

    tests::MemoryShelf shelf_;
    tests::Visitor bob_{service_, "bob"};
};

TEST_F(IrcAvatarsTest, TheAvatarOfSomebodyElsewhereIsTheLinkToTheirPicture) {
    IrcClient ana = connect("ana", caps);
    EXPECT_EQ(ana.ask("METADATA bob GET avatar"), (Lines{":irc.test 766 ana bob avatar :Key not set"}));
    shelf_.links["bob"] = "http://a/1";
    EXPECT_EQ(ana.ask("METADATA bob GET avatar"), (Lines{":irc.test 761 ana bob avatar * :http://a/1"}));
    EXPECT_EQ(only("761", ana.ask("METADATA bob LIST")).back(), ":irc.test 761 ana bob avatar * :http://a/1");
    ana.send("METADATA * SUB avatar");
    ana.take();
    EXPECT_EQ(ana.ask("METADATA bob SYNC"), (Lines{":irc.test METADATA bob avatar * :http://a/1"}));
}

TEST_F(IrcAvatarsTest, NobodyElseSetsIt) {
    IrcClient mal = connect("mal", caps);
    shelf_.links["bob"] = "http://a/1";
    EXPECT_EQ(mal.ask("METADATA bob SET avatar :http://mal/"),
              (Lines{":irc.test FAIL METADATA KEY_NO_PERMISSION bob avatar :You may not change that"}));
    EXPECT_EQ(mal.ask("METADATA bob CLEAR").size(), 1U);
    EXPECT_EQ(mal.ask("METADATA bob GET avatar"), (Lines{":irc.test 761 mal bob avatar * :http://a/1"}));
}

TEST_F(IrcAvatarsTest, PeopleOnIrcHaveTheOneTheySet) {
    IrcClient ana = connect("ana", caps);
    shelf_.links["ana"] = "http://a/1";
    EXPECT_EQ(ana.ask("METADATA ana GET avatar"), (Lines{":irc.test 766 ana ana avatar :Key not set"}));
    EXPECT_EQ(ana.ask("METADATA * SET avatar :http://mine/").size(), 1U);
    EXPECT_EQ(ana.ask("METADATA ana GET avatar"), (Lines{":irc.test 761 ana ana avatar * :http://mine/"}));
}

TEST_F(IrcAvatarsTest, WhoAsksForItLetsItBeFetched) {
    IrcClient ana = connect("ana", caps);
    ana.ask("METADATA bob GET display-name");
    EXPECT_EQ(shelf_.take(), Lines{});
    ana.ask("METADATA bob GET display-name avatar");
    ana.ask("METADATA bob LIST");
    EXPECT_EQ(shelf_.take(), (Lines{"wants bob", "wants bob"}));
    ana.ask("METADATA bob SYNC");
    EXPECT_EQ(shelf_.take(), Lines{}) << "pictures were not subscribed to";
    ana.ask("METADATA * SUB avatar");
    ana.ask("METADATA bob SYNC");
    EXPECT_EQ(shelf_.take(), Lines{"wants bob"});
}

TEST_F(IrcAvatarsTest, WhoSubscribesOrJoinsLetsThoseOfARoomBeFetched) {
    IrcClient ana = join("ana", caps);
    chat::Group& room = *service_.lookup_group("#a").value();
    ASSERT_FALSE(bob_.user().join(room));
    EXPECT_FALSE(wanted());
    ana.ask("METADATA * SUB avatar");
    EXPECT_TRUE(wanted());
    EXPECT_EQ(std::ranges::count(shelf_.take(), "wants bob"), 1);
    ana.ask("PART #a");
    EXPECT_FALSE(wanted());
    ana.ask("JOIN #a");
    EXPECT_EQ(std::ranges::count(shelf_.take(), "wants bob"), 1);
    IrcClient carol = connect("carol", caps);
    carol.ask("JOIN #a");
    EXPECT_EQ(std::ranges::count(shelf_.take(), "wants bob"), 0) << "without a subscription";
}

TEST_F(IrcAvatarsTest, WhoSubscribedAndKnowsThemIsToldOfAnother) {
    IrcClient ana = connect("ana", caps);
    IrcClient carol = connect("carol", caps);
    IrcClient deaf = connect("deaf");
    for (IrcClient* client : {&ana, &carol, &deaf}) client->send("METADATA * SUB avatar");
    for (IrcClient* client : {&ana, &deaf}) client->send("MONITOR + bob");
    for (IrcClient* client : {&ana, &carol, &deaf}) client->take();
    EXPECT_TRUE(wanted());
    change("http://a/1");
    EXPECT_EQ(ana.take(), (Lines{":irc.test METADATA bob avatar * :http://a/1"}));
    change("");
    EXPECT_EQ(ana.take(), (Lines{":irc.test METADATA bob avatar *"}));
    EXPECT_EQ(carol.take(), Lines{}) << "does not know bob";
    EXPECT_EQ(deaf.take(), Lines{}) << "does not have the capability";
    ana.ask("METADATA * UNSUB avatar");
    EXPECT_FALSE(wanted());
    change("http://a/2");
    EXPECT_EQ(ana.take(), Lines{});
}

}  // namespace
}  // namespace patchcord::irc

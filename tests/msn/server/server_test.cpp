#include "msn/server/server.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>

#include "msn/server/switchboard.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using tests::Commands;
using tests::IrcPerson;
using tests::matching;
using tests::MsnClient;
using tests::MsnPerson;

class MsnServerTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnServerTest, SwitchboardsAreWhereTheClientCameInOrWhereTheOperatorSays) {
    EXPECT_EQ(server_.switchboard_address("192.0.2.9"), "192.0.2.9:1864");
    EXPECT_EQ(server_.switchboard_address("2001:db8::9"), "[2001:db8::9]:1864");
    change_options([](ServerOptions& options) {
        options.advertise = "msn.example.com";
        options.switchboard_port = 4000;
    });
    EXPECT_EQ(server_.switchboard_address("192.0.2.9"), "msn.example.com:4000");
    change_options([](ServerOptions& options) { options.advertise = "2001:db8::1"; });
    EXPECT_EQ(server_.switchboard_address("192.0.2.9"), "[2001:db8::1]:4000");
    change_options([](ServerOptions& options) { options.advertise = "[2001:db8::1]"; });
    EXPECT_EQ(server_.switchboard_address("192.0.2.9"), "[2001:db8::1]:4000");
}

TEST_F(MsnServerTest, EverySwitchboardHasAnIdThatOldClientsCanRead) {
    std::set<std::string> ids;
    for (int i = 0; i < 300; ++i) {
        const std::string id = server_.make_switchboard()->id();
        EXPECT_TRUE(ids.insert(id).second) << id;
        EXPECT_GE(id.size(), 8U);
        EXPECT_EQ(id.find_first_not_of("0123456789"), std::string::npos);
        EXPECT_LE(std::stoull(id), 2'147'483'647U);
        EXPECT_EQ(server_.find_switchboard(id)->id(), id);
    }
    EXPECT_EQ(server_.find_switchboard(""), nullptr);
}

TEST_F(MsnServerTest, OptionsMayChangeWhileItRuns) {
    MsnPerson ana = online("ana");
    change_options([](ServerOptions& options) { options.token_lifetime = std::chrono::seconds(1); });
    const std::string key = new_key(ana);
    advance(std::chrono::seconds(1));
    MsnClient window = open_switchboard();
    EXPECT_EQ(window.ask("USR 1 ana@example.com " + key), (Commands{"911 1"}));
}

TEST_F(MsnServerTest, EveryLimitHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Limit::count_); ++i) {
        const auto limit = static_cast<Limit>(i);
        EXPECT_FALSE(limit_name(limit).empty());
        EXPECT_TRUE(names.insert(limit_name(limit)).second);
        server_.metrics().limit_hits(limit).add();
        const std::string label = "limit=\"" + std::string(limit_name(limit)) + "\"";
        EXPECT_EQ(metrics_.value("patchcord_msn_limit_hits_total", label), 1);
    }
}

TEST_F(MsnServerTest, RoomsAreSeenByThoseWhoMay) {
    chat::Group& room = make_room();
    put_on_lists("ana@example.com", "a@rooms.msn.test", list_forward);
    MsnClient ana = sign_in("ana@example.com", 8);
    EXPECT_EQ(matching("ILN", ana.ask("CHG 6 NLN 0")), (Commands{"ILN 6 NLN a@rooms.msn.test %23a 268435488"}));
    (void)room.change({chat::Setting::secret, true, {}, nullptr}, "test", {});
    EXPECT_EQ(server_.presence_of("a@rooms.msn.test", *server_.find_principal("ana@example.com")), std::nullopt);
    EXPECT_FALSE(server_.find_principal("ana@example.com")->user()->join(room));
    EXPECT_TRUE(server_.presence_of("a@rooms.msn.test", *server_.find_principal("ana@example.com")));
}

TEST_F(MsnServerTest, AHandleOfSomebodyGoneIsNotTheNextOnes) {
    for (int i = 0; i < 50; ++i) {
        const std::string nick = "zoe" + std::to_string(i);
        IrcPerson zoe(service_, nick);
        EXPECT_EQ(server_.handle_of(zoe.user()), irc_handle(nick));
        zoe.log_out("bye");
        advance(std::chrono::milliseconds(0));
    }
}

TEST_F(MsnServerTest, NothingIsRememberedOfThoseWhoAreGone) {
    change_options([](ServerOptions& options) { options.calls = {0, 0}; });
    MsnPerson ana = online("ana");
    for (int i = 0; i < 20; ++i) {
        IrcPerson zoe(service_, "zoe");
        MsnClient window = call(ana, irc_handle("zoe"));
        EXPECT_FALSE(zoe->rename("zelda"));
    }
    EXPECT_EQ(open_switchboards(), 0);
    EXPECT_EQ(server_.author(irc_handle("zoe")), nullptr);
    EXPECT_EQ(server_.directory().find_person(irc_handle("zoe")), nullptr);
}

}  // namespace
}  // namespace patchcord::msn

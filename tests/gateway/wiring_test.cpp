#include "gateway/wiring.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/version.hpp"

namespace patchcord::gateway {
namespace {

/// A configuration with every value unlike its default and unlike every other.
Config unusual() {
    Config config;
    config.gateway.name = "irc.example.org";
    config.chat = {
        false, false, true, 51, 101, 601, 52, Milliseconds(3'001), Config::ShowJoins::speakers, Milliseconds(60'004)};
    Config::Irc& irc = config.irc;
    irc.network = "Example";
    irc.description = "A house";
    irc.motd = {"one", "two"};
    irc.password_hash = "server hash";
    irc.casemapping = irc::Casemapping::rfc1459;
    irc.formatting = irc::Formatting::hex;
    irc.typing = irc::TypingForm::ctcp;
    config.files.dcc = Config::Dcc::passive;
    irc.nick_length = 31;
    irc.channel_length = 65;
    irc.topic_length = 181;
    irc.realname_length = 151;
    irc.max_targets = 5;
    irc.max_monitor = 102;
    irc.metadata_keys = 21;
    irc.metadata_subs = 51;
    irc.metadata_value_bytes = 200;
    irc.whowas_entries = 1001;
    irc.max_clients = 4097;
    irc.max_clients_per_address = 17;
    irc.max_connects_per_address = 33;
    irc.connect_window = Milliseconds(600'001);
    irc.unlimited_addresses = {"192.0.2.1", "2001:db8::1"};
    irc.registration_timeout = Milliseconds(60'001);
    irc.registration_lines = 1025;
    irc.ping_interval = Milliseconds(90'001);
    irc.ping_timeout = Milliseconds(60'002);
    irc.readq = 10 * 1024 + 1;
    irc.sendq = 512 * 1024 + 1;
    irc.flood_burst = 21;
    irc.flood_rate = 2.5;
    irc.flood_timeout = Milliseconds(60'003);
    irc.multiline_bytes = 4097;
    irc.multiline_lines = 101;
    irc.multiline_cost = 0.25;
    irc.redact_time = Milliseconds(3'600'001);
    irc.operators = {{"ana", "her hash"}, {"bo", "his hash"}};
    return config;
}

TEST(WiringTest, IrcServerIsToldItsNames) {
    const irc::ServerOptions options = irc_options(unusual());
    EXPECT_EQ(options.name, "irc.example.org");
    EXPECT_EQ(options.network, "Example");
    EXPECT_EQ(options.description, "A house");
    EXPECT_EQ(options.version, std::string("patchcord-") + version);
    EXPECT_EQ(options.motd, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(options.password_hash, "server hash");
    EXPECT_EQ(options.casemapping, irc::Casemapping::rfc1459);
    EXPECT_EQ(options.formatting, irc::Formatting::hex);
    EXPECT_EQ(options.typing, irc::TypingForm::ctcp);
    EXPECT_EQ(options.dcc, irc::DccForm::passive);
    ASSERT_EQ(options.operators.size(), 2U);
    EXPECT_EQ(options.operators[1].name, "bo");
    EXPECT_EQ(options.operators[1].password_hash, "his hash");
}

TEST(WiringTest, IrcServerIsToldWhetherAccountsMayBeOpened) {
    Config config;
    EXPECT_FALSE(irc_options(config).account_registration);
    config.chat.account_registration = true;
    EXPECT_TRUE(irc_options(config).account_registration);
}

TEST(WiringTest, IrcServerIsToldItsLimits) {
    const irc::ServerOptions options = irc_options(unusual());
    EXPECT_EQ(options.nick_length, 31U);
    EXPECT_EQ(options.channel_length, 65U);
    EXPECT_EQ(options.topic_length, 181U);
    EXPECT_EQ(options.realname_length, 151U);
    EXPECT_EQ(options.max_targets, 5U);
    EXPECT_EQ(options.max_channels, 51U);
    EXPECT_EQ(options.max_list_entries, 101U);
    EXPECT_EQ(options.max_contact_requests, 52U);
    EXPECT_EQ(options.flap_interval, Milliseconds(60'004));
    EXPECT_EQ(options.max_monitor, 102U);
    EXPECT_EQ(options.max_metadata_keys, 21U);
    EXPECT_EQ(options.max_metadata_subs, 51U);
    EXPECT_EQ(options.metadata_value_bytes, 200U);
    EXPECT_EQ(options.whowas_entries, 1001U);
    EXPECT_EQ(options.registration_lines, 1025U);
    EXPECT_EQ(options.readq, 10U * 1024 + 1);
    EXPECT_EQ(options.sendq, 512U * 1024 + 1);
    EXPECT_EQ(options.registration_timeout, Milliseconds(60'001));
    EXPECT_EQ(options.ping_interval, Milliseconds(90'001));
    EXPECT_EQ(options.ping_timeout, Milliseconds(60'002));
    EXPECT_EQ(options.flood_timeout, Milliseconds(60'003));
    EXPECT_EQ(options.flood.burst, 21.0);
    EXPECT_EQ(options.flood.per_second, 2.5);
    EXPECT_EQ(options.multiline_bytes, 4097U);
    EXPECT_EQ(options.multiline_lines, 101U);
    EXPECT_EQ(options.multiline_cost, 0.25);
    EXPECT_EQ(options.redact_time, Milliseconds(3'600'001));
}

TEST(WiringTest, MsnServerIsToldHowNamesAndPresenceAreShown) {
    Config config;
    config.msn.follow_friendly_name = true;
    config.msn.presence_interval = Milliseconds(1'001);
    const msn::ServerOptions options = msn_options(config);
    EXPECT_TRUE(options.follow_friendly_name);
    EXPECT_EQ(options.presence_interval, Milliseconds(1'001));
    EXPECT_FALSE(msn_options(Config{}).follow_friendly_name);
    EXPECT_EQ(msn_options(Config{}).presence_interval, msn::ServerOptions{}.presence_interval);
}

TEST(WiringTest, ServiceIsToldItsOptions) {
    const chat::ServiceOptions options = service_options(unusual());
    EXPECT_FALSE(options.create_group_on_request);
    EXPECT_FALSE(options.create_user_on_request);
    EXPECT_EQ(options.max_groups_per_user, 51U);
    EXPECT_EQ(options.max_list_entries, 101U);
    EXPECT_EQ(options.max_contacts, 601U);
    EXPECT_EQ(options.typing.interval, Milliseconds(3'001));
    EXPECT_TRUE(options.entrances.speakers_only);
    EXPECT_EQ(options.entrances.flap_interval, Milliseconds(60'004));
    EXPECT_EQ(options.names.fold, &irc::fold_table(irc::Casemapping::rfc1459));
}

TEST(WiringTest, LimiterIsToldItsLimits) {
    const ConnectionLimits limits = connection_limits(unusual().irc);
    EXPECT_EQ(limits.in_all, 4097U);
    EXPECT_EQ(limits.per_address, 17U);
    EXPECT_EQ(limits.connects_per_address, 33U);
    EXPECT_EQ(limits.window, Milliseconds(600'001));
    EXPECT_EQ(limits.unlimited, (std::vector<asio::ip::address>{asio::ip::make_address("192.0.2.1"),
                                                                asio::ip::make_address("2001:db8::1")}));
}

TEST(WiringTest, TextIsNoLongerThanALineWithTheLongestNamesHolds) {
    Config config;
    config.irc.topic_length = 390;
    const irc::ServerOptions options = irc_options(config);
    const std::string nick(options.nick_length, 'n');
    const std::string head = ":" + nick + "!" + std::string(options.user_length, 'u') + "@" + std::string(63, 'h') +
                             " KICK #" + std::string(options.channel_length - 1, 'c') + " " + nick + " :";
    EXPECT_EQ(head.size() + options.topic_length, 510U);
}

TEST(WiringTest, DefaultsOfTheConfigurationAreThoseOfTheParts) {
    const irc::ServerOptions configured = irc_options(Config{});
    const irc::ServerOptions built_in;
    EXPECT_EQ(configured.nick_length, built_in.nick_length);
    EXPECT_EQ(configured.channel_length, built_in.channel_length);
    EXPECT_EQ(configured.realname_length, built_in.realname_length);
    EXPECT_EQ(configured.max_targets, built_in.max_targets);
    EXPECT_EQ(configured.max_monitor, built_in.max_monitor);
    EXPECT_EQ(configured.readq, built_in.readq);
    EXPECT_EQ(configured.multiline_bytes, built_in.multiline_bytes);
    EXPECT_EQ(configured.multiline_lines, built_in.multiline_lines);
    EXPECT_EQ(configured.multiline_cost, built_in.multiline_cost);
    EXPECT_EQ(configured.redact_time, built_in.redact_time);
    EXPECT_EQ(configured.sendq, built_in.sendq);
    EXPECT_EQ(configured.ping_interval, built_in.ping_interval);
    EXPECT_EQ(configured.flood.burst, built_in.flood.burst);
    EXPECT_EQ(configured.flood.per_second, built_in.flood.per_second);
}

TEST(WiringTest, UserNamesAreNicksThatNobodyElseOwns) {
    const chat::NameRules rules = service_options(unusual()).names;
    EXPECT_TRUE(rules.is_user_name("ana"));
    EXPECT_TRUE(rules.is_user_name(std::string(31, 'a')));
    for (const std::string& name : {std::string(32, 'a'), std::string(), std::string("#a"), std::string("0day"),
                                    std::string("a b"), std::string("NickServ"), std::string("irc.example.org")}) {
        EXPECT_FALSE(rules.is_user_name(name)) << name;
    }
}

TEST(WiringTest, ServersNameIsNobodysNickHoweverItIsWritten) {
    Config config;
    config.gateway.name = "localhost";
    const chat::NameRules rules = service_options(config).names;
    EXPECT_FALSE(rules.is_user_name("localhost"));
    EXPECT_FALSE(rules.is_user_name("LocalHost"));
}

TEST(WiringTest, GroupNamesAreChannels) {
    const chat::NameRules rules = service_options(unusual()).names;
    EXPECT_TRUE(rules.is_group_name("#a"));
    EXPECT_TRUE(rules.is_group_name("#" + std::string(64, 'a')));
    for (const std::string& name : {"#" + std::string(65, 'a'), std::string(), std::string("#"), std::string("ana"),
                                    std::string("#a b"), std::string("&contacts"), std::string("&Contacts")}) {
        EXPECT_FALSE(rules.is_group_name(name)) << name;
    }
}

TEST(WiringTest, LinksToFilesBeginWherePeopleReachUs) {
    Config config;
    config.gateway.name = "irc.example.org";
    config.http.listen = {"192.0.2.1:0"};
    EXPECT_EQ(http_address(config, 8080, 0), "http://192.0.2.1:8080") << "the port that was found free";
    EXPECT_EQ(http_address(config, 80, 443), "http://192.0.2.1");
    config.http.listen = {"0.0.0.0:8080"};
    EXPECT_EQ(http_address(config, 8080, 0), "http://irc.example.org:8080") << "nobody can go to everywhere";
    config.http.listen = {"[::1]:8080"};
    EXPECT_EQ(http_address(config, 8080, 0), "http://[::1]:8080");
    config.http.listen.clear();
    EXPECT_EQ(http_address(config, 0, 0), "") << "nowhere";
    config.http.tls.listen = {"[::]:443"};
    EXPECT_EQ(http_address(config, 0, 443), "https://irc.example.org");
    config.http.base_url = "https://files.example.org/";
    EXPECT_EQ(http_address(config, 8080, 0), "https://files.example.org");
}

TEST(WiringTest, WhatIsKeptIsLimitedByTheConfiguration) {
    Config::Files files;
    files.quota = 11;
    files.total_quota = 12;
    files.max_files = 13;
    files.link_time = Milliseconds(14);
    const SpoolOptions options = spool_options(files);
    EXPECT_EQ(options.quota, 11U);
    EXPECT_EQ(options.total_quota, 12U);
    EXPECT_EQ(options.max_files, 13U);
    EXPECT_EQ(options.link_time, Milliseconds(14));
}

}  // namespace
}  // namespace patchcord::gateway

#include <gtest/gtest.h>
#include <string>

#include "gateway/config/config_load.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

void expect_same(const Config::Chat& read, const Config::Chat& built_in) {
    EXPECT_EQ(read.create_group_on_request, built_in.create_group_on_request);
    EXPECT_EQ(read.create_user_on_request, built_in.create_user_on_request);
    EXPECT_EQ(read.allow_open, built_in.allow_open);
    EXPECT_EQ(read.max_channels, built_in.max_channels);
    EXPECT_EQ(read.max_list_entries, built_in.max_list_entries);
    EXPECT_EQ(read.max_contacts, built_in.max_contacts);
    EXPECT_EQ(read.max_contact_requests, built_in.max_contact_requests);
    EXPECT_EQ(read.typing_interval, built_in.typing_interval);
    EXPECT_EQ(read.show_joins, built_in.show_joins);
    EXPECT_EQ(read.flap_interval, built_in.flap_interval);
    EXPECT_EQ(read.account_burst, built_in.account_burst);
    EXPECT_EQ(read.account_rate, built_in.account_rate);
    EXPECT_EQ(read.account_registration, built_in.account_registration);
}

void expect_same_names(const Config::Irc& read, const Config::Irc& built_in) {
    EXPECT_EQ(read.listen, built_in.listen);
    EXPECT_EQ(read.network, built_in.network);
    EXPECT_EQ(read.description, built_in.description);
    EXPECT_EQ(read.motd, built_in.motd);
    EXPECT_EQ(read.password_hash, built_in.password_hash);
    EXPECT_EQ(read.casemapping, built_in.casemapping);
    EXPECT_EQ(read.formatting, built_in.formatting);
    EXPECT_EQ(read.typing, built_in.typing);
    EXPECT_EQ(read.nick_length, built_in.nick_length);
    EXPECT_EQ(read.channel_length, built_in.channel_length);
    EXPECT_EQ(read.topic_length, built_in.topic_length);
    EXPECT_EQ(read.realname_length, built_in.realname_length);
    EXPECT_EQ(read.operators.size(), built_in.operators.size());
    EXPECT_EQ(read.proxy_listen, built_in.proxy_listen);
    EXPECT_EQ(read.proxy_from, built_in.proxy_from);
    EXPECT_EQ(read.web_gateways.size(), built_in.web_gateways.size());
    EXPECT_EQ(read.sts.mode, built_in.sts.mode);
    EXPECT_EQ(read.sts.duration, built_in.sts.duration);
    EXPECT_EQ(read.sts.port, built_in.sts.port);
    EXPECT_EQ(read.sts.preload, built_in.sts.preload);
    EXPECT_EQ(read.websocket.listen, built_in.websocket.listen);
    EXPECT_EQ(read.websocket.tls_listen, built_in.websocket.tls_listen);
    EXPECT_EQ(read.websocket.origins, built_in.websocket.origins);
    EXPECT_EQ(read.websocket.allow_missing_origin, built_in.websocket.allow_missing_origin);
    EXPECT_EQ(read.websocket.max_empty_frames, built_in.websocket.max_empty_frames);
}

void expect_same_limits(const Config::Irc& read, const Config::Irc& built_in) {
    EXPECT_EQ(read.max_targets, built_in.max_targets);
    EXPECT_EQ(read.max_monitor, built_in.max_monitor);
    EXPECT_EQ(read.metadata_keys, built_in.metadata_keys);
    EXPECT_EQ(read.metadata_subs, built_in.metadata_subs);
    EXPECT_EQ(read.metadata_value_bytes, built_in.metadata_value_bytes);
    EXPECT_EQ(read.whowas_entries, built_in.whowas_entries);
    EXPECT_EQ(read.max_clients, built_in.max_clients);
    EXPECT_EQ(read.max_clients_per_address, built_in.max_clients_per_address);
    EXPECT_EQ(read.max_connects_per_address, built_in.max_connects_per_address);
    EXPECT_EQ(read.connect_window, built_in.connect_window);
    EXPECT_EQ(read.unlimited_addresses, built_in.unlimited_addresses);
    EXPECT_EQ(read.registration_timeout, built_in.registration_timeout);
    EXPECT_EQ(read.registration_lines, built_in.registration_lines);
    EXPECT_EQ(read.ping_interval, built_in.ping_interval);
    EXPECT_EQ(read.ping_timeout, built_in.ping_timeout);
    EXPECT_EQ(read.readq, built_in.readq);
    EXPECT_EQ(read.sendq, built_in.sendq);
    EXPECT_EQ(read.flood_burst, built_in.flood_burst);
    EXPECT_EQ(read.flood_rate, built_in.flood_rate);
    EXPECT_EQ(read.flood_timeout, built_in.flood_timeout);
    EXPECT_EQ(read.multiline_bytes, built_in.multiline_bytes);
    EXPECT_EQ(read.multiline_lines, built_in.multiline_lines);
    EXPECT_EQ(read.multiline_cost, built_in.multiline_cost);
    EXPECT_EQ(read.redact_time, built_in.redact_time);
}

void expect_same(const Config::Tls& read, const Config::Tls& built_in) {
    EXPECT_EQ(read.listen, built_in.listen);
    EXPECT_EQ(read.certificate, built_in.certificate);
    EXPECT_EQ(read.private_key, built_in.private_key);
    EXPECT_EQ(read.handshake_timeout, built_in.handshake_timeout);
}

void expect_same(const Config::Msn& read, const Config::Msn& built_in) {
    EXPECT_EQ(read.listen, built_in.listen);
    EXPECT_EQ(read.switchboard_listen, built_in.switchboard_listen);
    EXPECT_EQ(read.advertise, built_in.advertise);
    EXPECT_EQ(read.lowest_version, built_in.lowest_version);
    EXPECT_EQ(read.highest_version, built_in.highest_version);
    EXPECT_EQ(read.rooms_on_contact_list, built_in.rooms_on_contact_list);
    EXPECT_EQ(read.auto_join, built_in.auto_join);
    EXPECT_EQ(read.follow_friendly_name, built_in.follow_friendly_name);
    EXPECT_EQ(read.challenge, built_in.challenge);
    EXPECT_EQ(read.avatars, built_in.avatars);
    EXPECT_EQ(read.max_avatars, built_in.max_avatars);
    EXPECT_EQ(read.max_avatar_size, built_in.max_avatar_size);
    EXPECT_EQ(read.max_avatar_fetches, built_in.max_avatar_fetches);
    EXPECT_EQ(read.avatar_time, built_in.avatar_time);
    EXPECT_EQ(read.max_contacts, built_in.max_contacts);
    EXPECT_EQ(read.max_groups, built_in.max_groups);
    EXPECT_EQ(read.max_switchboards, built_in.max_switchboards);
    EXPECT_EQ(read.max_participants, built_in.max_participants);
    EXPECT_EQ(read.max_queued_messages, built_in.max_queued_messages);
    EXPECT_EQ(read.max_clients, built_in.max_clients);
    EXPECT_EQ(read.max_clients_per_address, built_in.max_clients_per_address);
    EXPECT_EQ(read.max_connects_per_address, built_in.max_connects_per_address);
    EXPECT_EQ(read.connect_window, built_in.connect_window);
    EXPECT_EQ(read.unlimited_addresses, built_in.unlimited_addresses);
    EXPECT_EQ(read.login_timeout, built_in.login_timeout);
    EXPECT_EQ(read.login_bytes, built_in.login_bytes);
    EXPECT_EQ(read.silence_timeout, built_in.silence_timeout);
    EXPECT_EQ(read.max_rings, built_in.max_rings);
    EXPECT_EQ(read.ring_timeout, built_in.ring_timeout);
    EXPECT_EQ(read.alone_timeout, built_in.alone_timeout);
    EXPECT_EQ(read.key_lifetime, built_in.key_lifetime);
    EXPECT_EQ(read.idle_after, built_in.idle_after);
    EXPECT_EQ(read.max_message_lines, built_in.max_message_lines);
    EXPECT_EQ(read.typing_interval, built_in.typing_interval);
    EXPECT_EQ(read.presence_interval, built_in.presence_interval);
    EXPECT_EQ(read.readq, built_in.readq);
    EXPECT_EQ(read.sendq, built_in.sendq);
    EXPECT_EQ(read.flood_burst, built_in.flood_burst);
    EXPECT_EQ(read.flood_rate, built_in.flood_rate);
    EXPECT_EQ(read.call_burst, built_in.call_burst);
    EXPECT_EQ(read.call_rate, built_in.call_rate);
}

void expect_same(const Config::Http& read, const Config::Http& built_in) {
    EXPECT_EQ(read.listen, built_in.listen);
    EXPECT_EQ(read.base_url, built_in.base_url);
    EXPECT_EQ(read.max_clients, built_in.max_clients);
    EXPECT_EQ(read.max_clients_per_address, built_in.max_clients_per_address);
    EXPECT_EQ(read.max_connects_per_address, built_in.max_connects_per_address);
    EXPECT_EQ(read.connect_window, built_in.connect_window);
    EXPECT_EQ(read.unlimited_addresses, built_in.unlimited_addresses);
    EXPECT_EQ(read.login_burst, built_in.login_burst);
    EXPECT_EQ(read.login_rate, built_in.login_rate);
    EXPECT_EQ(read.ticket_lifetime, built_in.ticket_lifetime);
    expect_same(read.tls, built_in.tls);
}

void expect_same(const Config::Files& read, const Config::Files& built_in) {
    EXPECT_EQ(read.ports, built_in.ports);
    EXPECT_EQ(read.address, built_in.address);
    EXPECT_EQ(read.dcc, built_in.dcc);
    EXPECT_EQ(read.connect_to, built_in.connect_to);
    EXPECT_EQ(read.max_size, built_in.max_size);
    EXPECT_EQ(read.offer_time, built_in.offer_time);
    EXPECT_EQ(read.stall_time, built_in.stall_time);
    EXPECT_EQ(read.max_offers, built_in.max_offers);
    EXPECT_EQ(read.offer_burst, built_in.offer_burst);
    EXPECT_EQ(read.offer_rate, built_in.offer_rate);
    EXPECT_EQ(read.max_transfers, built_in.max_transfers);
    EXPECT_EQ(read.max_transfers_per_user, built_in.max_transfers_per_user);
    EXPECT_EQ(read.rate, built_in.rate);
    EXPECT_EQ(read.links, built_in.links);
    EXPECT_EQ(read.link_time, built_in.link_time);
    EXPECT_EQ(read.quota, built_in.quota);
    EXPECT_EQ(read.total_quota, built_in.total_quota);
    EXPECT_EQ(read.max_files, built_in.max_files);
}

void expect_same(const Config& read, const Config& built_in) {
    EXPECT_EQ(read.gateway.name, built_in.gateway.name);
    EXPECT_EQ(read.gateway.data_dir, built_in.gateway.data_dir);
    EXPECT_EQ(read.gateway.user, built_in.gateway.user);
    EXPECT_EQ(read.gateway.seccomp, built_in.gateway.seccomp);
    EXPECT_EQ(read.gateway.max_memory, built_in.gateway.max_memory);
    EXPECT_EQ(read.log.level, built_in.log.level);
    EXPECT_EQ(read.log.format, built_in.log.format);
    EXPECT_EQ(read.log.budget.burst, built_in.log.budget.burst);
    EXPECT_EQ(read.log.budget.interval, built_in.log.budget.interval);
    expect_same(read.chat, built_in.chat);
    expect_same_names(read.irc, built_in.irc);
    expect_same_limits(read.irc, built_in.irc);
    expect_same(read.irc.tls, built_in.irc.tls);
    expect_same(read.msn, built_in.msn);
    expect_same(read.http, built_in.http);
    expect_same(read.files, built_in.files);
    EXPECT_EQ(read.control, built_in.control);
    EXPECT_EQ(read.msn_services, built_in.msn_services);
    EXPECT_EQ(read.links, built_in.links);
    ASSERT_EQ(read.rooms.size(), built_in.rooms.size());
    for (std::size_t i = 0; i < read.rooms.size(); ++i) {
        EXPECT_EQ(read.rooms[i].name, built_in.rooms[i].name);
        EXPECT_EQ(read.rooms[i].topic, built_in.rooms[i].topic);
    }
}

TEST(ConfigDefaultsTest, ExampleIsTheBuiltInDefaults) {
    const LoadedConfig loaded = parse_config(default_config_text(), "gateway.toml.example");
    EXPECT_EQ(loaded.errors, std::vector<std::string>());
    expect_same(loaded.config, Config{});
}

TEST(ConfigDefaultsTest, PrintedDefaultsAreTheExampleFileByteForByte) {
    EXPECT_EQ(std::string(default_config_text()), tests::read_all(PATCHCORD_SOURCE_DIR "/gateway.toml.example"));
}

TEST(ConfigDefaultsTest, EmptyFileIsTheBuiltInDefaults) {
    for (const char* text : {"", "\n", "# nothing\n", "[gateway]\n[log]\n[chat]\n[irc]\n[irc.tls]\n"}) {
        const LoadedConfig loaded = parse_config(text, "f.toml");
        EXPECT_EQ(loaded.errors, std::vector<std::string>());
        expect_same(loaded.config, Config{});
    }
}

TEST(ConfigDefaultsTest, OperatorOfTheExampleNeedsOnlyAHash) {
    std::string text(default_config_text());
    for (const std::string line : {"# [[irc.operator]]", "# name = ", "# password_hash = "}) {
        const std::size_t at = text.find(line);
        ASSERT_NE(at, std::string::npos) << line;
        text.erase(at, 2);
    }
    EXPECT_EQ(parse_config(text, "f.toml").errors.size(), 1U) << "the hash of the example is nobody's";
    const std::string placeholder = "$argon2id$...";
    text.replace(text.find(placeholder), placeholder.size(),
                 "$argon2id$v=19$m=65536,t=2,p=1$c29tZXRoaW5nIHNhbHR5$6Ge2cY1nGGw8bKJqXQ1b6rH1b9bq5A6Cw0m3w6qj0nI");
    const LoadedConfig loaded = parse_config(text, "f.toml");
    EXPECT_EQ(loaded.errors, std::vector<std::string>());
    ASSERT_EQ(loaded.config.irc.operators.size(), 1U);
    EXPECT_EQ(loaded.config.irc.operators.front().name, "ana");
}

}  // namespace
}  // namespace patchcord::gateway

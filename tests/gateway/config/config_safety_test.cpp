#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "gateway/config/config_load.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

using Errors = std::vector<std::string>;

const std::string outside = "[irc]\nlisten = [\"127.0.0.1:6667\", \"0.0.0.0:6667\"]\n";
const std::string hash =
    "password_hash = "
    "\"$argon2id$v=19$m=65536,t=2,p=1$c29tZXRoaW5nIHNhbHR5$6Ge2cY1nGGw8bKJqXQ1b6rH1b9bq5A6Cw0m3w6qj0nI\"\n";

Errors errors_of(const std::string& text) {
    return parse_config(text, "f.toml").errors;
}

bool refused_as_open(const std::string& text) {
    const Errors errors = errors_of(text);
    return errors.size() == 1 && errors.front().find("chat.create_user_on_request: ") != std::string::npos;
}

TEST(ConfigOpennessTest, GuestsFromOutsideMustBeMeant) {
    EXPECT_TRUE(refused_as_open(outside));
    EXPECT_TRUE(refused_as_open("[chat]\nallow_open = false\ncreate_user_on_request = true\n" + outside));
    EXPECT_EQ(errors_of("[chat]\nallow_open = true\n" + outside), Errors());
    EXPECT_EQ(errors_of("[chat]\ncreate_user_on_request = false\n" + outside), Errors());
    EXPECT_EQ(errors_of(outside + hash), Errors());
}

TEST(ConfigOpennessTest, EveryAddressThatIsNotLoopbackIsOutside) {
    for (const char* address : {"0.0.0.0:1", "192.0.2.1:1", "10.0.0.1:1", "[::]:1", "[2001:db8::1]:1", "[fe80::1]:1",
                                "[::ffff:192.0.2.1]:1", "169.254.1.1:1"}) {
        EXPECT_TRUE(refused_as_open("[irc]\nlisten = [\"" + std::string(address) + "\"]\n")) << address;
    }
    for (const char* address : {"127.0.0.1:1", "127.5.6.7:1", "[::1]:1"}) {
        EXPECT_EQ(errors_of("[irc]\nlisten = [\"" + std::string(address) + "\"]\n"), Errors()) << address;
    }
}

TEST(ConfigOpennessTest, TlsListenerCountsToo) {
    EXPECT_TRUE(
        refused_as_open("[irc.tls]\nlisten = [\"0.0.0.0:6697\"]\ncertificate = \"c.pem\"\nprivate_key = \"k.pem\"\n"));
}

TEST(ConfigOpennessTest, WhoeverComesByAProxyOrAWebGatewayIsOutside) {
    EXPECT_TRUE(refused_as_open("[irc]\nproxy_listen = [\"127.0.0.1:6667\"]\nproxy_from = [\"127.0.0.1\"]\n"));
    EXPECT_TRUE(refused_as_open("[[irc.gateway]]\naddress = [\"127.0.0.1\"]\n" + hash));
}

TEST(ConfigOpennessTest, OperatorsHashIsNoServerPassword) {
    EXPECT_TRUE(refused_as_open(outside + "[[irc.operator]]\nname = \"ana\"\n" + hash));
}

TEST(ConfigOpennessTest, ErrorNamesALineAndEveryWayOut) {
    const Errors errors = errors_of("\n[chat]\n" + outside);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_TRUE(errors.front().starts_with("f.toml:2: ")) << errors.front();
    for (const char* way : {"set it to false", "irc.password_hash", "chat.allow_open = true"}) {
        EXPECT_NE(errors.front().find(way), std::string::npos) << way;
    }
}

class ConfigPrivateKeyTest : public ::testing::Test {
  protected:
    Errors errors_with_mode(mode_t mode) {
        const std::string key = directory_.write("key.pem", "secret");
        EXPECT_EQ(::chmod(key.c_str(), mode), 0);
        return errors_of(tls_ + "private_key = \"" + key + "\"\n");
    }

    tests::TemporaryDirectory directory_;
    std::string tls_ = "[irc.tls]\nlisten = [\"127.0.0.1:6697\"]\ncertificate = \"c.pem\"\n";
};

TEST_F(ConfigPrivateKeyTest, KeyOfOnesOwnIsFine) {
    EXPECT_EQ(errors_with_mode(0600), Errors());
    EXPECT_EQ(errors_with_mode(0400), Errors());
}

TEST_F(ConfigPrivateKeyTest, KeyThatOthersMayReadIsRefused) {
    for (const mode_t mode : {0644U, 0640U, 0604U, 0660U, 0666U, 0777U}) {
        const Errors errors = errors_with_mode(mode);
        ASSERT_EQ(errors.size(), 1U) << std::oct << mode;
        EXPECT_TRUE(errors.front().starts_with("f.toml:4: irc.tls.private_key: ")) << errors.front();
        EXPECT_NE(errors.front().find("chmod 600"), std::string::npos);
    }
}

TEST_F(ConfigPrivateKeyTest, LinkToAKeyThatOthersMayReadIsRefused) {
    const std::string key = directory_.write("key.pem", "secret");
    EXPECT_EQ(::chmod(key.c_str(), 0644), 0);
    std::filesystem::create_symlink(key, directory_.file("link.pem"));
    EXPECT_EQ(errors_of(tls_ + "private_key = \"" + directory_.file("link.pem") + "\"\n").size(), 1U);
}

TEST_F(ConfigPrivateKeyTest, ListenerNeedsCertificateAndKey) {
    const Errors errors = errors_of("\n[irc.tls]\nlisten = [\"127.0.0.1:6697\"]\n");
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_TRUE(errors[0].starts_with("f.toml:2: irc.tls.certificate: ")) << errors[0];
    EXPECT_TRUE(errors[1].starts_with("f.toml:2: irc.tls.private_key: ")) << errors[1];
}

TEST(ConfigTextTest, AnAddressEndsWhereItsTextDoes) {
    for (const char* table : {"irc", "msn", "http"}) {
        const std::string text =
            std::string("[") + table + "]\nunlimited_addresses = [\"192.0.2.1\\u0000.evil.test\"]\n";
        const Errors errors = errors_of(text);
        ASSERT_EQ(errors.size(), 1U) << table;
        EXPECT_NE(errors.front().find("unlimited_addresses: must hold numeric addresses"), std::string::npos) << table;
    }
}

TEST(ConfigTextTest, WhatIsSaidOfAMistakeDoesNotSteerATerminal) {
    const Errors errors = errors_of("[irc]\n\"\xE2\x80\xAE\" = 1\n\"\xE2\x80\xAE\" = 2\n");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_TRUE(errors.front().starts_with("f.toml:3: ")) << errors.front();
    EXPECT_EQ(errors.front().find("\xE2\x80\xAE"), std::string::npos) << errors.front();
}

}  // namespace
}  // namespace patchcord::gateway

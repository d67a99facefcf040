#include "gateway/config/websocket_load.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/config/config_load.hpp"

namespace patchcord::gateway {
namespace {

using Errors = std::vector<std::string>;

const std::string table = "[irc.websocket]\n";
const std::string local = "listen = [\"127.0.0.1:8067\"]\n";
const std::string page = "origins = [\"https://chat.lab.test\"]\n";

Errors errors_of(const std::string& text) {
    return parse_config(text, "f.toml").errors;
}

bool refused(const std::string& text, const std::string& why) {
    const Errors errors = errors_of(text);
    return errors.size() == 1 && errors.front().find(why) != std::string::npos;
}

TEST(WebsocketLoadTest, SomebodyMustBeAbleToConnect) {
    EXPECT_TRUE(refused(table + local, "irc.websocket.listen: lets nobody in"));
    EXPECT_EQ(errors_of(table + local + page), Errors());
    EXPECT_EQ(errors_of(table + local + "allow_missing_origin = true\n"), Errors());
    EXPECT_EQ(errors_of(table + page), Errors());
}

TEST(WebsocketLoadTest, TlsNeedsTheCertificateOfIrc) {
    EXPECT_TRUE(refused(table + page + "tls_listen = [\"127.0.0.1:8068\"]\n", "tls_listen: needs irc.tls.listen"));
}

TEST(WebsocketLoadTest, AListenerMayBeBehindAProxy) {
    const std::string proxied = "[irc]\nproxy_listen = [\"127.0.0.1:8067\"]\nproxy_from = [\"127.0.0.1\"]\n";
    const std::string meant = "[chat]\nallow_open = true\n";
    EXPECT_EQ(errors_of(meant + proxied + table + local + page), Errors());
    EXPECT_EQ(errors_of(meant + proxied).size(), 1U);
}

TEST(WebsocketLoadTest, StrangersMustBeMeant) {
    const std::string open = "chat.create_user_on_request: ";
    EXPECT_TRUE(refused(table + page + "listen = [\"0.0.0.0:8067\"]\n", open));
    EXPECT_TRUE(refused(table + local + "origins = [\"*\"]\n", open));
    EXPECT_TRUE(refused("[irc]\nproxy_from = [\"127.0.0.1\"]\n" + table + local + page, open));
    EXPECT_EQ(errors_of("[irc]\nproxy_from = [\"127.0.0.1\"]\n"), Errors());
}

}  // namespace
}  // namespace patchcord::gateway

#include "gateway/control/status_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "gateway/control/status_table.hpp"

namespace patchcord::gateway {
namespace {

StatusReport some_report() {
    StatusReport report;
    report.process.version = "1.2.3";
    report.process.pid = 77;
    report.process.uptime = std::chrono::hours(25) + std::chrono::seconds(7);
    report.process.resident_bytes = std::size_t{20} * 1024 * 1024;
    report.people.online = 3;
    report.people.irc_registered = 2;
    report.people.switchboards = 1;
    report.queues.client_bytes = 100;
    report.storage = {{"patchcord.db", "", "the disk is full"}, {"history.db", "it is locked", "it is locked"}};
    report.links = {{"ana", "far", "ana@example.com", "waiting", chat::WallTime(), "evil\x1b[2J \"x\"", 4}};
    report.certificates = {{"irc.tls", chat::WallTime(std::chrono::hours(24))}};
    return report;
}

/// As it comes over the socket.
boost::json::object sent(const boost::json::object& answer) {
    return boost::json::parse(boost::json::serialize(answer)).as_object();
}

TEST(StatusJsonTest, AnswerIsOneLineOfJsonWithEverySection) {
    const std::string line = boost::json::serialize(status_answer(some_report()));
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const boost::json::object answer = boost::json::parse(line).as_object();
    EXPECT_TRUE(answer.at("ok").as_bool());
    EXPECT_EQ(answer.at("process").at("pid").as_int64(), 77);
    EXPECT_EQ(answer.at("people").at("online").as_int64(), 3);
    EXPECT_EQ(answer.at("queues").at("client_bytes").as_int64(), 100);
    EXPECT_EQ(answer.at("certificates").as_array().at(0).at("expires").as_string(), "1970-01-02T00:00:00Z");
    EXPECT_EQ(answer.at("links").as_array().at(0).at("held_messages").as_int64(), 4);
    EXPECT_FALSE(answer.at("storage").as_array().at(1).at("ok").as_bool());
}

TEST(StatusJsonTest, WhatServicesSaidIsHarmlessInATerminal) {
    const boost::json::object answer = status_answer(some_report());
    EXPECT_EQ(answer.at("links").as_array().at(0).at("last_error").as_string(), "evil\\x1b[2J \"x\"");
}

TEST(StatusJsonTest, TableSaysTheSame) {
    const std::string table = format_status(sent(status_answer(some_report())));
    EXPECT_NE(table.find("1.2.3, pid 77, up 1d 01:00:07\n"), std::string::npos) << table;
    EXPECT_NE(table.find("patchcord.db  ok; last error: the disk is full\n"), std::string::npos) << table;
    EXPECT_NE(table.find("history.db    does not work: it is locked\n"), std::string::npos) << table;
    EXPECT_NE(table.find("irc.tls       certificate good until 1970-01-02T00:00:00Z\n"), std::string::npos) << table;
    EXPECT_NE(table.find("ana   far      ana@example.com  waiting  1970-01-01T00:00:00Z  4     evil\\x1b[2J \"x\"\n"),
              std::string::npos)
        << table;
}

TEST(StatusJsonTest, TableOfAnAnswerThatSaysNothingIsNoCrash) {
    EXPECT_NE(format_status({}).find("patchcord"), std::string::npos);
    EXPECT_NE(format_status({{"links", "none"}, {"process", 5}, {"storage", boost::json::array{1, "x"}}}).size(), 0U);
}

TEST(StatusJsonTest, ReloadTellsKeysWithTheirValues) {
    const ReloadReport report{
        "f.toml", {}, {{"irc.sendq", "(default)", "'1 MiB'"}, {"msn.listen", "[]", "['x']"}}, {"msn.listen"}};
    const boost::json::object answer = sent(reload_answer(report));
    EXPECT_TRUE(answer.at("ok").as_bool());
    EXPECT_EQ(format_reload(answer),
              "irc.sendq   (default) -> '1 MiB'\nmsn.listen  [] -> ['x']\nneeds a restart: msn.listen\n");
}

TEST(StatusJsonTest, ReloadTellsErrorsAndNothingElse) {
    const boost::json::object answer = sent(reload_answer({"f.toml", {"f.toml:3: irc.x: unknown key"}}));
    EXPECT_FALSE(answer.at("ok").as_bool());
    EXPECT_EQ(format_reload(answer), "f.toml:3: irc.x: unknown key\n");
}

TEST(StatusJsonTest, ReloadWithoutChangesSaysSo) {
    EXPECT_EQ(format_reload(sent(reload_answer({"f.toml"}))), "read again; no key has changed\n");
}

}  // namespace
}  // namespace patchcord::gateway

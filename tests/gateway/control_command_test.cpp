#include "gateway/control_command.hpp"

#include <gtest/gtest.h>
#include <sstream>
#include <sysexits.h>
#include <thread>

#include "gateway/control/control_server.hpp"
#include "gateway/store/store.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {
namespace {

class ControlCommandTest : public ::testing::Test {
  protected:
    void SetUp() override { config_.gateway.data_dir = directory_.path().string(); }
    ControlConsole console() {
        out_.str("");
        errors_.str("");
        return {out_, errors_};
    }
    /// Runs a command beside a gateway that answers everything with `answer`.
    template <class Command>
    int beside(const std::string& answer, Command command) {
        std::unique_ptr<ControlSocket> socket;
        EXPECT_EQ(ControlSocket::open(directory_.file("control.sock"), socket), "");
        EventLoop loop;
        ControlServer server(loop, log_, std::move(socket), {}, [&](std::string_view request) {
            asked_ = request;
            return answer;
        });
        std::thread gateway([&] { loop.run(); });
        const int code = command();
        loop.stop();
        gateway.join();
        return code;
    }
    int status(const std::string& answer, bool as_json = false) {
        return beside(answer, [&] { return control_status(config_, {"", as_json}, console()); });
    }
    int reload(const std::string& answer, bool as_json = false) {
        return beside(answer, [&] { return control_reload(config_, {"", as_json}, console()); });
    }

    tests::TemporaryDirectory directory_;
    tests::RecordingLog log_;
    Config config_;
    std::string asked_;
    std::ostringstream out_;
    std::ostringstream errors_;
};

TEST_F(ControlCommandTest, StatusAsksAndShowsATable) {
    EXPECT_EQ(status(R"({"ok":true,"process":{"version":"9.9","pid":5}})"), EX_OK);
    EXPECT_EQ(asked_, "status");
    EXPECT_NE(out_.str().find("9.9, pid 5"), std::string::npos) << out_.str();
}

TEST_F(ControlCommandTest, JsonIsTheAnswerAsItCame) {
    EXPECT_EQ(status(R"({"ok":true,"new":[1,2]})", true), EX_OK);
    EXPECT_EQ(out_.str(), "{\"ok\":true,\"new\":[1,2]}\n");
}

TEST_F(ControlCommandTest, ReloadThatFailedIsABadConfiguration) {
    EXPECT_EQ(reload(R"({"ok":false,"errors":["f.toml:3: irc.x: unknown key"]})"), EX_CONFIG);
    EXPECT_EQ(asked_, "reload");
    EXPECT_EQ(errors_.str(), "f.toml:3: irc.x: unknown key\n");
    EXPECT_EQ(out_.str(), "");
}

TEST_F(ControlCommandTest, RefusalsAndNonsenseHaveCodesOfTheirOwn) {
    EXPECT_EQ(status(control_error("not_allowed", "no")), EX_NOPERM);
    EXPECT_EQ(errors_.str(), "no\n");
    EXPECT_EQ(status(control_error("busy", "later")), EX_UNAVAILABLE);
    EXPECT_EQ(status(control_error("unknown_request", "what?")), EX_PROTOCOL);
    EXPECT_EQ(status("hello"), EX_PROTOCOL);
    EXPECT_EQ(status("[1]"), EX_PROTOCOL);
}

TEST_F(ControlCommandTest, WithoutAGatewayNobodyAnswers) {
    EXPECT_EQ(control_status(config_, {}, console()), EX_UNAVAILABLE);
    EXPECT_EQ(errors_.str(), "no gateway listens on " + directory_.file("control.sock") + "\n");
    config_.control.socket = "";
    EXPECT_EQ(control_status(config_, {}, console()), EX_UNAVAILABLE);
}

TEST_F(ControlCommandTest, BackupSaysWhatIsInItAndDoesNotOverwrite) {
    std::unique_ptr<Database> database;
    ASSERT_EQ(Database::open(database_in(config_.gateway.data_dir), database), "");
    const std::string file = directory_.file("b.tar");
    EXPECT_EQ(backup(config_, file, console()), EX_OK);
    EXPECT_EQ(out_.str(), file + ": patchcord.db\n");
    EXPECT_EQ(backup(config_, file, console()), EX_CANTCREAT);
    config_.gateway.data_dir = directory_.file("nowhere");
    EXPECT_EQ(backup(config_, directory_.file("c.tar"), console()), EX_IOERR);
}

}  // namespace
}  // namespace patchcord::gateway

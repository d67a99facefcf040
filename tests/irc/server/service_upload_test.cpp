#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/file_error.hpp"
#include "chat_core/ports/upload_desk.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

class ManualUploadDesk final : public chat::UploadDesk {
  public:
    chat::Result<std::string> invite(const chat::User& user, const std::string& target) override {
        asked.push_back(user.name() + ">" + target);
        if (refuses) return refuses;
        return std::string("http://files.example/upload/abc");
    }

    std::vector<std::string> asked;
    std::error_code refuses;
};

class IrcServiceUploadTest : public IrcTest {
  protected:
    IrcServiceUploadTest() { server_.environment().uploads = &desk_; }

    static std::string say(IrcClient& client, const std::string& words) {
        const Lines lines = client.ask("PRIVMSG *patchcord :" + words);
        return lines.empty() ? std::string() : lines.front().substr(lines.front().find(" :") + 2);
    }
    using Asked = std::vector<std::string>;

    ManualUploadDesk desk_;
};

TEST_F(IrcServiceUploadTest, ALinkIsGivenForWhomItIsFor) {
    IrcClient ana = connect("ana");
    IrcClient bob = connect("Bob");
    (void)ana.ask("JOIN #Room");
    EXPECT_TRUE(say(ana, "upload").ends_with("http://files.example/upload/abc"));
    EXPECT_TRUE(say(ana, "upload bob").starts_with("Send Bob a file"));
    EXPECT_TRUE(say(ana, "upload #room").starts_with("Send #Room a file"));
    EXPECT_EQ(desk_.asked, (Asked{"ana>", "ana>Bob", "ana>#Room"}));
}

TEST_F(IrcServiceUploadTest, NoLinkIsGivenForWhoIsNotThere) {
    IrcClient ana = connect("ana");
    IrcClient bob = connect("bob");
    (void)bob.ask("JOIN #theirs");
    for (const char* target : {"nobody", "#nowhere", "#theirs"})
        EXPECT_NE(say(ana, std::string("upload ") + target).find(target), std::string::npos);
    EXPECT_EQ(desk_.asked, Asked{});
}

TEST_F(IrcServiceUploadTest, WhoCannotHaveOneIsToldWhy) {
    IrcClient ana = connect("ana");
    desk_.refuses = chat::FileErrc::too_many;
    EXPECT_TRUE(say(ana, "upload").starts_with("You have links enough"));
    desk_.refuses = chat::FileErrc::not_possible;
    EXPECT_TRUE(say(ana, "upload").starts_with("Files cannot be sent"));
    server_.environment().uploads = nullptr;
    EXPECT_TRUE(say(ana, "upload").starts_with("Files cannot be sent"));
}

}  // namespace
}  // namespace patchcord::irc

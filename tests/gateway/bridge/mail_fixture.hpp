#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/bridge/account_mail.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::tests {

/// Somebody who also shows when a message was sent that had waited, and can be made to take no more of these.
class Reader : public Visitor {
  public:
    Reader(chat::ChatService& service, std::string_view name, std::string account)
        : Visitor(service, name, {"u", "host.test", "", std::move(account)}) {}

    std::error_code receive_kept(const chat::Message& message, chat::RenderCache&) override {
        if (takes == 0) return refusal;
        --takes;
        kept.push_back(message.sender->identity() + ": " + message.text.styled().text());
        sent_at = message.sent_at;
        return {};
    }

    Log kept;
    chat::WallTime sent_at{};
    std::size_t takes = 1000;
    std::error_code refusal = chat::Errc::queue_full;
};

/// An MSN server beside people on IRC, of whom "ana" and "zoe" are the names of accounts. Contact lists are there when
/// the test says so.
class MailTest : public MsnSwitchboardTest {
  protected:
    MailTest() { server_.environment().offline_box = &mail_; }
    ~MailTest() override { server_.environment().offline_box = nullptr; }
    MailTest(const MailTest&) = delete;
    MailTest& operator=(const MailTest&) = delete;

    /// The account `account` logs in; what waited is delivered when its (empty) list is there.
    std::unique_ptr<Reader> arrive(const std::string& nick, const std::string& account = "ana") {
        auto reader = std::make_unique<Reader>(service_, nick, account);
        reader->user().restore_roster({});
        return reader;
    }
    /// Lets the store answer.
    void settle() { advance(std::chrono::milliseconds(0)); }
    std::error_code keep(const chat::User& from, std::string_view name, std::string text) {
        std::optional<std::error_code> answer;
        mail_.keep(from, name, std::move(text), [&](std::error_code error) { answer = error; });
        settle();
        EXPECT_TRUE(answer.has_value());
        return answer.value_or(std::error_code());
    }
    static std::optional<std::string> account_of(std::string_view nick) {
        const chat::FoldTable& fold = *service_options().names.fold;
        for (const char* name : {"ana", "zoe"}) {
            if (chat::equal_folded(nick, name, fold)) return name;
        }
        return std::nullopt;
    }

    gateway::AccountMail mail_{{service_, store_, server_, account_of}};
};

}  // namespace patchcord::tests

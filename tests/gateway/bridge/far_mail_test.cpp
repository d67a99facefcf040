#include "gateway/bridge/far_mail.hpp"

#include "chat_core/receipt.hpp"
#include "chat_core/recorder.hpp"
#include "tests/gateway/bridge/mail_fixture.hpp"

namespace patchcord::gateway {
namespace {

using tests::IrcPerson;
using tests::Log;
using tests::Visitor;

constexpr const char* bobs_address = "bob@example.com/far";

/// The times of what was said.
struct SentTimes final : chat::Recorder {
    void message_sent(const chat::Message& message) override { times.push_back(message.sent_at); }
    void user_joined(const chat::Group&, const chat::User&) override {}
    void user_left(const chat::Group&, const chat::User&, const chat::Departure&) override {}
    void topic_changed(const chat::Group&, const chat::User*) override {}
    void renamed(const chat::Group&, const chat::Renaming&) override {}
    void settings_changed(const chat::Group&, const chat::User*, std::span<const chat::SettingChange>) override {}

    std::vector<chat::WallTime> times;
};

/// Bob, whose nick is remembered, is on a service that ana has an account on; dave has none.
class FarMailTest : public tests::MailTest {
  protected:
    FarMailTest() { names_.load({{bobs_address, "Bob"}, {"carol@example.com", "Carol"}}); }

    std::error_code put(const Visitor& from, std::string_view nick, std::string text) {
        std::error_code answer = chat::Errc::not_supported;
        mail_to_far_.keep(from.user(), nick, std::move(text), [&](std::error_code error) { answer = error; });
        settle();
        return answer;
    }
    static chat::Profile profile_of(std::string account, std::string address = {}) {
        chat::Profile profile;
        profile.account = std::move(account);
        profile.address = std::move(address);
        return profile;
    }

    NameMap names_{*tests::service_options().names.fold, [](std::string, std::string, NameMap::Saved) {}, log_, {}};
    FarMail mail_to_far_{{service_, names_, store_,
                          [](const chat::User& from, std::string_view) { return from.profile().account == "ana"; }},
                         {}};
    Visitor ana_{service_, "ana", profile_of("ana")};
    Visitor dave_{service_, "dave", profile_of("dave")};
};

TEST_F(FarMailTest, ContactsOfTheOneWhoWritesAreExpectedAndNobodyElse) {
    EXPECT_FALSE(mail_to_far_.expects("bob", ana_.user())) << "not on the list";
    ASSERT_FALSE(ana_->set_contact({bobs_address, {}, true, false, false}));
    ASSERT_FALSE(dave_->set_contact({bobs_address, {}, true, false, false}));
    EXPECT_TRUE(mail_to_far_.expects("bob", ana_.user()));
    EXPECT_FALSE(mail_to_far_.expects("bob", dave_.user())) << "no account there";
    EXPECT_FALSE(mail_to_far_.receiver("carol")) << "she is not on a service";
    EXPECT_FALSE(mail_to_far_.receiver("nobody"));
    const Visitor usurper(service_, "bob");
    EXPECT_FALSE(mail_to_far_.expects("bob", ana_.user())) << "somebody else is called so now";
}

TEST_F(FarMailTest, WhatWaitsIsSentInOrderWhenTheAccountSeesThem) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    ASSERT_FALSE(put(ana_, "bob", "two"));
    Visitor bob(service_, "bob", profile_of({}, bobs_address));
    mail_to_far_.contact_came(dave_.user(), bob.user(), bobs_address, [] {});
    settle();
    EXPECT_EQ(bob.take(), Log{}) << "dave wrote nothing";
    mail_to_far_.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
    settle();
    const Log got = bob.take();
    ASSERT_EQ(got.size(), 2U);
    EXPECT_TRUE(got[0].starts_with("message ana -> bob: [2023-11-14 ")) << got[0];
    EXPECT_TRUE(got[0].ends_with(" UTC] one"));
    EXPECT_TRUE(got[1].ends_with(" UTC] two"));
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(FarMailTest, SaysWhenWhatWaitedWasSent) {
    auto bob = std::make_unique<Visitor>(service_, "bob", profile_of({}, bobs_address));
    Log told;
    const auto note = [&] { told.push_back("after " + std::to_string(bob->take().size())); };
    EXPECT_FALSE(mail_to_far_.contact_came(ana_.user(), bob->user(), bobs_address, note)) << "nothing waits";
    bob.reset();
    ASSERT_FALSE(put(ana_, "bob", "one"));
    bob = std::make_unique<Visitor>(service_, "bob", profile_of({}, bobs_address));
    EXPECT_TRUE(mail_to_far_.contact_came(ana_.user(), bob->user(), bobs_address, note));
    EXPECT_EQ(told, Log{}) << "later";
    settle();
    EXPECT_EQ(told, (Log{"after 1"}));
}

TEST_F(FarMailTest, HistoriesShowWhatWaitedWhereItWasSent) {
    SentTimes recorder;
    service_.set_recorder(&recorder);
    const chat::WallTime sent = scheduler_.wall_now();
    ASSERT_FALSE(put(ana_, "bob", "one"));
    advance(std::chrono::hours(1));
    const Visitor bob(service_, "bob", profile_of({}, bobs_address));
    mail_to_far_.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
    settle();
    EXPECT_EQ(recorder.times, std::vector{sent});
    service_.set_recorder(nullptr);
}

TEST_F(FarMailTest, WhatCannotBeSentWaitsOn) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    Visitor bob(service_, "bob", profile_of({}, bobs_address));
    bob.fail(tests::RecordingClient::Call::receive, chat::Errc::queue_full);
    mail_to_far_.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
    settle();
    EXPECT_EQ(store_.messages().size(), 1U);
    bob.stop_failing();
    mail_to_far_.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
    settle();
    EXPECT_EQ(bob.take().size(), 1U);
}

/// Delivers what it is given when the test says so.
class Slow final : public Visitor {
  public:
    using Visitor::Visitor;
    std::error_code receive(const chat::Message& message, chat::RenderCache&) override {
        texts.push_back(message.text.styled().text());
        under_way.push_back(message.receipt);
        return {};
    }
    Log texts;
    std::vector<std::shared_ptr<chat::Receipt>> under_way;
};

TEST_F(FarMailTest, WhatIsUnderWayIsKeptUntilItsFateIsKnownAndNotSentTwice) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    ASSERT_FALSE(put(ana_, "bob", "two"));
    Slow bob(service_, "bob", profile_of({}, bobs_address));
    const auto come = [&] {
        mail_to_far_.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
        settle();
    };
    come();
    come();
    ASSERT_EQ(bob.texts.size(), 2U);
    EXPECT_EQ(store_.messages().size(), 2U);
    EXPECT_FALSE(bob.under_way.back()->again());
    bob.under_way.front()->settle();
    bob.under_way.clear();
    settle();
    ASSERT_EQ(store_.messages().size(), 1U) << "two was neither delivered nor reported";
    come();
    ASSERT_EQ(bob.texts.size(), 3U);
    EXPECT_TRUE(bob.texts.back().ends_with("two"));
    EXPECT_TRUE(bob.under_way.front()->again()) << "histories have it";
    bob.under_way.front()->settle();
    bob.under_way.clear();
    settle();
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(FarMailTest, FateThatIsKnownAfterTheEndChangesNothing) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    Slow bob(service_, "bob", profile_of({}, bobs_address));
    {
        FarMail mail({service_, names_, store_, [](const chat::User&, std::string_view) { return true; }},
                     {bobs_address});
        mail.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
        settle();
    }
    ASSERT_EQ(bob.under_way.size(), 1U);
    bob.under_way.front()->settle();
    bob.under_way.clear();
    settle();
    EXPECT_EQ(store_.messages().size(), 1U);
}

TEST_F(FarMailTest, WhatTheServiceTakesIsNotKeptHere) {
    std::string left;
    std::error_code answer;
    bool takes = true;
    FarMail mail({service_, names_, store_, [](const chat::User&, std::string_view) { return true; },
                  [&](const chat::User& from, std::string_view address, const std::string& text, const auto& done) {
                      left = from.name() + " -> " + std::string(address) + ": " + text;
                      if (takes) done(answer);
                      return takes;
                  }},
                 {});
    const auto keep = [&] {
        std::error_code told = chat::Errc::not_supported;
        mail.keep(ana_.user(), "bob", "hello", [&](std::error_code error) { told = error; });
        settle();
        EXPECT_FALSE(told);
    };
    keep();
    EXPECT_EQ(left, "ana -> bob@example.com/far: hello");
    EXPECT_TRUE(store_.messages().empty());
    answer = chat::Errc::service_away;
    keep();
    EXPECT_EQ(store_.messages().size(), 1U) << "the service has failed";
    takes = false;
    keep();
    EXPECT_EQ(store_.messages().size(), 2U) << "the service takes none";
}

TEST_F(FarMailTest, WhatWaitedBeforeARestartIsSentToo) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    FarMail restarted({service_, names_, store_, [](const chat::User&, std::string_view) { return true; }},
                      {bobs_address});
    Visitor bob(service_, "bob", profile_of({}, bobs_address));
    restarted.contact_came(ana_.user(), bob.user(), bobs_address, [] {});
    settle();
    EXPECT_EQ(bob.take().size(), 1U);
}

TEST_F(FarMailTest, WhatWaitsIsSentToOneOfOursWhoTurnsOutToBeThem) {
    ASSERT_FALSE(put(ana_, "bob", "one"));
    Visitor robert(service_, "robert", profile_of("robert", "robert@irc.test"));
    robert.user().add_address(bobs_address);
    EXPECT_FALSE(mail_to_far_.receiver("bob")) << "they are here, under another name";
    mail_to_far_.contact_came(ana_.user(), robert.user(), bobs_address, [] {});
    settle();
    const Log got = robert.take();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_NE(got[0].find("one"), std::string::npos);
    EXPECT_TRUE(store_.messages().empty());
}

}  // namespace
}  // namespace patchcord::gateway

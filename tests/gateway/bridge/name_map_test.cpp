#include "gateway/bridge/name_map.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {
namespace {

using Names = std::vector<std::pair<std::string, std::string>>;

const chat::FoldTable& fold() {
    return irc::fold_table(irc::Casemapping::rfc1459);
}

/// A map whose store is a list, and an IRC server on which some nicks are taken.
struct NameMapFixture {
    explicit NameMapFixture(NameMapOptions options = {}) : options_(options) { restart(); }

    void restart() {
        const auto save = [this](std::string handle, std::string nick, NameMap::Saved done) {
            stored_.emplace_back(std::move(handle), std::move(nick));
            done(save_error_);
        };
        names_ = std::make_unique<NameMap>(fold(), save, log_, options_);
        names_->load(stored_);
    }
    std::string nick_for(std::string_view handle, std::string_view name) {
        return names_->nick_for(handle, name, [this](std::string_view nick) { return is_taken(nick); });
    }
    std::string new_nick_for(std::string_view handle, std::string_view name) {
        return names_->new_nick_for(handle, name, [this](std::string_view nick) { return is_taken(nick); });
    }
    bool is_taken(std::string_view nick) {
        ++asked_;
        return everything_taken_ || std::any_of(taken_.begin(), taken_.end(), [&](const std::string& other) {
                   return chat::equal_folded(nick, other, fold());
               });
    }

    NameMapOptions options_;
    tests::RecordingLog log_;
    Names stored_;
    std::error_code save_error_;
    std::vector<std::string> taken_;
    bool everything_taken_ = false;
    std::size_t asked_ = 0;
    std::unique_ptr<NameMap> names_;
};

class NameMapTest : public testing::Test, protected NameMapFixture {};

TEST_F(NameMapTest, AnAccountsNickIsGivenToItsOwnHandleOnly) {
    const auto is_anothers = [](std::string_view nick, std::string_view handle) {
        return chat::equal_folded(nick, "bob", fold()) && handle != "bob@example.com";
    };
    nick_for("mal@example.com", "Bob");
    names_->set_accounts(is_anothers);
    EXPECT_EQ(nick_for("mal@example.com", "Bob"), "Bob_2") << "had it before it became an account";
    names_->set_accounts([](std::string_view, std::string_view) { return false; });
    EXPECT_EQ(nick_for("mal@example.com", "Bob"), "Bob") << "for then only";
    stored_.clear();
    restart();
    names_->set_accounts(is_anothers);
    EXPECT_EQ(nick_for("mal@example.com", "Bob"), "Bob_2");
    EXPECT_EQ(nick_for("bob@example.com", "Bob"), "Bob");
}

TEST_F(NameMapTest, NickComesFromTheNameAndIsStored) {
    EXPECT_EQ(nick_for("ana@example.com", "Ana Maria"), "Ana_Maria");
    EXPECT_EQ(stored_, (Names{{"ana@example.com", "Ana_Maria"}}));
    EXPECT_TRUE(log_.lines().empty());
}

TEST_F(NameMapTest, HandleKeepsItsNickWhateverItIsCalledLater) {
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(nick_for("ana@example.com", "Queen of Hearts"), "Ana");
    EXPECT_EQ(nick_for("Ana@Example.COM", "Ana"), "Ana") << "case of a handle does not matter";
    EXPECT_EQ(stored_.size(), 1U);
}

TEST_F(NameMapTest, HandleKeepsItsNickAcrossARestart) {
    nick_for("ana@example.com", "Ana");
    nick_for("bob@example.com", "Ana");
    restart();
    EXPECT_EQ(nick_for("bob@example.com", "Bob"), "Ana_2");
    EXPECT_EQ(nick_for("ana@example.com", ""), "Ana");
    EXPECT_EQ(stored_.size(), 2U);
}

TEST_F(NameMapTest, NewNickTakesThePlaceOfTheOldOne) {
    nick_for("ana@example.com", "Ana");
    EXPECT_EQ(new_nick_for("ana@example.com", "Queen of Hearts"), "Queen_of_Hearts");
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Queen_of_Hearts") << "it is remembered";
    EXPECT_EQ(names_->handle_of("Queen_of_Hearts"), "ana@example.com");
    EXPECT_EQ(names_->handle_of("Ana"), std::nullopt);
    EXPECT_EQ(stored_.back(), (std::pair<std::string, std::string>{"ana@example.com", "Queen_of_Hearts"}));
    EXPECT_EQ(names_->size(), 1U);
    EXPECT_EQ(nick_for("bob@example.com", "Ana"), "Ana") << "the old one is anybody's";
}

TEST_F(NameMapTest, NickStaysWhenItIsWhatTheNewNameMakes) {
    nick_for("ana@example.com", "Ana");
    nick_for("bob@example.com", "Ana");
    EXPECT_EQ(new_nick_for("bob@example.com", "Ana!"), "Ana_2");
    EXPECT_EQ(new_nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(stored_.size(), 2U) << "nothing to store";
    EXPECT_EQ(new_nick_for("ana@example.com", "ANA"), "ANA") << "in other letters it is still theirs";
    EXPECT_EQ(names_->handle_of("ana"), "ana@example.com");
}

TEST_F(NameMapTest, NewNickIsNobodyElses) {
    nick_for("ana@example.com", "Ana");
    nick_for("bob@example.com", "Bob");
    taken_ = {"zoe"};
    EXPECT_EQ(new_nick_for("ana@example.com", "Bob"), "Bob_2");
    EXPECT_EQ(new_nick_for("ana@example.com", "Zoe"), "Zoe_2");
    everything_taken_ = true;
    EXPECT_EQ(new_nick_for("ana@example.com", "Carol"), "Zoe_2") << "there is none: they keep theirs";
}

TEST_F(NameMapTest, NewNickOfSomebodyUnknownIsTheirFirst) {
    EXPECT_EQ(new_nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(stored_, (Names{{"ana@example.com", "Ana"}}));
}

TEST_F(NameMapTest, SameNameGetsTheNextNumber) {
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(nick_for("bob@example.com", "ana"), "ana_2");
    EXPECT_EQ(nick_for("carol@example.com", "ANA"), "ANA_3");
}

TEST_F(NameMapTest, NicksThatFoldToTheSameCollide) {
    EXPECT_EQ(nick_for("ana@example.com", "[ana]"), "[ana]");
    EXPECT_EQ(nick_for("bob@example.com", "{ANA}"), "{ANA}_2");
}

TEST_F(NameMapTest, NickTakenOnIrcGetsANumber) {
    taken_ = {"ana", "ana_2"};
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana_3");
    taken_.clear();
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana_3") << "it stays";
}

TEST_F(NameMapTest, CyrillicTwinOfATakenNickGetsANumber) {
    taken_ = {"ana"};
    EXPECT_EQ(nick_for("mal@example.com", "\u0430n\u0430"), "ana_2");
}

TEST_F(NameMapTest, LookalikeOfARememberedNickGetsANumber) {
    nick_for("ana@example.com", "paypal");
    EXPECT_EQ(nick_for("mal@example.com", "paypa1"), "paypa1_2");
    EXPECT_EQ(nick_for("bob@example.com", "PaypaI"), "PaypaI_3") << "_2 looks like paypa1_2";
    restart();
    EXPECT_EQ(nick_for("carol@example.com", "pAypa1"), "pAypa1_4");
    EXPECT_EQ(nick_for("mal@example.com", "paypa1"), "paypa1_2") << "whoever has a nick keeps it";
}

TEST_F(NameMapTest, RememberedNickInUseByAGuestIsReplacedForNowOnly) {
    nick_for("ana@example.com", "Ana");
    taken_ = {"ana"};
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana_2");
    EXPECT_EQ(names_->handle_of("Ana_2"), std::nullopt);
    taken_.clear();
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(stored_.size(), 1U);
}

TEST_F(NameMapTest, ReplacementForNowIsNobodyElsesNick) {
    nick_for("ana@example.com", "Ana");
    nick_for("bob@example.com", "Ana");
    taken_ = {"ana", "ana_3"};
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana_4") << "_2 is bob's, _3 a guest's";
}

TEST_F(NameMapTest, NumberFitsIntoTheLength) {
    options_.nick_length = 9;
    restart();
    EXPECT_EQ(nick_for("ana@example.com", "abcdefghijkl"), "abcdefghi");
    EXPECT_EQ(nick_for("bob@example.com", "abcdefghijkl"), "abcdefg_2");
    EXPECT_EQ(nick_for("carol@example.com", "abcdef_hijkl"), "abcdef_hi");
    taken_ = {"abcdef_hi"};
    EXPECT_EQ(nick_for("mal@example.com", "abcdef_hijkl"), "abcdef_2") << "one underscore";
}

TEST_F(NameMapTest, NickLongerThanNowAllowedIsReplacedButNotForgotten) {
    nick_for("ana@example.com", "abcdefghijkl");
    names_->set_options({.nick_length = 9});
    EXPECT_EQ(nick_for("ana@example.com", "abcdefghijkl"), "abcdefg_2");
    names_->set_options({.nick_length = 12});
    EXPECT_EQ(nick_for("ana@example.com", "abcdefghijkl"), "abcdefghijkl");
}

TEST_F(NameMapTest, OwnerOfANickIsFoundInAnyCase) {
    nick_for("ana@example.com", "[Ana]");
    EXPECT_EQ(names_->handle_of("{aNA}"), "ana@example.com");
    EXPECT_EQ(names_->handle_of("Ana"), std::nullopt);
    restart();
    EXPECT_EQ(names_->handle_of("[ana]"), "ana@example.com");
}

TEST_F(NameMapTest, StoredNicksThatCannotBeAreReplacedByNewOnes) {
    stored_ = {{"ana@example.com", "ana"}, {"bob@example.com", "ANA"},   {"carol@example.com", "a b\r\nQUIT"},
               {"mal@example.com", ""},    {"ana@example.com", "twice"}, {"mal@example.org", "\u0430na"}};
    restart();
    EXPECT_EQ(names_->size(), 1U);
    EXPECT_EQ(nick_for("ana@example.com", "x"), "ana");
    EXPECT_EQ(nick_for("bob@example.com", "Bob"), "Bob");
    EXPECT_EQ(nick_for("carol@example.com", "Carol"), "Carol");
    EXPECT_EQ(names_->handle_of("twice"), std::nullopt);
}

TEST_F(NameMapTest, NickThatCannotBeStoredIsLoggedAndUsed) {
    save_error_ = chat::Errc::duplicate_user;
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_EQ(log_.count("cannot store a nick handle=ana@example.com error="), 1U);
    EXPECT_EQ(nick_for("ana@example.com", "Bob"), "Ana");
    EXPECT_EQ(log_.lines().size(), 1U);
}

TEST_F(NameMapTest, StoreThatAnswersAfterTheEndOfTheMapIsNoTrouble) {
    std::vector<NameMap::Saved> waiting;
    NameMap::Save save = [&](std::string, std::string, NameMap::Saved done) { waiting.push_back(std::move(done)); };
    auto names = std::make_unique<NameMap>(fold(), save, log_, NameMapOptions{});
    EXPECT_EQ(names->nick_for("ana@example.com", "Ana", [](std::string_view) { return false; }), "Ana");
    names.reset();
    ASSERT_EQ(waiting.size(), 1U);
    waiting.front()(chat::Errc::list_full);
    EXPECT_EQ(log_.count("cannot store a nick"), 1U);
}

TEST_F(NameMapTest, NoMoreNamesThanAllowedAreRemembered) {
    options_.max_names = 2;
    restart();
    nick_for("ana@example.com", "Ana");
    nick_for("bob@example.com", "Bob");
    EXPECT_EQ(nick_for("carol@example.com", "Carol"), "Carol");
    EXPECT_EQ(nick_for("mal@example.com", "Bob"), "Bob_2");
    EXPECT_EQ(names_->size(), 2U);
    EXPECT_EQ(stored_.size(), 2U);
    EXPECT_EQ(log_.count("limit hit limit=remembered nicks"), 1U);
    EXPECT_EQ(nick_for("ana@example.com", "x"), "Ana");
    options_.max_names = 1;
    restart();
    EXPECT_EQ(names_->size(), 1U);
}

TEST_F(NameMapTest, NameThatThousandsBearTakesFewTries) {
    std::set<std::string> nicks;
    for (int i = 0; i < 2'000; ++i) nicks.insert(nick_for("user" + std::to_string(i) + "@example.com", "Ana"));
    EXPECT_EQ(nicks.size(), 2'000U);
    EXPECT_TRUE(nicks.contains("Ana_100"));
    asked_ = 0;
    everything_taken_ = true;
    nick_for("mal@example.com", "Bob");
    EXPECT_LE(asked_, 1'000U);
    asked_ = 0;
    everything_taken_ = false;
    nick_for("mal@example.com", "Ana");
    EXPECT_LE(asked_, 5U) << "numbers that are remembered ask nobody";
}

TEST_F(NameMapTest, WhereNothingIsFreeTheNickIsNotRemembered) {
    everything_taken_ = true;
    EXPECT_EQ(nick_for("ana@example.com", "Ana"), "Ana");
    EXPECT_TRUE(stored_.empty());
    everything_taken_ = false;
    nick_for("ana@example.com", "Ana");
    everything_taken_ = true;
    EXPECT_EQ(nick_for("ana@example.com", "x"), "Ana");
    EXPECT_EQ(stored_.size(), 1U);
}

/// The map listens to a core with people in it.
class NameMapPeopleTest : public NameMapTest {
  protected:
    NameMapPeopleTest() { service_.add_observer(*names_); }
    ~NameMapPeopleTest() override { service_.remove_observer(*names_); }

    tests::RecordingClient client_;
    tests::ManualScheduler scheduler_;
    chat::ChatService service_{tests::service_options(), scheduler_};
};

TEST_F(NameMapPeopleTest, LookalikeOfSomebodyOnlineGetsANumber) {
    auto login = service_.login("paypal", client_, {});
    ASSERT_TRUE(login);
    EXPECT_EQ(nick_for("mal@example.com", "paypa1"), "paypa1_2");
    login->logout("bye");
    EXPECT_EQ(nick_for("bob@example.com", "paypaI"), "paypaI") << "nobody is like it any more";
}

TEST_F(NameMapPeopleTest, LookalikeOfANewNickGetsANumber) {
    auto login = service_.login("ana", client_, {});
    ASSERT_TRUE(login);
    ASSERT_FALSE(login->user()->rename("carol"));
    EXPECT_EQ(nick_for("mal@example.com", "caroI"), "caroI_2");
    EXPECT_EQ(nick_for("ana@example.com", "ana"), "ana");
}

TEST_F(NameMapPeopleTest, OnlineOrNotARememberedNickKeepsItsLookalikesAway) {
    const std::string nick = nick_for("ana@example.com", "paypal");
    {
        const auto login = service_.login(nick, client_, {});
        ASSERT_TRUE(login);
    }
    EXPECT_EQ(nick_for("mal@example.com", "paypa1"), "paypa1_2");
}

TEST_F(NameMapPeopleTest, SomebodyWhoWasOnlineBeforeIsNoTrouble) {
    service_.remove_observer(*names_);
    auto login = service_.login("ana", client_, {});
    ASSERT_TRUE(login);
    service_.add_observer(*names_);
    login->logout("bye");
    EXPECT_EQ(nick_for("ana@example.com", "ana"), "ana");
}

RC_GTEST_PROP(NameMapProperties, NicksAreValidUniqueAndStay, ()) {
    const auto length = *rc::gen::inRange<std::size_t>(9, 20);
    const auto friendly_names = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
        std::vector<std::string>{"ana", "Ana", "\u0430na", "bob", "b0b", "paypal", "paypaI", "123456789", "[x]", "{x}",
                                 "abcdefghijklmnopqrstuvwxyz", "", "\U0001F600", "ana_2", "\u65E5\u672C\u8A9E"}));
    NameMapFixture fixture({.nick_length = length});
    fixture.taken_ = *rc::gen::container<std::vector<std::string>>(
        rc::gen::elementOf(std::vector<std::string>{"ana", "ana_2", "ana_3", "bob", "msn", "abcdefghi", "_12345678"}));
    const auto handle = [](std::size_t i) { return "u" + std::to_string(i) + "@example.com"; };
    std::vector<std::string> nicks;
    std::set<std::string> folded;
    for (std::size_t i = 0; i < friendly_names.size(); ++i) {
        nicks.push_back(fixture.nick_for(handle(i), friendly_names[i]));
        RC_ASSERT(irc::is_valid_nick(nicks.back(), length));
        folded.insert(chat::folded(nicks.back(), fold()));
        RC_ASSERT(fixture.names_->handle_of(nicks.back()) == handle(i));
    }
    RC_ASSERT(folded.size() == nicks.size());
    for (const std::string& taken : fixture.taken_) RC_ASSERT(!folded.contains(taken));
    fixture.restart();
    for (std::size_t i = nicks.size(); i-- > 0;) RC_ASSERT(fixture.nick_for(handle(i), "other") == nicks[i]);
}

}  // namespace
}  // namespace patchcord::gateway

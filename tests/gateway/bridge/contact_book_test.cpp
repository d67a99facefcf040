#include "gateway/bridge/contact_book.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "irc/wire/casemap.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::gateway {
namespace {

using tests::Log;
using tests::Visitor;

constexpr const char* bob = "bob@example.com";
constexpr const char* mal = "mal@example.com";

chat::RosterEntry listed(std::string address, std::string name = {}) {
    return {std::move(address), std::move(name), true, false, false};
}

chat::RosterEntry blocked(std::string address) {
    return {std::move(address), {}, false, true, false};
}

/// Also writes down who asks.
class Owner : public Visitor {
  public:
    Owner(chat::ChatService& service, std::string_view name, std::string account)
        : Visitor(service, name, {"", "", "", std::move(account)}) {}
    void contact_request(std::string_view address, std::string_view name) override {
        requests.push_back(std::string(address) + " " + std::string(name));
    }
    Log requests;
};

/// ana has an account on IRC, bob and mal are on MSN.
class ContactBookTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        store_->set_person_domain("irc.gate.test");
        ASSERT_FALSE(add("ana", "ana@irc.gate.test"));
        ASSERT_FALSE(add(bob, bob));
        ASSERT_FALSE(add(mal, mal));
        names_.load({{bob, "Bob"}});
        book_ = std::make_unique<ContactBook>(ContactBook::Parts{
            service_, names_, *store_, [](const std::string& handle) { return handle.ends_with("@irc.gate.test"); },
            log_, std::chrono::milliseconds(1)});
    }
    void TearDown() override { book_.reset(); }

    std::error_code save_entry(const std::string& account, chat::RosterEntry entry) {
        return outcome([&](auto done) { store_->save_roster_entry(account, std::move(entry), done); });
    }
    std::vector<chat::RosterEntry> stored(const std::string& account = "ana") {
        return wait_for<chat::Result<StoredRoster>>([&](auto done) { store_->load_roster(account, done); })
            .value()
            .entries;
    }
    bool exists(const std::string& address) {
        return wait_for<chat::Result<bool>>([&](auto done) { book_->exists(address, done); }).value();
    }
    void settle(const Owner& owner) {
        run_until([&] { return !owner->roster_awaited(); });
    }

    chat::ChatService service_{tests::service_options(), loop_};
    NameMap names_{irc::fold_table(irc::Casemapping::ascii), [](std::string, std::string, NameMap::Saved) {}, log_, {}};
    std::unique_ptr<ContactBook> book_;
};

TEST_F(ContactBookTest, AListIsAwaitedFromTheLoginOnAndComesFromTheStore) {
    ASSERT_FALSE(save_entry("ana", listed(bob, "Bobby")));
    ASSERT_FALSE(save_entry("ana", blocked(mal)));
    Owner ana(service_, "ana", "ana");
    EXPECT_TRUE(ana->roster_awaited());
    settle(ana);
    EXPECT_EQ(ana.take(), (Log{"roster restored"}));
    ASSERT_NE(ana->roster().find(bob), nullptr);
    EXPECT_EQ(ana->roster().find(bob)->name, "Bobby");
    EXPECT_TRUE(ana->roster().blocks(mal));
}

TEST_F(ContactBookTest, TheListIsTheAccountsWhateverTheNickIs) {
    ASSERT_FALSE(save_entry("ana", listed(bob)));
    Owner ana(service_, "ana_", "ana");
    settle(ana);
    EXPECT_NE(ana->roster().find(bob), nullptr);
}

TEST_F(ContactBookTest, GuestsAndPeopleOnMsnHaveNoneInTheStore) {
    const Owner guest(service_, "guest", "");
    EXPECT_FALSE(guest->roster_awaited());
    chat::Profile profile;
    profile.account = profile.address = bob;
    const Visitor msn(service_, "Bob", profile);
    EXPECT_FALSE(msn->roster_awaited());
    ASSERT_FALSE(guest->set_contact(listed(bob)));
    ASSERT_FALSE(msn->set_contact(listed(mal)));
    EXPECT_TRUE(stored("guest").empty());
    EXPECT_TRUE(stored(bob).empty());
    EXPECT_TRUE(log_.lines().empty());
}

TEST_F(ContactBookTest, ChangesAreStored) {
    Owner ana(service_, "ana", "ana");
    settle(ana);
    ASSERT_FALSE(ana->set_contact(listed(bob, "Bobby")));
    ASSERT_FALSE(ana->set_contact(blocked(mal)));
    ASSERT_EQ(stored().size(), 2U);
    EXPECT_EQ(stored()[0].name, "Bobby");
    EXPECT_TRUE(stored()[1].blocked);
    ASSERT_FALSE(ana->set_contact({bob, {}, false, false, false}));
    EXPECT_EQ(stored().size(), 1U);
}

TEST_F(ContactBookTest, WhoHasTheOwnerOnTheirListAndIsOnNoneIsAskedAbout) {
    for (const char* handle : {bob, mal}) {
        ASSERT_FALSE(save(handle, {"ana@irc.gate.test", "", "", msn::list_forward, {}}));
    }
    ASSERT_FALSE(save_entry("ana", blocked(mal)));
    Owner ana(service_, "ana", "ana");
    settle(ana);
    EXPECT_EQ(ana.requests, (Log{"bob@example.com "}));
}

TEST_F(ContactBookTest, WhoLeavesBeforeTheAnswerIsNotMistakenForTheNext) {
    ASSERT_FALSE(save_entry("ana", listed(bob)));
    { const Owner ana(service_, "ana", "ana"); }
    Owner guest(service_, "ana", "");
    ASSERT_FALSE(stored().empty());  // asked later, so the answer has come
    EXPECT_TRUE(guest->roster().entries().empty());
    EXPECT_EQ(guest.take(), Log{});
}

TEST_F(ContactBookTest, ARenameWhileTheListIsFetchedDoesNotLoseIt) {
    ASSERT_FALSE(save_entry("ana", listed(bob)));
    Owner ana(service_, "ana", "ana");
    ASSERT_FALSE(ana->rename("ana_"));
    settle(ana);
    EXPECT_NE(ana->roster().find(bob), nullptr);
}

TEST_F(ContactBookTest, AListThatCannotBeLoadedIsAwaitedUntilItCan) {
    ASSERT_FALSE(save_entry("ana", blocked(mal)));
    tests::RawDatabase(options_.file).run("ALTER TABLE roster RENAME TO away");
    Owner ana(service_, "ana", "ana");
    run_until([&] { return log_.count("cannot load a contact list") > 0; });
    (void)exists(bob);  // some more rounds
    (void)exists(bob);
    EXPECT_TRUE(ana->roster_awaited()) << "an empty list would show her to mal";
    EXPECT_EQ(ana.take(), Log{});
    tests::RawDatabase(options_.file).run("ALTER TABLE away RENAME TO roster");
    settle(ana);
    EXPECT_TRUE(ana->roster().blocks(mal));
    EXPECT_EQ(log_.count("cannot load a contact list"), 1U) << "once, however often it was tried";
}

TEST_F(ContactBookTest, AContactThatCannotBeStoredIsLogged) {
    Owner ana(service_, "ana", "ana");
    settle(ana);
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    ASSERT_FALSE(ana->set_contact(listed(bob)));
    run_until([&] { return log_.count("cannot store a contact") > 0; });
    EXPECT_NE(ana->roster().find(bob), nullptr) << "for this login it holds";
    other.run("ROLLBACK");
}

TEST_F(ContactBookTest, BothLoginsOfAnAccountHaveOneList) {
    Owner ana(service_, "ana", "ana");
    Owner second(service_, "ana_", "ana");
    Owner guest(service_, "guest", "");
    settle(ana);
    settle(second);
    ASSERT_FALSE(ana->set_contact(blocked(mal)));
    EXPECT_TRUE(second->roster().blocks(mal));
    EXPECT_FALSE(guest->roster().blocks(mal));
    ASSERT_FALSE(second->set_contact({mal, {}, false, false, false}));
    EXPECT_FALSE(ana->roster().blocks(mal));
    EXPECT_TRUE(stored().empty());
}

TEST_F(ContactBookTest, WhoLogsInAfterwardsGetsTheListAndBringsTheirOwn) {
    ASSERT_FALSE(save_entry("ana", blocked(mal)));
    Owner guest(service_, "guest", "");
    ASSERT_FALSE(guest->set_contact(listed(bob)));
    guest->set_account("ana");
    EXPECT_TRUE(guest->roster_awaited());
    settle(guest);
    EXPECT_TRUE(guest->roster().blocks(mal));
    EXPECT_NE(guest->roster().find(bob), nullptr);
    EXPECT_EQ(stored().size(), 2U);
}

TEST_F(ContactBookTest, AnswersThatComeAfterItsEndAreNobodys) {
    ASSERT_FALSE(save_entry("ana", listed(bob)));
    Owner ana(service_, "ana", "ana");
    book_.reset();
    ASSERT_FALSE(stored().empty());
    EXPECT_TRUE(ana->roster().entries().empty());
}

TEST_F(ContactBookTest, PeopleAreFoundByNickAndByHandle) {
    const Owner asker(service_, "dave", "");
    EXPECT_EQ(book_->address_of("bob", asker.user()), bob) << "who is away is remembered by the nick";
    EXPECT_EQ(book_->address_of("Carol@Example.com", asker.user()), "carol@example.com");
    EXPECT_EQ(book_->address_of("nobody", asker.user()), std::nullopt);
    EXPECT_EQ(book_->address_of("ana@irc.gate.test", asker.user()), std::nullopt) << "people on IRC are on no list";
    EXPECT_EQ(book_->address_of("@", asker.user()), std::nullopt);
    chat::Profile profile;
    profile.address = mal;
    const Visitor msn(service_, "malvin", profile);
    EXPECT_EQ(book_->address_of("malvin", asker.user()), mal);
    EXPECT_EQ(book_->name_of(mal), "malvin");
    EXPECT_EQ(book_->name_of(bob), "Bob");
    EXPECT_EQ(book_->name_of("nobody@example.com"), "");
    const Owner usurper(service_, "bob", "");
    EXPECT_EQ(book_->address_of("bob", asker.user()), std::nullopt) << "the one who bears it now has no handle";
}

TEST_F(ContactBookTest, WhoIsOnAServiceIsFoundThere) {
    ContactBook::Parts parts{service_, names_, *store_, [](const std::string&) { return false; }, log_};
    parts.on_service = [](std::string_view handle, const chat::User& asker) -> std::optional<std::string> {
        if (asker.name() != "dave" || handle != "carol@example.com") return std::nullopt;
        return "carol@example.com/far";
    };
    const ContactBook book(parts);
    const Owner dave(service_, "dave", "");
    const Owner erin(service_, "erin", "");
    EXPECT_EQ(book.address_of("carol@example.com", dave.user()), "carol@example.com/far");
    EXPECT_EQ(book.address_of("carol@example.com", erin.user()), "carol@example.com");
    EXPECT_EQ(book.address_of("bob@example.com", dave.user()), bob);
    EXPECT_TRUE(wait_for<chat::Result<bool>>([&](auto done) { book.exists("carol@example.com/far", done); }).value())
        << "the service is asked when it is told";
}

TEST_F(ContactBookTest, TheStoreKnowsWhoExists) {
    EXPECT_TRUE(exists(bob));
    EXPECT_FALSE(exists("nobody@example.com"));
}

}  // namespace
}  // namespace patchcord::gateway

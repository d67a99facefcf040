#include "gateway/store/store.hpp"

#include <gtest/gtest.h>

#include "chat_core/error.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/lower_case.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

using MaybeAccount = chat::Result<std::optional<Account>>;
using MaybeText = chat::Result<std::optional<std::string>>;

class WholeStoreTest : public StoreTest {
  protected:
    std::optional<Account> find(const std::string& called) {
        return wait_for<MaybeAccount>([&](auto done) { store_->find_account(called, done); }).value();
    }
    bool exists(const std::string& handle) {
        return wait_for<chat::Result<bool>>([&](auto done) { store_->exists(handle, done); }).value();
    }
    MaybeText legacy_password(const std::string& handle) {
        return wait_for<MaybeText>([&](auto done) { store_->legacy_password(handle, done); });
    }
    /// As it would be after a restart.
    std::optional<std::string> find_nick(const std::string& handle) {
        reopen();
        const Store::Nicks nicks = store_->take_nicks();
        for (const auto& [known, nick] : nicks) {
            if (known == handle) return nick;
        }
        return std::nullopt;
    }
    std::error_code save_nick(const std::string& handle, const std::string& nick) {
        return outcome([&](auto done) { store_->save_nick(handle, nick, done); });
    }
    std::error_code forget(const std::vector<std::uint64_t>& ids) {
        return outcome([&](auto done) { store_->forget_messages(ids, done); });
    }
    std::string texts(const std::string& to) {
        std::string all;
        for (const msn::OfflineMessage& message : waiting(to)) all += message.text + " ";
        return all;
    }
};

TEST_F(WholeStoreTest, NamesAndHandlesOfAccountsAreListedNowAndAfterARestart) {
    ASSERT_FALSE(add("Zoe", "zoe@example.org"));
    ASSERT_FALSE(add("bob@example.org", "bob@example.org"));
    ASSERT_FALSE(add("ana", "Ana@example.org"));
    const Store::Names expected{
        {"ana", "ana@example.org"}, {"bob@example.org", "bob@example.org"}, {"zoe", "zoe@example.org"}};
    const auto now = wait_for<chat::Result<Store::Names>>([&](auto done) { store_->account_names(done); });
    EXPECT_EQ(now.value(), expected);
    reopen();
    EXPECT_EQ(store_->take_account_names(), expected);
}

TEST_F(WholeStoreTest, AccountIsFoundByNameAndByHandleInAnyCase) {
    ASSERT_FALSE(add("Ana", "Ana@Example.org"));
    for (const char* called : {"ana", "ANA", "ana@example.org", "ANA@EXAMPLE.ORG"}) {
        const auto account = find(called);
        ASSERT_TRUE(account) << called;
        EXPECT_EQ(account->name, "ana");
        EXPECT_EQ(account->handle, "ana@example.org");
        EXPECT_EQ(account->password_hash, "hash of Ana");
        EXPECT_LE(loop_.wall_now() - account->created_at, std::chrono::minutes(5));
    }
    EXPECT_TRUE(exists("ANA@example.org"));
    EXPECT_FALSE(exists("ana")) << "a name is no handle";
    EXPECT_FALSE(find("bob"));
    EXPECT_FALSE(find(""));
}

TEST_F(WholeStoreTest, NoNameOrHandleMeansTwoAccounts) {
    ASSERT_FALSE(add("ana", "ana@example.org"));
    EXPECT_EQ(add("ana", "other@example.org"), chat::Errc::duplicate_user);
    EXPECT_EQ(add("other", "ana@example.org"), chat::Errc::duplicate_user);
    EXPECT_EQ(add("ana@example.org", "other@example.org"), chat::Errc::duplicate_user)
        << "name of one, handle of another";
    EXPECT_FALSE(add("other", "other@example.org"));
}

TEST_F(WholeStoreTest, TextsThatLookLikeStatementsAreTexts) {
    const std::vector<std::string> texts = {
        "'); DROP TABLE account;--", "\\", "%_",       "\"a\" OR 1=1", "*",       ":name",
        std::string("a\0b", 3),      "'",  "\xFF\xFE", "a\r\nb",       "?1 $x @y"};
    for (const std::string& text : texts) {
        ASSERT_FALSE(add(text, text + "@x")) << text;
        ASSERT_FALSE(save(text + "@x", {text, text, text, msn::list_forward, {}})) << text;
        ASSERT_FALSE(save_nick(text, text)) << text;
        ASSERT_FALSE(keep(message_to(text, text))) << text;
    }
    reopen();
    for (const std::string& text : texts) {
        const auto account = find(text);
        ASSERT_TRUE(account) << text;
        const auto record = load(account->handle);
        ASSERT_TRUE(record) << text;
        ASSERT_EQ(record->contacts.size(), 1U) << text;
        EXPECT_EQ(record->contacts[0].name, text);
        EXPECT_EQ(find_nick(lower_case(text)), text);
        ASSERT_EQ(waiting(text).size(), 1U) << text;
        EXPECT_EQ(waiting(text)[0].text, text);
    }
}

TEST_F(WholeStoreTest, MessageWaitsAsItWasSentUntilForgotten) {
    ASSERT_FALSE(keep(message_to("ANA", "hello\nthere")));
    reopen();
    const auto messages = waiting("ana");
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].from, "bob@example.org");
    EXPECT_EQ(messages[0].from_name, "Bob");
    EXPECT_EQ(messages[0].text, "hello\nthere");
    EXPECT_EQ(messages[0].sent_at.time_since_epoch().count(), 1'700'000'000'123);
    EXPECT_EQ(waiting("ana").size(), 1U) << "asking does not forget";
    EXPECT_EQ(waiting("carol").size(), 0U);
    ASSERT_FALSE(forget({messages[0].id}));
    reopen();
    EXPECT_EQ(waiting("ana").size(), 0U);
    EXPECT_FALSE(forget({messages[0].id})) << "once more does no harm";
}

TEST_F(WholeStoreTest, MessagesComeInTheOrderTheyWereKeptThoughTheClockWentBack) {
    auto early = message_to("ana", "second");
    early.sent_at -= std::chrono::hours(5);
    ASSERT_FALSE(keep(message_to("ana", "first")));
    ASSERT_FALSE(keep(early));
    ASSERT_FALSE(keep(message_to("ana", "third")));
    EXPECT_EQ(texts("ana"), "first second third ");
}

TEST_F(WholeStoreTest, NumberOfAForgottenMessageIsNotGivenAgain) {
    ASSERT_FALSE(keep(message_to("ana", "first")));
    const std::uint64_t id = waiting("ana").at(0).id;
    ASSERT_FALSE(forget({id}));
    ASSERT_FALSE(keep(message_to("ana", "second")));
    EXPECT_NE(waiting("ana").at(0).id, id);
    ASSERT_FALSE(forget({id}));
    EXPECT_EQ(texts("ana"), "second ");
}

TEST_F(WholeStoreTest, FullBoxIsOfOneReceiverAndHasRoomAgainAfterReading) {
    const auto from = [](std::size_t sender, const std::string& to) {
        auto message = message_to(to, "x");
        message.from = "sender" + std::to_string(sender) + "@example.org";
        return message;
    };
    for (std::size_t i = 0; i < most_messages_per_receiver; ++i) ASSERT_FALSE(keep(from(i, "ana")));
    EXPECT_EQ(keep(from(most_messages_per_receiver, "ana")), chat::Errc::list_full);
    EXPECT_FALSE(keep(from(0, "carol")));
    ASSERT_FALSE(forget({waiting("ana").at(0).id}));
    EXPECT_FALSE(keep(from(0, "ana")));
    EXPECT_EQ(waiting("ana").size(), most_messages_per_receiver);
}

TEST_F(WholeStoreTest, SenderMayFillAShareOfABoxAndNoMore) {
    auto of_mal = message_to("ana", "x");
    of_mal.from = "mal@example.org";
    for (std::size_t i = 0; i < most_messages_per_sender; ++i) ASSERT_FALSE(keep(of_mal));
    EXPECT_EQ(keep(of_mal), chat::Errc::list_full);
    EXPECT_FALSE(keep(message_to("ana", "from another")));
    of_mal.to = "carol";
    EXPECT_FALSE(keep(of_mal));
    ASSERT_FALSE(forget({waiting("ana").at(0).id}));
    of_mal.to = "ana";
    EXPECT_FALSE(keep(of_mal));
    EXPECT_EQ(keep(of_mal), chat::Errc::list_full);
    EXPECT_EQ(waiting("ana").size(), most_messages_per_sender + 1);
}

TEST_F(WholeStoreTest, FullBoxCountsBytesToo) {
    const std::string big(most_message_bytes_per_receiver / 2, '\0');  // zeros count like others
    EXPECT_FALSE(keep(message_to("ana", big)));
    EXPECT_EQ(keep(message_to("ana", big)), chat::Errc::list_full);
    EXPECT_FALSE(keep(message_to("ana", "short")));
    EXPECT_EQ(keep(message_to("carol", std::string(most_message_bytes_per_receiver + 1, 'x'))), chat::Errc::list_full);
    auto message = message_to("carol", "x");
    message.from_name = std::string(longest_field + 1, 'x');
    EXPECT_EQ(keep(message), StoreErrc::too_long);
}

TEST_F(WholeStoreTest, MessagesInAllAreBounded) {
    tests::RawDatabase(options_.file)
        .run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
             std::to_string(most_messages) +
             ") INSERT INTO offline_message (receiver, sender, sender_name, text, bytes, sent_at)"
             " SELECT 'r' || i, 's', '', 'x', 2, 0 FROM n");
    EXPECT_EQ(keep(message_to("ana", "x")), chat::Errc::list_full);
    ASSERT_FALSE(forget({1}));
    EXPECT_FALSE(keep(message_to("ana", "x")));
}

TEST_F(WholeStoreTest, NickIsRememberedAndBelongsToOneHandle) {
    EXPECT_EQ(find_nick("bob@example.org"), std::nullopt);
    ASSERT_FALSE(save_nick("Bob@example.org", "Bob"));
    reopen();
    EXPECT_EQ(find_nick("bob@example.org"), "Bob");
    EXPECT_EQ(save_nick("carol@example.org", "BOB"), chat::Errc::duplicate_user);
    EXPECT_FALSE(save_nick("bob@example.org", "bob_2"));
    EXPECT_EQ(find_nick("bob@example.org"), "bob_2");
    EXPECT_FALSE(save_nick("carol@example.org", "BOB")) << "free again";
}

TEST_F(WholeStoreTest, LegacyPasswordIsThereForThoseWhoHaveOne) {
    ASSERT_TRUE(start_password_hashing());
    Account account;
    account.name = "ana";
    account.handle = "ana@example.org";
    account.password_hash = "hash";
    account.legacy_secret = secrets().seal("swordfish", "ana").value();
    ASSERT_FALSE(outcome([&](auto done) { store_->add_account(account, done); }));
    ASSERT_FALSE(add("bob", "bob@example.org"));
    EXPECT_EQ(legacy_password("ANA@example.org").value(), "swordfish");
    EXPECT_EQ(legacy_password("ana").value(), std::nullopt) << "a name is no handle";
    EXPECT_EQ(legacy_password("bob@example.org").value(), std::nullopt);
    EXPECT_EQ(legacy_password("nobody@example.org").value(), std::nullopt);
    store_.reset();  // and with it the log beside the file is gone
    EXPECT_EQ(tests::read_all(options_.file).find("swordfish"), std::string::npos) << "not in clear";
}

TEST_F(WholeStoreTest, LostKeyIsAnErrorThatTheLogIsToldOnce) {
    ASSERT_TRUE(start_password_hashing());
    Account account;
    account.name = "ana";
    account.handle = "ana@example.org";
    account.legacy_secret = secrets().seal("swordfish", "ana").value();
    ASSERT_FALSE(outcome([&](auto done) { store_->add_account(account, done); }));
    std::filesystem::remove(directory_.file("secrets.key"));
    EXPECT_EQ(legacy_password("ana@example.org").error(), StoreErrc::no_key);
    EXPECT_EQ(legacy_password("ana@example.org").error(), StoreErrc::no_key);
    EXPECT_EQ(log_.count("cannot open stored secrets"), 1U);
    EXPECT_EQ(log_.lines().size(), 1U);
}

TEST_F(WholeStoreTest, CallsTakeEffectInTheirOrder) {
    ASSERT_FALSE(add("ana", "ana@example.org"));
    std::string seen;
    const auto note = [&](const chat::Result<msn::AccountRecord>& record) {
        seen += std::to_string(record->version) + ":" + std::to_string(record->contacts.size()) + " ";
    };
    const auto ignore = [](std::error_code error) { EXPECT_FALSE(error); };
    store_->load("ana@example.org", note);
    store_->save_contact("ana@example.org", {"bob", "", "", msn::list_forward, {}}, 2, ignore);
    store_->load("ana@example.org", note);
    store_->save_contact("ana@example.org", {"carol", "", "", msn::list_forward, {}}, 3, ignore);
    store_->remove_contact("ana@example.org", "bob", 4, ignore);
    store_->remove_contact("ana@example.org", "carol", 5, ignore);
    store_->load("ana@example.org", note);
    run_until([&] { return seen.ends_with("5:0 "); });
    EXPECT_EQ(seen, "1:0 2:1 5:0 ");
}

TEST_F(WholeStoreTest, AnotherStoreOnTheSameFileSeesWhatWasAnswered) {
    ASSERT_FALSE(add("ana", "ana@example.org"));
    ASSERT_FALSE(save("ana@example.org", {"bob", "Bob", "", msn::list_forward, {}}));
    std::unique_ptr<Store> first = std::move(store_);
    open();
    EXPECT_EQ(load("ana@example.org")->contacts.size(), 1U);
    ASSERT_FALSE(save("ana@example.org", {"carol", "", "", msn::list_forward, {}}));
    std::swap(first, store_);
    EXPECT_EQ(load("ana@example.org")->contacts.size(), 2U) << "and the first what the second did";
}

TEST_F(WholeStoreTest, AnAccountIsToldWhetherMessagesWait) {
    ASSERT_FALSE(add("bob", "bob@example.com"));
    EXPECT_FALSE(load("bob@example.com")->messages_wait);
    ASSERT_FALSE(keep(message_to("Bob@example.com", "hello")));
    EXPECT_TRUE(load("bob@example.com")->messages_wait);
}

}  // namespace
}  // namespace patchcord::gateway

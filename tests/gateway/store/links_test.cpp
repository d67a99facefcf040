#include "gateway/store/links.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/error.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class LinksTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(add("ana", "ana@irc.gate.test"));
        ASSERT_FALSE(add("zoe", "zoe@irc.gate.test"));
    }
    chat::Result<StoredLink> save(std::string account, std::string service, std::string handle,
                                  std::string password = "swordfish") {
        StoredLink link{std::move(account), std::move(service), std::move(handle), {}};
        return wait_for<chat::Result<StoredLink>>(
            [&](auto done) { store_->save_link(std::move(link), std::move(password), done); });
    }
};

TEST_F(LinksTest, APasswordIsSealedAndOpensForItsLinkOnly) {
    const auto link = save("Ana", "far", "Ana@Example.com");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->account, "ana");
    EXPECT_EQ(link->handle, "ana@example.com");
    EXPECT_EQ(link->secret.find("swordfish"), std::string::npos);
    std::string password;
    EXPECT_TRUE(store_->open_link(*link, password));
    EXPECT_EQ(password, "swordfish");
    StoredLink another = *link;
    another.service = "near";
    EXPECT_FALSE(store_->open_link(another, password));
    another = *link;
    another.account = "zoe";
    EXPECT_FALSE(store_->open_link(another, password));
}

TEST_F(LinksTest, AnAccountHasOneLinkAServiceAndAHandleOneAccount) {
    ASSERT_TRUE(save("ana", "far", "ana@example.com"));
    ASSERT_TRUE(save("ana", "far", "anna@example.com"));
    ASSERT_TRUE(save("ana", "near", "ana@example.com"));
    EXPECT_EQ(save("zoe", "near", "ana@example.com").error(), make_error_code(chat::Errc::duplicate_user));
    EXPECT_TRUE(save("zoe", "far", "ana@example.com")) << "ana has another one there now";
    EXPECT_EQ(save("nobody", "far", "bob@example.com").error(), make_error_code(chat::Errc::no_such_user));
}

TEST_F(LinksTest, LinksAreThereAfterARestartUntilTheyAreRemoved) {
    ASSERT_TRUE(save("ana", "far", "ana@example.com"));
    ASSERT_TRUE(save("zoe", "far", "zoe@example.com"));
    ASSERT_FALSE(outcome([&](auto done) { store_->remove_link("ana", "far", done); }));
    reopen();
    const std::vector<StoredLink> links = store_->take_links();
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].account + " " + links[0].service + " " + links[0].handle, "zoe far zoe@example.com");
    std::string password;
    EXPECT_TRUE(store_->open_link(links[0], password));
}

}  // namespace
}  // namespace patchcord::gateway

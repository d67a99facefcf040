#include "gateway/store/contacts.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* ana = "ana@example.org";
constexpr const char* bob = "bob@example.org";

class ContactsTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(add("ana", ana));
        ASSERT_FALSE(add("bob", bob));
    }
    std::error_code save_group(const msn::ContactGroup& group, std::uint64_t version = 2) {
        return outcome([&](auto done) { store_->save_group(ana, group, version, done); });
    }
    std::error_code save_settings(const msn::AccountSettings& settings, const std::string& owner = ana) {
        return outcome([&](auto done) { store_->save_settings(owner, settings, 2, done); });
    }
    /// An account's contacts in one line each.
    std::string contacts(const std::string& owner = ana) {
        std::string all;
        const auto record = load(owner);
        for (const msn::Contact& contact : record->contacts) {
            all += contact.handle + " " + contact.name + " " + contact.guid + " " + std::to_string(contact.lists);
            for (const unsigned group : contact.groups) all += " g" + std::to_string(group);
            all += "\n";
        }
        return all;
    }
};

TEST_F(ContactsTest, NewAccountHasEmptyListsAndUsualSettings) {
    const auto record = load(ana);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->handle, ana);
    EXPECT_EQ(record->version, 1U);
    EXPECT_EQ(record->settings.friendly_name, "");
    EXPECT_FALSE(record->settings.only_allowed);
    EXPECT_TRUE(record->settings.ask_when_added);
    EXPECT_TRUE(record->settings.properties.empty());
    EXPECT_TRUE(record->groups.empty());
    EXPECT_TRUE(record->contacts.empty());
    EXPECT_TRUE(record->reverse.empty());
}

TEST_F(ContactsTest, UnknownHandleHasNothingToLoadOrChange) {
    EXPECT_EQ(load("nobody@example.org").error(), chat::Errc::no_such_user);
    EXPECT_EQ(load("ana").error(), chat::Errc::no_such_user) << "a name is no handle";
    EXPECT_EQ(save("nobody@example.org", {bob, "", "", msn::list_forward, {}}), chat::Errc::no_such_user);
    EXPECT_EQ(save_settings({}, "nobody@example.org"), chat::Errc::no_such_user);
}

TEST_F(ContactsTest, ContactComesBackAsItWasSavedAlsoAfterARestart) {
    ASSERT_FALSE(save(ana,
                      {"BOB@Example.org",
                       "B\xC3\xB6"
                       "b",
                       "guid-1",
                       msn::list_forward | msn::list_allow,
                       {3, 1}},
                      5));
    reopen();
    EXPECT_EQ(contacts(),
              "bob@example.org B\xC3\xB6"
              "b guid-1 3 g1 g3\n");
    EXPECT_EQ(load(ana)->version, 5U);
    EXPECT_EQ(contacts(bob), "") << "lists are one's own";
}

TEST_F(ContactsTest, SavingAgainReplacesAllOfIt) {
    ASSERT_FALSE(save(ana, {bob, "Bob", "guid-1", msn::list_forward, {1, 2}}));
    ASSERT_FALSE(save(ana, {bob, "Robert", "guid-2", msn::list_forward | msn::list_block, {2}}));
    EXPECT_EQ(contacts(), "bob@example.org Robert guid-2 5 g2\n");
    ASSERT_FALSE(save(ana, {bob, "Robert", "guid-2", msn::list_block, {2}}));
    EXPECT_EQ(contacts(), "bob@example.org Robert guid-2 4\n") << "groups are for FL alone";
}

TEST_F(ContactsTest, OnlyForwardAllowAndBlockAreStored) {
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_allow | msn::list_reverse | msn::list_pending, {}}));
    EXPECT_EQ(contacts(), "bob@example.org Bob  2\n");
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_reverse, {}}));
    EXPECT_EQ(contacts(), "") << "on no list that is stored";
}

TEST_F(ContactsTest, RemovedContactIsGoneAndTheVersionWithIt) {
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_forward, {1}}));
    ASSERT_FALSE(outcome([&](auto done) { store_->remove_contact(ana, "BOB@example.org", 9, done); }));
    EXPECT_EQ(contacts(), "");
    EXPECT_EQ(load(ana)->version, 9U);
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_forward, {}}));
    EXPECT_EQ(contacts(), "bob@example.org Bob  1\n") << "its groups went, too";
}

TEST_F(ContactsTest, ReverseListIsWhoHasOneOnForwardOnly) {
    ASSERT_FALSE(add("carol", "carol@example.org"));
    ASSERT_FALSE(save_settings({"Bob the builder", false, true, {}}, bob));
    ASSERT_FALSE(save(bob, {ana, "", "", msn::list_forward | msn::list_block, {}}));
    ASSERT_FALSE(save("carol@example.org", {ana, "", "", msn::list_allow, {}}));
    const auto record = load(ana);
    ASSERT_EQ(record->reverse.size(), 1U);
    EXPECT_EQ(record->reverse[0].handle, bob);
    EXPECT_EQ(record->reverse[0].name, "Bob the builder");
    ASSERT_FALSE(outcome([&](auto done) { store_->remove_contact(bob, ana, 3, done); }));
    EXPECT_TRUE(load(ana)->reverse.empty());
}

TEST_F(ContactsTest, GroupsAreSavedRenamedAndRemovedWithoutTheirContacts) {
    ASSERT_FALSE(save_group({1, "guid-a", "Friends"}));
    ASSERT_FALSE(save_group({2, "guid-b", "Work"}));
    ASSERT_FALSE(save_group({2, "guid-b", "Slavery"}));
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_forward, {1, 2}}));
    ASSERT_EQ(load(ana)->groups.size(), 2U);
    EXPECT_EQ(load(ana)->groups[1].name, "Slavery");
    ASSERT_FALSE(outcome([&](auto done) { store_->remove_group(ana, 1, 7, done); }));
    EXPECT_EQ(load(ana)->version, 7U);
    ASSERT_EQ(load(ana)->groups.size(), 1U);
    EXPECT_EQ(load(ana)->groups[0].guid, "guid-b");
    EXPECT_EQ(contacts(), "bob@example.org Bob  1 g2\n");
}

TEST_F(ContactsTest, SettingsComeBackAndReplaceThoseBefore) {
    ASSERT_FALSE(save_settings({"Ana", true, false, {{"PHH", "1"}, {"MOB", "Y"}}}));
    ASSERT_FALSE(save_settings({"Ana \xE2\x99\xA5", true, false, {{"PHM", "555%200100"}}}));
    reopen();
    const auto record = load(ana);
    EXPECT_EQ(record->settings.friendly_name, "Ana \xE2\x99\xA5");
    EXPECT_TRUE(record->settings.only_allowed);
    EXPECT_FALSE(record->settings.ask_when_added);
    EXPECT_EQ(record->settings.properties, (std::map<std::string, std::string>{{"PHM", "555%200100"}}));
}

TEST_F(ContactsTest, RefusedChangeLeavesListsAndVersionAlone) {
    ASSERT_FALSE(save(ana, {bob, "Bob", "", msn::list_forward, {}}, 4));
    EXPECT_EQ(save(ana, {bob, std::string(longest_field + 1, 'x'), "", msn::list_forward, {}}, 5), StoreErrc::too_long);
    EXPECT_EQ(save_settings({"Ana", true, true, {{"PHH", std::string(longest_field + 1, 'x')}}}), StoreErrc::too_long);
    EXPECT_EQ(save_group({1, "", std::string(longest_field + 1, 'x')}), StoreErrc::too_long);
    EXPECT_EQ(load(ana)->version, 4U);
    EXPECT_EQ(load(ana)->settings.friendly_name, "") << "undone, although it came before the long one";
    EXPECT_EQ(contacts(), "bob@example.org Bob  1\n");
}

TEST_F(ContactsTest, FullListsTakeChangesButNothingNew) {
    std::size_t answers = 0;
    for (std::size_t i = 0; i < most_contacts; ++i) {
        store_->save_contact(ana, {"c" + std::to_string(i), "", "", msn::list_forward, {}}, 2,
                             [&](std::error_code error) { answers += error ? 0U : 1U; });
    }
    run_until([&] { return answers == most_contacts; });
    EXPECT_EQ(save(ana, {"another", "", "", msn::list_forward, {}}), chat::Errc::list_full);
    EXPECT_FALSE(save(ana, {"c0", "new name", "", msn::list_forward, {}}));
    EXPECT_FALSE(save(bob, {"another", "", "", msn::list_forward, {}})) << "everybody has a list of their own";
    for (unsigned i = 0; i < most_groups; ++i) ASSERT_FALSE(save_group({i, "", "g"}));
    EXPECT_EQ(save_group({most_groups, "", "g"}), chat::Errc::list_full);
    EXPECT_FALSE(save_group({0, "", "renamed"}));
    msn::AccountSettings settings;
    for (std::size_t i = 0; i < most_properties; ++i) settings.properties["P" + std::to_string(i)] = "x";
    EXPECT_FALSE(save_settings(settings));
    settings.properties["another"] = "x";
    EXPECT_EQ(save_settings(settings), chat::Errc::list_full);
}

TEST_F(ContactsTest, WhatIsSavedInAnyOrderIsWhatARestartFinds) {
    std::map<std::string, msn::Contact> model;
    std::uint64_t version = 1;
    rc::check("equals a map", [&] {
        const auto handle = "c" + std::to_string(*rc::gen::inRange(0, 4)) + "@example.org";
        ++version;
        if (*rc::gen::inRange(0, 4) == 0) {
            RC_ASSERT(!outcome([&](auto done) { store_->remove_contact(ana, handle, version, done); }));
            model.erase(handle);
        } else {
            msn::Contact contact;
            contact.handle = handle;
            contact.name = *rc::gen::arbitrary<std::string>();
            contact.guid = *rc::gen::arbitrary<std::string>();
            contact.lists = *rc::gen::inRange(1U, 8U);
            const auto groups = *rc::gen::arbitrary<std::set<std::uint8_t>>();
            if ((contact.lists & msn::list_forward) != 0) contact.groups.assign(groups.begin(), groups.end());
            if (contact.groups.size() > most_groups) contact.groups.resize(most_groups);
            RC_ASSERT(!save(ana, contact, version));
            model[handle] = contact;
        }
        if (*rc::gen::inRange(0, 10) == 0) reopen();
        const auto record = load(ana);
        RC_ASSERT(record->version == version);
        RC_ASSERT(record->contacts.size() == model.size());
        for (const msn::Contact& contact : record->contacts) {
            const msn::Contact& expected = model.at(contact.handle);
            RC_ASSERT(contact.name == expected.name);
            RC_ASSERT(contact.guid == expected.guid);
            RC_ASSERT(contact.lists == expected.lists);
            RC_ASSERT(contact.groups == expected.groups);
        }
    });
}

}  // namespace
}  // namespace patchcord::gateway

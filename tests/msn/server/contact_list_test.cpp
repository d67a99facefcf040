#include "msn/server/contact_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>
#include <string>

#include "tests/support/msn_md5.hpp"

namespace patchcord::msn {
namespace {

constexpr ContactLimits limits{3, 2};

AccountRecord record_of_ana() {
    AccountRecord record;
    record.handle = "ana@example.com";
    record.version = 41;
    record.groups = {{1, "11111111-1111-4111-8111-111111111111", "Friends"}};
    record.contacts = {
        {"bob@example.com", "Bob", "22222222-2222-4222-8222-222222222222", list_forward | list_allow, {1}},
        {"mal@example.com", "Mal", "", list_block, {}}};
    record.reverse = {{"bob@example.com", "Bob B"}, {"carol@example.com", "Carol"}};
    return record;
}

ContactList list_of_ana() {
    return {record_of_ana(), tests::md5};
}

ContactList empty_list() {
    AccountRecord record;
    record.handle = "ana@example.com";
    return {std::move(record), tests::md5};
}

template <class Change>
ErrorCode refusal(const Planned<Change>& planned) {
    const auto* refused = std::get_if<ErrorCode>(&planned);
    return refused == nullptr ? ErrorCode{} : *refused;
}

Planned<Contact> plan_add(const ContactList& list, ListBits which, std::string_view handle,
                          std::optional<unsigned> group = {}, GroupStyle style = GroupStyle::numbered) {
    return list.plan_add(which, handle, "Name", group, style, limits);
}

TEST(ContactListTest, RlAndPlAreDerived) {
    const ContactList list = list_of_ana();
    EXPECT_EQ(list.lists_of("bob@example.com"), unsigned{list_forward | list_allow | list_reverse});
    EXPECT_EQ(list.lists_of("carol@example.com"), unsigned{list_reverse | list_pending});
    EXPECT_EQ(list.lists_of("mal@example.com"), unsigned{list_block});
    EXPECT_EQ(list.lists_of("nobody@example.com"), 0U);
    EXPECT_EQ(list.count(list_forward), 1U);
    EXPECT_EQ(list.count(list_reverse), 2U);
    EXPECT_EQ(list.count(list_pending), 1U);
    ASSERT_EQ(list.members(list_reverse).size(), 2U);
    EXPECT_EQ(list.members(list_reverse).back().name, "Carol");
    EXPECT_EQ(list.everybody().size(), 3U);
}

TEST(ContactListTest, WhoIsAllowedDependsOnBlpAlAndBl) {
    ContactList list = list_of_ana();
    EXPECT_TRUE(list.is_allowed("bob@example.com"));
    EXPECT_TRUE(list.is_allowed("nobody@example.com"));
    EXPECT_FALSE(list.is_allowed("mal@example.com"));
    AccountSettings settings = list.settings();
    settings.only_allowed = true;
    list.apply(settings);
    EXPECT_TRUE(list.is_allowed("bob@example.com"));
    EXPECT_FALSE(list.is_allowed("nobody@example.com"));
    EXPECT_FALSE(list.is_allowed("mal@example.com"));
}

TEST(ContactListTest, StoredListsOtherThanFlAlAndBlAreIgnored) {
    AccountRecord record = record_of_ana();
    record.contacts.front().lists |= list_pending | list_reverse;
    record.reverse.clear();
    const ContactList list(std::move(record), tests::md5);
    EXPECT_EQ(list.lists_of("bob@example.com"), unsigned{list_forward | list_allow});
}

TEST(ContactListTest, AddingKeepsTheOtherLists) {
    ContactList list = list_of_ana();
    const auto planned = plan_add(list, list_block, "carol@example.com");
    list.apply(std::get<Contact>(planned));
    list.apply(std::get<Contact>(plan_add(list, list_forward, "carol@example.com")));
    EXPECT_EQ(list.find("carol@example.com")->lists, unsigned{list_forward | list_block});
    EXPECT_EQ(list.find("carol@example.com")->guid.size(), 36U);
    EXPECT_EQ(list.version(), 43U);
}

TEST(ContactListTest, NothingIsChangedByAPlan) {
    const ContactList list = list_of_ana();
    (void)plan_add(list, list_forward, "carol@example.com");
    (void)list.plan_remove(list_forward, "bob@example.com");
    EXPECT_EQ(list.version(), 41U);
    EXPECT_EQ(list.lists_of("carol@example.com"), unsigned{list_reverse | list_pending});
    EXPECT_TRUE(list.is_on(list_forward, "bob@example.com"));
}

TEST(ContactListTest, AddingIsRefusedAsTheProtocolSays) {
    ContactList list = list_of_ana();
    EXPECT_EQ(refusal(plan_add(list, list_forward, "bob@example.com")), ErrorCode::already_there);
    EXPECT_EQ(refusal(plan_add(list, list_forward, "bob@example.com", 1)), ErrorCode::already_there);
    EXPECT_EQ(refusal(plan_add(list, list_forward, "bob@example.com", 9)), ErrorCode::no_such_group);
    EXPECT_EQ(refusal(plan_add(list, list_forward, "carol@example.com", 9)), ErrorCode::no_such_group);
    EXPECT_EQ(refusal(plan_add(list, list_forward, "carol@example.com", 0, GroupStyle::by_guid)),
              ErrorCode::no_such_group);
    EXPECT_EQ(refusal(plan_add(list, list_block, "bob@example.com")), ErrorCode::on_opposite_list);
    EXPECT_EQ(refusal(plan_add(list, list_allow, "mal@example.com")), ErrorCode::on_opposite_list);
    for (const char* handle : {"a@example.com", "b@example.com"}) {
        list.apply(std::get<Contact>(plan_add(list, list_forward, handle)));
    }
    EXPECT_EQ(refusal(plan_add(list, list_forward, "c@example.com")), ErrorCode::list_full);
    EXPECT_EQ(refusal(plan_add(list, list_allow, "c@example.com")), ErrorCode{});
    EXPECT_EQ(refusal(plan_add(list, list_forward, "bob@example.com", 0)), ErrorCode{}) << "a group is no contact";
}

TEST(ContactListTest, AContactMovesBetweenNumberedGroupsByAddAndRemove) {
    ContactList list = empty_list();
    list.apply(ContactGroup{3, "guid", "Friends"});
    list.apply(std::get<Contact>(plan_add(list, list_forward, "bob@example.com", 0)));
    list.apply(std::get<Contact>(plan_add(list, list_forward, "bob@example.com", 3)));
    EXPECT_EQ(ContactList::groups_of(*list.find("bob@example.com"), GroupStyle::numbered),
              (std::vector<unsigned>{0, 3}));
    list.apply(std::get<Contact>(list.plan_remove_from_group("bob@example.com", 0, GroupStyle::numbered)));
    EXPECT_EQ(ContactList::groups_of(*list.find("bob@example.com"), GroupStyle::numbered), (std::vector<unsigned>{3}));
    EXPECT_EQ(refusal(list.plan_remove_from_group("bob@example.com", 0, GroupStyle::numbered)),
              ErrorCode::not_in_group);
    EXPECT_EQ(refusal(list.plan_remove_from_group("bob@example.com", 7, GroupStyle::numbered)),
              ErrorCode::invalid_group);
    EXPECT_EQ(refusal(list.plan_remove_from_group("carol@example.com", 3, GroupStyle::numbered)),
              ErrorCode::not_on_list);
}

TEST(ContactListTest, WithoutItsLastNumberedGroupAContactIsOffTheList) {
    ContactList list = list_of_ana();
    list.apply(std::get<Contact>(list.plan_remove_from_group("bob@example.com", 1, GroupStyle::numbered)));
    EXPECT_EQ(list.find("bob@example.com")->lists, unsigned{list_allow});
    ContactList recent = list_of_ana();
    recent.apply(std::get<Contact>(recent.plan_remove_from_group("bob@example.com", 1, GroupStyle::by_guid)));
    EXPECT_EQ(recent.find("bob@example.com")->lists, unsigned{list_forward | list_allow});
}

TEST(ContactListTest, WhoeverIsOnNoListIsForgotten) {
    ContactList list = list_of_ana();
    list.apply(std::get<Contact>(list.plan_remove(list_block, "mal@example.com")));
    EXPECT_EQ(list.find("mal@example.com"), nullptr);
    EXPECT_EQ(refusal(list.plan_remove(list_block, "mal@example.com")), ErrorCode::not_on_list);
    EXPECT_EQ(refusal(list.plan_remove(list_block, "bob@example.com")), ErrorCode::not_on_list);
    list.apply(std::get<Contact>(list.plan_remove(list_forward, "bob@example.com")));
    EXPECT_TRUE(list.find("bob@example.com")->groups.empty());
    EXPECT_TRUE(list.find("bob@example.com")->guid.empty());
}

TEST(ContactListTest, GroupsAreNamedOnceAndCounted) {
    ContactList list = list_of_ana();
    EXPECT_EQ(refusal(list.plan_add_group("Friends", limits)), ErrorCode::group_exists);
    EXPECT_EQ(refusal(list.plan_add_group("Other Contacts", limits)), ErrorCode::group_exists);
    EXPECT_EQ(refusal(list.plan_add_group("", limits)), ErrorCode::invalid_parameter);
    EXPECT_EQ(refusal(list.plan_add_group(std::string(62, 'x'), limits)), ErrorCode::group_name_too_long);
    const ContactGroup pals = std::get<ContactGroup>(list.plan_add_group(std::string(61, 'x'), limits));
    EXPECT_EQ(pals.number, 2U);
    EXPECT_EQ(pals.guid.size(), 36U);
    list.apply(pals);
    EXPECT_EQ(refusal(list.plan_add_group("More", limits)), ErrorCode::too_many_groups);
    EXPECT_EQ(refusal(list.plan_rename_group(2, "Friends")), ErrorCode::group_exists);
    EXPECT_EQ(refusal(list.plan_rename_group(1, "Friends")), ErrorCode{});
    EXPECT_EQ(refusal(list.plan_rename_group(0, "First")), ErrorCode::invalid_group);
    EXPECT_EQ(refusal(list.plan_remove_group(0)), ErrorCode::cannot_remove_first_group);
    EXPECT_EQ(refusal(list.plan_remove_group(9)), ErrorCode::invalid_group);
}

TEST(ContactListTest, ContactsOfARemovedGroupStay) {
    ContactList list = list_of_ana();
    list.remove(*list.find_group(1));
    EXPECT_TRUE(list.groups().empty());
    EXPECT_TRUE(list.is_on(list_forward, "bob@example.com"));
    EXPECT_EQ(ContactList::groups_of(*list.find("bob@example.com"), GroupStyle::numbered), (std::vector<unsigned>{0}));
    EXPECT_TRUE(ContactList::groups_of(*list.find("bob@example.com"), GroupStyle::by_guid).empty());
}

TEST(ContactListTest, SettingsChangeOnlyToSomethingElse) {
    const ContactList list = list_of_ana();
    EXPECT_EQ(refusal(list.plan_only_allowed(false)), ErrorCode::already_in_mode);
    EXPECT_EQ(refusal(list.plan_ask_when_added(true)), ErrorCode::already_in_mode);
    EXPECT_TRUE(std::get<AccountSettings>(list.plan_only_allowed(true)).only_allowed);
    EXPECT_FALSE(std::get<AccountSettings>(list.plan_ask_when_added(false)).ask_when_added);
}

TEST(ContactListTest, NewsOfRlCountOnce) {
    ContactList list = list_of_ana();
    EXPECT_FALSE(list.add_reverse("bob@example.com", "Bob"));
    EXPECT_TRUE(list.add_reverse("mal@example.com", "Mal"));
    EXPECT_EQ(list.version(), 42U);
    EXPECT_EQ(list.lists_of("mal@example.com"), unsigned{list_block | list_reverse});
    EXPECT_TRUE(list.remove_reverse("mal@example.com"));
    EXPECT_FALSE(list.remove_reverse("mal@example.com"));
    EXPECT_EQ(list.version(), 43U);
}

TEST(ContactListTest, GuidsAreTheSameForTheSameContactAndOthersForOthers) {
    AccountRecord record = record_of_ana();
    record.contacts.front().guid.clear();
    const ContactList list(std::move(record), tests::md5);
    const ContactList again = empty_list();
    const std::string& guid = list.find("bob@example.com")->guid;
    EXPECT_EQ(guid, std::get<Contact>(plan_add(again, list_forward, "bob@example.com")).guid);
    EXPECT_NE(guid, std::get<Contact>(plan_add(again, list_forward, "carol@example.com")).guid);
    EXPECT_EQ(guid[14], '3') << "the version of a GUID made of a name";
    EXPECT_EQ(list.find_by_guid(guid), list.find("bob@example.com"));
    EXPECT_EQ(list.find_by_guid(""), nullptr) << "who is not on FL has none";
}

TEST(ContactListTest, ListNamesAreReadAndWritten) {
    for (const char* name : {"FL", "AL", "BL", "RL", "PL"}) {
        const auto list = parse_list(name);
        ASSERT_TRUE(list);
        EXPECT_EQ(format_list(*list), name);
    }
    for (const char* name : {"", "fl", "XL", "FLL"}) EXPECT_FALSE(parse_list(name)) << name;
}

/// Whatever is asked for, in whatever order: what holds of every list.
TEST(ContactListTest, NoSequenceOfChangesBreaksTheRules) {
    rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>>& steps) {
        ContactList list = list_of_ana();
        std::uint64_t version = list.version();
        for (const auto& [what, who, where] : steps) {
            const std::string handle = std::string(1, static_cast<char>('a' + who % 6)) + "@example.com";
            const auto style = where % 2 == 0 ? GroupStyle::numbered : GroupStyle::by_guid;
            const ListBits which = what % 3 == 0 ? list_forward : what % 3 == 1 ? list_allow : list_block;
            Planned<Contact> planned = ErrorCode::syntax_error;
            switch (what % 5) {
                case 0: planned = list.plan_add(which, handle, "x", where % 4, style, limits); break;
                case 1: planned = list.plan_add(which, handle, "", {}, style, limits); break;
                case 2: planned = list.plan_remove(which, handle); break;
                case 3: planned = list.plan_remove_from_group(handle, where % 4, style); break;
                default: {
                    const auto group = list.plan_add_group(handle, limits);
                    if (const auto* added = std::get_if<ContactGroup>(&group)) {
                        list.apply(*added);
                        ++version;
                    } else if (const auto* old = list.find_group(where % 4)) {
                        list.remove(*old);
                        ++version;
                    }
                }
            }
            if (const auto* contact = std::get_if<Contact>(&planned)) {
                list.apply(*contact);
                ++version;
            }
            RC_ASSERT(list.version() == version);
            std::set<std::string> guids;
            std::string previous;
            for (const Contact& contact : list.contacts()) {
                RC_ASSERT(previous < contact.handle);
                previous = contact.handle;
                RC_ASSERT(contact.lists != 0U);
                RC_ASSERT((contact.lists & (list_allow | list_block)) != (list_allow | list_block));
                const bool forward = (contact.lists & list_forward) != 0;
                RC_ASSERT(forward == !contact.guid.empty());
                RC_ASSERT(forward || contact.groups.empty());
                if (forward) RC_ASSERT(guids.insert(contact.guid).second);
                for (const unsigned number : contact.groups) RC_ASSERT(number == 0 || list.find_group(number));
            }
            RC_ASSERT(list.count(list_forward) <= limits.contacts);
            RC_ASSERT(list.groups().size() <= limits.groups);
        }
    });
}

}  // namespace
}  // namespace patchcord::msn

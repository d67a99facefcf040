#include "gateway/store/contacts.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {
namespace {

constexpr unsigned stored_lists = msn::list_forward | msn::list_allow | msn::list_block;

bool load_settings(soci::session& session, msn::AccountRecord& record) {
    msn::AccountSettings& settings = record.settings;
    int only_allowed = 0;
    int ask_when_added = 0;
    long long version = 0;
    session << "SELECT friendly_name, only_allowed, ask_when_added, list_version FROM account WHERE handle = :handle",
        soci::use(record.handle), soci::into(settings.friendly_name), soci::into(only_allowed),
        soci::into(ask_when_added), soci::into(version);
    settings.only_allowed = only_allowed != 0;
    settings.ask_when_added = ask_when_added != 0;
    record.version = static_cast<std::uint64_t>(version);
    return session.got_data();
}

void load_properties(soci::session& session, msn::AccountRecord& record) {
    std::string name;
    std::string value;
    soci::statement select = (session.prepare << "SELECT name, value FROM property WHERE owner = :owner",
                              soci::use(record.handle), soci::into(name), soci::into(value));
    select.execute();
    while (select.fetch()) record.settings.properties[name] = value;
}

void load_groups(soci::session& session, msn::AccountRecord& record) {
    msn::ContactGroup group;
    long long number = 0;
    soci::statement select =
        (session.prepare << "SELECT number, guid, name FROM contact_group WHERE owner = :owner ORDER BY number",
         soci::use(record.handle), soci::into(number), soci::into(group.guid), soci::into(group.name));
    select.execute();
    while (select.fetch()) {
        group.number = static_cast<unsigned>(number);
        record.groups.push_back(group);
    }
}

void load_contacts(soci::session& session, msn::AccountRecord& record) {
    msn::Contact contact;
    int lists = 0;
    soci::statement select =
        (session.prepare << "SELECT handle, name, guid, lists FROM contact WHERE owner = :owner ORDER BY handle",
         soci::use(record.handle), soci::into(contact.handle), soci::into(contact.name), soci::into(contact.guid),
         soci::into(lists));
    select.execute();
    while (select.fetch()) {
        contact.lists = static_cast<unsigned>(lists);
        record.contacts.push_back(contact);
    }
}

/// Both come in the order of handles, so one pass gives each contact its groups.
void load_memberships(soci::session& session, msn::AccountRecord& record) {
    std::string handle;
    long long number = 0;
    soci::statement select =
        (session.prepare << "SELECT handle, number FROM membership WHERE owner = :owner ORDER BY handle, number",
         soci::use(record.handle), soci::into(handle), soci::into(number));
    select.execute();
    auto contact = record.contacts.begin();
    while (select.fetch()) {
        while (contact != record.contacts.end() && contact->handle != handle) ++contact;
        if (contact == record.contacts.end()) return;
        contact->groups.push_back(static_cast<unsigned>(number));
    }
}

/// Whether `table` holds so many rows of `owner`, not counting the one with `key`.
bool is_full(soci::session& session, const char* table, const char* key_column, const std::string& owner,
             const std::string& key, std::size_t most) {
    long long others = 0;
    session << "SELECT COUNT(*) FROM " << table << " WHERE owner = :owner AND " << key_column << " <> :key",
        soci::use(owner), soci::use(key), soci::into(others);
    return static_cast<std::size_t>(others) >= most;
}

void replace_memberships(soci::session& session, const std::string& owner, const msn::Contact& contact) {
    session << "DELETE FROM membership WHERE owner = :owner AND handle = :handle", soci::use(owner),
        soci::use(contact.handle);
    if ((contact.lists & msn::list_forward) == 0) return;
    for (const unsigned number : contact.groups) {
        const long long group = number;
        session << "INSERT OR IGNORE INTO membership (owner, handle, number) VALUES (:owner, :handle, :number)",
            soci::use(owner), soci::use(contact.handle), soci::use(group);
    }
}

}  // namespace

chat::Result<msn::AccountRecord> load_account(soci::session& session, const std::string& handle) {
    msn::AccountRecord record;
    record.handle = handle;
    if (!load_settings(session, record)) return chat::Errc::no_such_user;
    load_properties(session, record);
    load_groups(session, record);
    load_contacts(session, record);
    load_memberships(session, record);
    record.reverse = load_reverse(session, handle);
    return record;
}

std::vector<msn::ReverseContact> load_reverse(soci::session& session, const std::string& handle) {
    msn::ReverseContact other;
    soci::statement select =
        (session.prepare << "SELECT contact.owner, account.friendly_name FROM contact"
                            " JOIN account ON account.handle = contact.owner"
                            " WHERE contact.handle = :handle AND contact.lists & 1 ORDER BY contact.owner",
         soci::use(handle), soci::into(other.handle), soci::into(other.name));
    select.execute();
    std::vector<msn::ReverseContact> others;
    while (select.fetch()) others.push_back(other);
    return others;
}

std::error_code set_list_version(soci::session& session, const std::string& owner, std::uint64_t version) {
    const auto number = static_cast<long long>(version);
    soci::statement update = (session.prepare << "UPDATE account SET list_version = :version WHERE handle = :owner",
                              soci::use(number), soci::use(owner));
    update.execute(true);
    return update.get_affected_rows() > 0 ? std::error_code{} : make_error_code(chat::Errc::no_such_user);
}

std::error_code save_contact(soci::session& session, const std::string& owner, const msn::Contact& contact) {
    const int lists = static_cast<int>(contact.lists & stored_lists);
    if (lists == 0) {
        remove_contact(session, owner, contact.handle);
        return {};
    }
    if (any_too_long({contact.handle, contact.name, contact.guid})) return StoreErrc::too_long;
    if (contact.groups.size() > most_groups) return chat::Errc::list_full;
    if (is_full(session, "contact", "handle", owner, contact.handle, most_contacts)) return chat::Errc::list_full;
    session << "INSERT INTO contact (owner, handle, name, guid, lists) VALUES (:owner, :handle, :name, :guid, :lists)"
               " ON CONFLICT (owner, handle) DO UPDATE SET name = excluded.name, guid = excluded.guid,"
               " lists = excluded.lists",
        soci::use(owner), soci::use(contact.handle), soci::use(contact.name), soci::use(contact.guid), soci::use(lists);
    replace_memberships(session, owner, contact);
    return {};
}

void remove_contact(soci::session& session, const std::string& owner, const std::string& handle) {
    session << "DELETE FROM contact WHERE owner = :owner AND handle = :handle", soci::use(owner), soci::use(handle);
}

std::error_code save_group(soci::session& session, const std::string& owner, const msn::ContactGroup& group) {
    if (any_too_long({group.guid, group.name})) return StoreErrc::too_long;
    if (is_full(session, "contact_group", "number", owner, std::to_string(group.number), most_groups)) {
        return chat::Errc::list_full;
    }
    const long long number = group.number;
    session << "INSERT INTO contact_group (owner, number, guid, name) VALUES (:owner, :number, :guid, :name)"
               " ON CONFLICT (owner, number) DO UPDATE SET guid = excluded.guid, name = excluded.name",
        soci::use(owner), soci::use(number), soci::use(group.guid), soci::use(group.name);
    return {};
}

void remove_group(soci::session& session, const std::string& owner, unsigned number) {
    const long long group = number;
    session << "DELETE FROM contact_group WHERE owner = :owner AND number = :number", soci::use(owner),
        soci::use(group);
    session << "DELETE FROM membership WHERE owner = :owner AND number = :number", soci::use(owner), soci::use(group);
}

std::error_code save_settings(soci::session& session, const std::string& owner, const msn::AccountSettings& settings) {
    if (any_too_long({settings.friendly_name})) return StoreErrc::too_long;
    if (settings.properties.size() > most_properties) return chat::Errc::list_full;
    const int only_allowed = settings.only_allowed ? 1 : 0;
    const int ask_when_added = settings.ask_when_added ? 1 : 0;
    session << "UPDATE account SET friendly_name = :name, only_allowed = :only, ask_when_added = :ask"
               " WHERE handle = :owner",
        soci::use(settings.friendly_name), soci::use(only_allowed), soci::use(ask_when_added), soci::use(owner);
    session << "DELETE FROM property WHERE owner = :owner", soci::use(owner);
    for (const auto& [name, value] : settings.properties) {
        if (any_too_long({name, value})) return StoreErrc::too_long;
        session << "INSERT INTO property (owner, name, value) VALUES (:owner, :name, :value)", soci::use(owner),
            soci::use(name), soci::use(value);
    }
    return {};
}

}  // namespace patchcord::gateway

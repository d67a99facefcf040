#include "msn/server/contact_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchcord::msn {
namespace {

constexpr unsigned stored_lists = list_forward | list_allow | list_block;
constexpr unsigned first_group = 0;

constexpr std::array<std::pair<std::string_view, ListBits>, 5> list_names{{
    {"FL", list_forward},
    {"AL", list_allow},
    {"BL", list_block},
    {"RL", list_reverse},
    {"PL", list_pending},
}};

/// What is stored for the groups a contact is in: no groups and group 0 alone are the same.
std::vector<unsigned> stored_groups(std::vector<unsigned> groups) {
    if (groups == std::vector<unsigned>{first_group}) groups.clear();
    return groups;
}

bool by_handle(const Contact& one, const Contact& other) {
    return one.handle < other.handle;
}

Contact without_list(Contact contact, ListBits list) {
    contact.lists &= ~static_cast<unsigned>(list);
    if (list == list_forward) {
        contact.groups.clear();
        contact.guid.clear();
    }
    return contact;
}

}  // namespace

std::optional<ListBits> parse_list(std::string_view name) {
    for (const auto& [known, list] : list_names) {
        if (known == name) return list;
    }
    return std::nullopt;
}

std::string_view format_list(ListBits list) {
    for (const auto& [name, known] : list_names) {
        if (known == list) return name;
    }
    return {};
}

ContactList::ContactList(AccountRecord record, Md5 md5)
    : owner_(std::move(record.handle)),
      version_(record.version),
      settings_(std::move(record.settings)),
      groups_(std::move(record.groups)),
      md5_(md5) {
    std::erase_if(groups_, [](const ContactGroup& group) { return group.number == first_group; });
    for (Contact& contact : record.contacts) {
        contact.lists &= stored_lists;
        if ((contact.lists & list_forward) != 0 && contact.guid.empty()) {
            contact.guid = make_guid("contact", contact.handle);
        }
    }
    contacts_ = std::move(record.contacts);
    std::sort(contacts_.begin(), contacts_.end(), by_handle);
    note_blocked();
    for (ReverseContact& contact : record.reverse) reverse_.emplace(std::move(contact.handle), std::move(contact.name));
}

// --- who is on it ---------------------------------------------------------------------------------------------------

std::vector<Contact>::iterator ContactList::place_of(std::string_view handle) {
    return std::lower_bound(contacts_.begin(), contacts_.end(), handle,
                            [](const Contact& contact, std::string_view wanted) { return contact.handle < wanted; });
}

const Contact* ContactList::find(std::string_view handle) const {
    const auto found =
        std::lower_bound(contacts_.begin(), contacts_.end(), handle,
                         [](const Contact& contact, std::string_view wanted) { return contact.handle < wanted; });
    return found == contacts_.end() || found->handle != handle ? nullptr : &*found;
}

const Contact* ContactList::find_by_guid(std::string_view guid) const {
    if (guid.empty()) return nullptr;
    const auto found =
        std::find_if(contacts_.begin(), contacts_.end(), [&](const Contact& contact) { return contact.guid == guid; });
    return found == contacts_.end() ? nullptr : &*found;
}

unsigned ContactList::lists_of(std::string_view handle) const {
    const Contact* contact = find(handle);
    unsigned lists = contact == nullptr ? 0 : contact->lists;
    if (!reverse_.contains(handle)) return lists;
    if ((lists & (list_allow | list_block)) == 0) lists |= list_pending;
    return lists | list_reverse;
}

bool ContactList::is_on(ListBits list, std::string_view handle) const {
    return (lists_of(handle) & list) != 0;
}

Contact ContactList::complete(Contact contact) const {
    contact.lists = lists_of(contact.handle);
    if (!contact.name.empty()) return contact;
    const auto reverse = reverse_.find(contact.handle);
    contact.name = reverse == reverse_.end() || reverse->second.empty() ? contact.handle : reverse->second;
    return contact;
}

std::vector<Contact> ContactList::everybody() const {
    std::vector<Contact> all;
    for (const Contact& contact : contacts_) all.push_back(complete(contact));
    for (const auto& [handle, name] : reverse_) {
        if (find(handle) != nullptr) continue;
        Contact contact;
        contact.handle = handle;
        all.push_back(complete(std::move(contact)));
    }
    std::sort(all.begin(), all.end(), by_handle);
    return all;
}

std::vector<Contact> ContactList::members(ListBits list) const {
    std::vector<Contact> all = everybody();
    std::erase_if(all, [&](const Contact& contact) { return (contact.lists & list) == 0; });
    return all;
}

std::size_t ContactList::count(ListBits list) const {
    if (list == list_reverse) return reverse_.size();
    if (list == list_pending) {
        return static_cast<std::size_t>(std::count_if(
            reverse_.begin(), reverse_.end(), [&](const auto& entry) { return is_on(list_pending, entry.first); }));
    }
    return static_cast<std::size_t>(std::count_if(contacts_.begin(), contacts_.end(),
                                                  [&](const Contact& contact) { return (contact.lists & list) != 0; }));
}

bool ContactList::is_allowed(std::string_view handle) const {
    if (is_on(list_block, handle)) return false;
    return !settings_.only_allowed || is_on(list_allow, handle);
}

const ContactGroup* ContactList::find_group(unsigned number) const {
    const auto found =
        std::find_if(groups_.begin(), groups_.end(), [&](const ContactGroup& group) { return group.number == number; });
    return found == groups_.end() ? nullptr : &*found;
}

const ContactGroup* ContactList::find_group(std::string_view guid_or_name) const {
    const auto by = [&](std::string ContactGroup::*member) {
        return std::find_if(groups_.begin(), groups_.end(),
                            [&](const ContactGroup& group) { return group.*member == guid_or_name; });
    };
    auto found = by(&ContactGroup::guid);
    if (found == groups_.end()) found = by(&ContactGroup::name);
    return found == groups_.end() ? nullptr : &*found;
}

std::vector<unsigned> ContactList::groups_of(const Contact& contact, GroupStyle style) {
    std::vector<unsigned> groups = contact.groups;
    if (style == GroupStyle::by_guid) {
        std::erase(groups, first_group);
    } else if (groups.empty()) {
        groups.push_back(first_group);
    }
    return groups;
}

bool ContactList::is_group(unsigned number, GroupStyle style) const {
    if (number == first_group) return style == GroupStyle::numbered;
    return find_group(number) != nullptr;
}

std::string ContactList::make_guid(std::string_view what, std::string_view name) const {
    std::array<std::uint8_t, 16> bytes = md5_(std::string(what) + '\n' + owner_ + '\n' + std::string(name));
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x30U);  // version 3
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string guid;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) guid += '-';
        guid += digits[bytes[i] >> 4U];
        guid += digits[bytes[i] & 0xFU];
    }
    return guid;
}

// --- planning -------------------------------------------------------------------------------------------------------

Planned<Contact> ContactList::plan_add(ListBits list, std::string_view handle, std::string_view name,
                                       std::optional<unsigned> group, GroupStyle style,
                                       const ContactLimits& limits) const {
    const Contact* known = find(handle);
    Contact contact = known == nullptr ? Contact{} : *known;
    const bool there = (contact.lists & list) != 0;
    const bool grouped = group.has_value() && list == list_forward;
    const unsigned number = group.value_or(0);
    if (grouped && !is_group(number, style)) return ErrorCode::no_such_group;
    std::vector<unsigned> groups = there ? groups_of(contact, style) : std::vector<unsigned>();
    if (there && (!grouped || std::count(groups.begin(), groups.end(), number) != 0)) return ErrorCode::already_there;
    const unsigned opposite = list == list_allow ? list_block : list == list_block ? list_allow : 0U;
    if ((contact.lists & opposite) != 0) return ErrorCode::on_opposite_list;
    if (!there && count(list) >= limits.contacts) return ErrorCode::list_full;

    contact.handle = handle;
    if (!name.empty() && !there) contact.name = name;
    contact.lists |= static_cast<unsigned>(list);
    if (list == list_forward) {
        if (contact.guid.empty()) contact.guid = make_guid("contact", handle);
        if (grouped) groups.push_back(number);
        contact.groups = stored_groups(std::move(groups));
    }
    return contact;
}

Planned<Contact> ContactList::plan_remove(ListBits list, std::string_view handle) const {
    const Contact* contact = find(handle);
    if (contact == nullptr || (contact->lists & list) == 0) return ErrorCode::not_on_list;
    return without_list(*contact, list);
}

Planned<Contact> ContactList::plan_remove_from_group(std::string_view handle, unsigned group, GroupStyle style) const {
    const Contact* known = find(handle);
    if (known == nullptr || (known->lists & list_forward) == 0) return ErrorCode::not_on_list;
    if (!is_group(group, style)) return ErrorCode::invalid_group;
    std::vector<unsigned> groups = groups_of(*known, style);
    if (std::erase(groups, group) == 0) return ErrorCode::not_in_group;
    if (groups.empty() && style == GroupStyle::numbered) return without_list(*known, list_forward);
    Contact contact = *known;
    contact.groups = stored_groups(std::move(groups));
    return contact;
}

Planned<Contact> ContactList::plan_rename(std::string_view handle, std::string_view name) const {
    const Contact* known = find(handle);
    if (known == nullptr) return ErrorCode::not_on_list;
    if (name.empty()) return ErrorCode::invalid_friendly_name;
    Contact contact = *known;
    contact.name = name;
    return contact;
}

std::optional<ErrorCode> ContactList::check_group_name(std::string_view name, unsigned own_number) const {
    if (name.empty()) return ErrorCode::invalid_parameter;
    if (name.size() > max_group_name_bytes) return ErrorCode::group_name_too_long;
    const bool taken = std::any_of(groups_.begin(), groups_.end(), [&](const ContactGroup& group) {
        return group.name == name && group.number != own_number;
    });
    if (taken || name == first_group_name) return ErrorCode::group_exists;
    return std::nullopt;
}

Planned<ContactGroup> ContactList::plan_add_group(std::string_view name, const ContactLimits& limits) const {
    if (const auto refused = check_group_name(name, first_group)) return *refused;
    if (groups_.size() >= limits.groups) return ErrorCode::too_many_groups;
    ContactGroup group;
    for (const ContactGroup& other : groups_) group.number = std::max(group.number, other.number);
    ++group.number;
    group.name = name;
    group.guid = make_guid("group", std::to_string(next_version()) + '\n' + group.name);
    return group;
}

Planned<ContactGroup> ContactList::plan_rename_group(unsigned number, std::string_view name) const {
    const ContactGroup* known = find_group(number);
    if (known == nullptr) return ErrorCode::invalid_group;
    if (const auto refused = check_group_name(name, number)) return *refused;
    ContactGroup group = *known;
    group.name = name;
    return group;
}

Planned<ContactGroup> ContactList::plan_remove_group(unsigned number) const {
    if (number == first_group) return ErrorCode::cannot_remove_first_group;
    const ContactGroup* group = find_group(number);
    if (group == nullptr) return ErrorCode::invalid_group;
    return *group;
}

Planned<AccountSettings> ContactList::plan_only_allowed(bool only_allowed) const {
    if (settings_.only_allowed == only_allowed) return ErrorCode::already_in_mode;
    AccountSettings settings = settings_;
    settings.only_allowed = only_allowed;
    return settings;
}

Planned<AccountSettings> ContactList::plan_ask_when_added(bool ask) const {
    if (settings_.ask_when_added == ask) return ErrorCode::already_in_mode;
    AccountSettings settings = settings_;
    settings.ask_when_added = ask;
    return settings;
}

// --- changing -------------------------------------------------------------------------------------------------------

void ContactList::apply(const Contact& contact) {
    ++version_;
    const auto place = place_of(contact.handle);
    const bool known = place != contacts_.end() && place->handle == contact.handle;
    if (known && contact.lists == 0) {
        contacts_.erase(place);
    } else if (known) {
        *place = contact;
    } else if (contact.lists != 0) {
        contacts_.insert(place, contact);
    }
    note_blocked();
}

void ContactList::note_blocked() {
    blocks_somebody_ = std::any_of(contacts_.begin(), contacts_.end(),
                                   [](const Contact& contact) { return (contact.lists & list_block) != 0; });
}

void ContactList::apply(const ContactGroup& group) {
    ++version_;
    const auto known = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const ContactGroup& other) { return other.number == group.number; });
    if (known == groups_.end()) {
        groups_.push_back(group);
    } else {
        *known = group;
    }
}

void ContactList::remove(const ContactGroup& group) {
    ++version_;
    // By value: `group` may be the one in the list.
    const unsigned number = group.number;
    std::erase_if(groups_, [&](const ContactGroup& other) { return other.number == number; });
    for (Contact& contact : contacts_) {
        std::erase(contact.groups, number);
        contact.groups = stored_groups(std::move(contact.groups));
    }
}

void ContactList::apply(AccountSettings settings) {
    ++version_;
    settings_ = std::move(settings);
}

bool ContactList::add_reverse(std::string_view handle, std::string_view name) {
    if (!reverse_.emplace(handle, name).second) return false;
    ++version_;
    return true;
}

bool ContactList::remove_reverse(std::string_view handle) {
    const auto found = reverse_.find(handle);
    if (found == reverse_.end()) return false;
    reverse_.erase(found);
    ++version_;
    return true;
}

}  // namespace patchcord::msn

#include "msn/client/roster.hpp"

#include <algorithm>
#include <array>

#include "chat_core/utf8.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

struct ListRow {
    std::string_view name;
    ListBit list;
};

constexpr std::array<ListRow, 5> list_rows = {{{"FL", ListBit::forward},
                                               {"AL", ListBit::allow},
                                               {"BL", ListBit::block},
                                               {"RL", ListBit::reverse},
                                               {"PL", ListBit::pending}}};

struct PhoneRow {
    std::string_view key;
    Phone phone;
};

constexpr std::array<PhoneRow, 4> phone_rows = {
    {{"PHH", Phone::home}, {"PHW", Phone::work}, {"PHM", Phone::mobile}, {"MOB", Phone::pager}}};

}  // namespace

std::string_view phone_key(Phone phone) {
    for (const PhoneRow& row : phone_rows) {
        if (row.phone == phone) return row.key;
    }
    return {};
}

std::optional<Phone> parse_phone_key(std::string_view key) {
    for (const PhoneRow& row : phone_rows) {
        if (row.key == key) return row.phone;
    }
    return std::nullopt;
}

void Phones::set(Phone phone, std::string_view value) {
    value = value.substr(0, chat::code_point_border(value, max_bytes));
    switch (phone) {
        case Phone::home: home = value; break;
        case Phone::work: work = value; break;
        case Phone::mobile: mobile = value; break;
        case Phone::pager: pager = value == "Y"; break;
    }
}

std::string_view list_name(ListBit list) {
    for (const ListRow& row : list_rows) {
        if (row.list == list) return row.name;
    }
    return {};
}

unsigned parse_list_name(std::string_view name) {
    for (const ListRow& row : list_rows) {
        if (row.name == name) return static_cast<unsigned>(row.list);
    }
    return 0;
}

const RosterContact* Roster::find(std::string_view handle) const {
    const auto lower = parse_handle(handle);
    const auto found = lower ? contacts_.find(*lower) : contacts_.end();
    return found == contacts_.end() ? nullptr : &found->second;
}

const RosterContact* Roster::find_guid(std::string_view guid) const {
    const auto found = std::find_if(contacts_.begin(), contacts_.end(),
                                    [&](const auto& entry) { return !guid.empty() && entry.second.guid == guid; });
    return found == contacts_.end() ? nullptr : &found->second;
}

void Roster::begin_list() {
    groups_.clear();
    for (auto& [handle, contact] : contacts_) {
        contact.lists = 0;
        contact.groups.clear();
    }
}

void Roster::end_list() {
    std::erase_if(contacts_, [](const auto& entry) { return entry.second.lists == 0; });
}

RosterContact* Roster::get(std::string_view handle) {
    const auto lower = parse_handle(handle);
    if (!lower) return nullptr;
    const auto found = contacts_.find(*lower);
    if (found != contacts_.end()) return &found->second;
    if (contacts_.size() >= max_contacts) return nullptr;
    RosterContact& contact = contacts_[*lower];
    contact.handle = *lower;
    contact.name = *lower;
    return &contact;
}

RosterContact* Roster::get_guid(std::string_view guid) {
    const RosterContact* known = find_guid(guid);
    return known == nullptr ? nullptr : get(known->handle);
}

const RosterGroup* Roster::find_group(std::string_view id) const {
    const auto found =
        std::find_if(groups_.begin(), groups_.end(), [&](const RosterGroup& group) { return group.id == id; });
    return found == groups_.end() ? nullptr : &*found;
}

void Roster::add_group(RosterGroup group) {
    if (find_group(group.id) != nullptr) return rename_group(group.id, std::move(group.name));
    if (groups_.size() < max_groups) groups_.push_back(std::move(group));
}

void Roster::rename_group(std::string_view id, std::string name) {
    for (RosterGroup& group : groups_) {
        if (group.id == id) group.name = std::move(name);
    }
}

void Roster::remove_group(std::string_view id) {
    const std::string gone(id);
    std::erase_if(groups_, [&](const RosterGroup& group) { return group.id == gone; });
    for (auto& [handle, contact] : contacts_) std::erase(contact.groups, gone);
}

void Roster::remove(std::string_view handle, unsigned lists) {
    const RosterContact* known = find(handle);
    if (known == nullptr) return;
    RosterContact* contact = get(handle);
    contact->lists &= ~lists;
    if (!contact->is_on(ListBit::forward)) {  // nothing more is told of them
        contact->status = Status::offline;
        contact->personal = {};
        contact->groups.clear();
    }
    if (contact->lists == 0) contacts_.erase(contact->handle);
}

}  // namespace patchcord::msn

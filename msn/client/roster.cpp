#include "msn/client/roster.hpp"

#include <algorithm>
#include <array>

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

}  // namespace

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

void Roster::add_group(RosterGroup group) {
    if (groups_.size() < max_groups) groups_.push_back(std::move(group));
}

void Roster::remove(std::string_view handle, unsigned lists) {
    const RosterContact* known = find(handle);
    if (known == nullptr) return;
    RosterContact* contact = get(handle);
    contact->lists &= ~lists;
    if (contact->lists == 0) contacts_.erase(contact->handle);
}

}  // namespace patchcord::msn

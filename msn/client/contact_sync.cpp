#include "msn/client/contact_sync.hpp"

#include <algorithm>
#include <optional>

#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_list_bits{8};
constexpr Dialect first_with_guids{10};
constexpr Dialect first_with_networks{14};
constexpr unsigned all_synced_lists = 15;  // FL, AL, BL, RL
constexpr std::size_t max_id_bytes = 64;

std::string name_or(std::string_view param, const std::string& handle) {
    std::string name = parse_name(param);
    return name.empty() ? handle : name;
}

std::string id_of(std::string_view text) {
    return std::string(text.substr(0, max_id_bytes));
}

std::vector<std::string> ids_of(std::string_view list) {
    std::vector<std::string> ids;
    while (!list.empty() && ids.size() < Roster::max_groups_per_contact) ids.push_back(id_of(take_field(list, ',')));
    return ids;
}

/// `N=bob@example.com F=Bob C=guid` in any order, as far as they go.
struct NamedFields {
    std::string_view handle;
    std::string_view name;
    std::string_view guid;
    std::size_t end = 0;  // the first parameter behind them
};

NamedFields named_fields(const Command& command, std::size_t from) {
    NamedFields fields;
    fields.end = from;
    for (; fields.end < command.params().size(); ++fields.end) {
        const std::string_view param = command.param(fields.end);
        if (param.starts_with("N=")) {
            fields.handle = param.substr(2);
        } else if (param.starts_with("F=")) {
            fields.name = param.substr(2);
        } else if (param.starts_with("C=")) {
            fields.guid = param.substr(2);
        } else {
            break;
        }
    }
    return fields;
}

bool is_number(std::string_view text) {
    return parse_digits(text, 10, 10).has_value();
}

RosterContact* take(const NamedFields& fields, Roster& roster) {
    RosterContact* contact = fields.handle.empty() ? roster.get_guid(fields.guid) : roster.get(fields.handle);
    if (contact == nullptr) return nullptr;
    if (!fields.name.empty()) contact->name = name_or(fields.name, contact->handle);
    if (!fields.guid.empty()) contact->guid = id_of(fields.guid);
    return contact;
}

void add_to_group(RosterContact& contact, std::string_view group) {
    const std::string id = id_of(group);
    const bool known = std::find(contact.groups.begin(), contact.groups.end(), id) != contact.groups.end();
    if (!known && contact.groups.size() < Roster::max_groups_per_contact) contact.groups.push_back(id);
}

std::optional<unsigned> list_bits(std::string_view text) {
    const auto bits = parse_digits(text, 10, 3);
    if (!bits) return std::nullopt;
    return *bits & 31U;
}

/// A contact to tell of: the roster's own when it knows the handle, and filled in by `change` in either case.
template <class Change>
RosterContact changed(std::string_view handle_text, Roster& roster, const Change& change) {
    const auto handle = parse_handle(handle_text);
    if (!handle) return {};
    if (roster.find(*handle) != nullptr) {
        RosterContact* known = roster.get(*handle);
        change(*known);
        return *known;
    }
    RosterContact stranger;
    stranger.handle = *handle;
    stranger.name = *handle;
    change(stranger);
    return stranger;
}

/// `trid list version index total handle name [groups]`; index and total are 0 when there is nobody.
std::optional<ListEntry> apply_numbered_entry(const Command& command, Roster& roster) {
    const unsigned list = parse_list_name(command.param(1));
    const auto index = parse_digits(command.param(3), 10, 10);
    const auto total = parse_digits(command.param(4), 10, 10);
    if (list == 0 || !index || !total) return std::nullopt;
    ListEntry entry;
    if (*index >= *total) entry.ended = list;
    if (*total == 0) return entry;
    const auto handle = parse_handle(command.param(5));
    if (!handle) return std::nullopt;
    entry.handle = *handle;
    RosterContact* contact = roster.get(*handle);
    if (contact == nullptr) return entry;  // too many
    contact->name = name_or(command.param(6), contact->handle);
    contact->lists |= list;
    if (list == static_cast<unsigned>(ListBit::forward)) contact->groups = ids_of(command.param(7));
    return entry;
}

bool is_guid(std::string_view text) {
    constexpr std::size_t guid_bytes = 36;
    constexpr std::size_t first_dash = 8;
    return text.size() == guid_bytes && text[first_dash] == '-';
}

}  // namespace

std::optional<ListEntry> apply_list_entry(Dialect dialect, const Command& command, Roster& roster) {
    if (dialect < first_with_list_bits) return apply_numbered_entry(command, roster);
    if (dialect < first_with_guids) {  // handle name bits [groups]
        const auto bits = list_bits(command.param(2));
        const auto handle = parse_handle(command.param(0));
        if (!bits || !handle) return std::nullopt;
        RosterContact* contact = roster.get(*handle);
        if (contact == nullptr) return ListEntry{*handle};  // too many
        contact->name = name_or(command.param(1), contact->handle);
        contact->lists = *bits;
        contact->groups = ids_of(command.param(3));
        return ListEntry{*handle};
    }
    const NamedFields fields = named_fields(command, 0);  // N= [F=] [C=] bits [type] [groups]
    const auto bits = list_bits(command.param(fields.end));
    const auto handle = parse_handle(fields.handle);
    if (!bits || !handle) return std::nullopt;
    RosterContact* contact = take(fields, roster);
    if (contact == nullptr) return ListEntry{*handle};
    contact->lists = *bits;
    const std::size_t next = fields.end + 1;
    contact->groups = ids_of(command.param(is_number(command.param(next)) ? next + 1 : next));
    return ListEntry{*handle};
}

bool apply_group(Dialect dialect, const Command& command, Roster& roster) {
    const bool name_first = dialect >= first_with_guids;
    const std::size_t at = dialect < first_with_list_bits ? 4 : 0;  // behind trid version index total
    const std::string_view id = command.param(name_first ? 1 : at);
    const std::string_view name = command.param(name_first ? 0 : at + 1);
    if (id.empty() || name.empty()) return false;
    roster.add_group({id_of(id), parse_name(name)});
    return true;
}

ListChange apply_addition(const Command& command, Roster& roster) {
    const unsigned list = parse_list_name(command.param(1));
    const bool named = command.verb == "ADC";  // trid list N= F= C= [group]; else trid list version handle name [group]
    NamedFields fields = named ? named_fields(command, 2) : NamedFields{command.param(3), command.param(4), {}, 5};
    if (!named && !parse_handle(fields.handle)) return {};
    RosterContact* contact = list == 0 ? nullptr : take(fields, roster);
    if (contact == nullptr) return {};
    const unsigned before = contact->lists;
    contact->lists |= list;
    const std::string_view group = command.param(fields.end);
    if (!group.empty() && list == static_cast<unsigned>(ListBit::forward)) add_to_group(*contact, group);
    return {list, contact->handle, contact->name, before};
}

ListChange apply_removal(Dialect dialect, const Command& command, Roster& roster) {
    const bool numbered = dialect < first_with_guids;  // trid list [version] who [group]
    const unsigned list = parse_list_name(command.param(1));
    const std::string_view who = command.param(numbered ? 3 : 2);
    const std::string_view group = command.param(numbered ? 4 : 3);
    const RosterContact* known = roster.find(who);
    if (known == nullptr) known = roster.find_guid(who);
    if (list == 0 || (known == nullptr && !parse_handle(who))) return {};
    if (known == nullptr) return {list, *parse_handle(who), {}, 0};
    if (!group.empty()) {
        std::erase(roster.get(known->handle)->groups, group);
        return {};
    }
    const ListChange change{list, known->handle, known->name, known->lists};
    roster.remove(change.handle, list);
    return change;
}

RosterContact apply_presence(Dialect dialect, const Command& command, Roster& roster) {
    if (command.verb == "FLN") {
        return changed(command.param(0), roster, [](RosterContact& contact) { contact.status = Status::offline; });
    }
    const std::size_t at = command.verb == "ILN" ? 1 : 0;  // status handle [network] name capabilities [object]
    const std::size_t name_at = at + (dialect >= first_with_networks ? 3 : 2);
    return changed(command.param(at + 1), roster, [&](RosterContact& contact) {
        contact.status = parse_status(command.param(at)).value_or(Status::away);
        contact.name = name_or(command.param(name_at), contact.handle);
        contact.capabilities = parse_digits(command.param(name_at + 1), 10, 10).value_or(0);
        const std::string object = percent_decode(command.param(name_at + 2));
        // Of those without a picture some servers send an object without attributes.
        const bool usable = object.starts_with("<msnobj ") && object.size() <= Roster::max_object_bytes;
        contact.object = usable ? object : std::string();
    });
}

RosterContact apply_personal_message(const Command& command, Roster& roster) {
    return changed(command.param(0), roster,
                   [&](RosterContact& contact) { contact.personal = parse_personal_message(command.payload); });
}

std::optional<PhoneNumber> find_phone(const Command& command) {
    PhoneNumber number;
    const auto params = command.params();
    for (std::size_t i = 0; i < params.size(); ++i) {
        if (const auto handle = parse_handle(params[i])) number.handle = *handle;
        const auto phone = parse_phone_key(params[i]);
        if (!phone) continue;
        number.phone = *phone;
        number.value = one_line(clean_text(percent_decode(command.param(i + 1))));
        return number;
    }
    return std::nullopt;
}

std::string new_group_id(Dialect dialect, const Command& command) {
    if (dialect < first_with_guids) return id_of(command.param(3));  // trid version name id 0
    const auto params = command.params();
    const auto found = std::find_if(params.begin(), params.end(), is_guid);
    return found == params.end() ? std::string() : id_of(*found);
}

bool ContactSync::begin(Dialect dialect, const Command& command) {
    contacts_left_ = groups_left_ = lists_left_ = 0;
    if (dialect < first_with_list_bits) {  // trid version: what we asked with is what we have
        if (command.param(1).empty() || command.param(1) == "0") return false;
        lists_left_ = all_synced_lists;
        running_ = true;
        return true;
    }
    const std::size_t at = dialect < first_with_guids ? 2 : 3;  // behind TrID and version or two timestamps
    const auto contacts = parse_digits(command.param(at), 10, 10);
    const auto groups = parse_digits(command.param(at + 1), 10, 10);
    if (!contacts || !groups) return false;
    contacts_left_ = *contacts;
    groups_left_ = *groups;
    running_ = true;
    return true;
}

void ContactSync::count_contact(const ListEntry& entry) {
    lists_left_ &= ~entry.ended;
    if (contacts_left_ > 0) --contacts_left_;
}

void ContactSync::count_group() {
    if (groups_left_ > 0) --groups_left_;
}

}  // namespace patchcord::msn

// What address books answer.

#include <algorithm>
#include <array>
#include <map>

#include "chat_core/utf8.hpp"
#include "gateway/http/xml.hpp"
#include "gateway/services/address_book_messages.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::gateway {
namespace {

using msn::ListBit;
using msn::Roster;
using pugi::xml_node;

constexpr std::size_t max_code_bytes = 64;

struct RoleRow {
    std::string_view role;
    ListBit list;
};

constexpr std::array<RoleRow, 4> role_rows = {{{"Allow", ListBit::allow},
                                               {"Block", ListBit::block},
                                               {"Reverse", ListBit::reverse},
                                               {"Pending", ListBit::pending}}};

/// 0: a role that is none of a messenger's, such as "ProfileExpression".
unsigned list_of_role(std::string_view role) {
    const auto* const found =
        std::find_if(role_rows.begin(), role_rows.end(), [&](const RoleRow& row) { return row.role == role; });
    return found == role_rows.end() ? 0 : static_cast<unsigned>(found->list);
}

/// A friendly name as it is kept elsewhere: one line, bounded.
std::string name_in(const xml_node& node) {
    std::string name = msn::one_line(msn::clean_text(text_of(node).substr(0, 2 * msn::max_name_bytes)));
    name.resize(chat::code_point_border(name, msn::max_name_bytes));
    return name;
}

/// An id, or nothing when it cannot be one.
std::string id_in(const xml_node& node) {
    const std::string_view id = text_of(node);
    const bool fits = id.size() <= max_book_id_bytes &&
                      std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    return fits ? std::string(id) : std::string();
}

bool is_true(const xml_node& node) {
    return msn::same_word(text_of(node), "true") || text_of(node) == "1";
}

/// A word: whatever else a service puts there is not shown to anybody.
std::string code_in(const xml_node& fault) {
    std::string_view code = text_of(descend(fault, {"detail", "errorcode"}));
    if (code.empty()) code = text_of(child(fault, "faultcode"));
    code = code.substr(code.find(':') + 1, max_code_bytes);
    const bool fits = std::all_of(code.begin(), code.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    return fits && !code.empty() ? std::string(code) : "a fault without a name";
}

std::optional<BookFault> fault_in(const xml_node& envelope) {
    const xml_node inside = descend(envelope, {"Body", "Fault"});
    const xml_node fault = inside ? inside : child(envelope, "Fault");
    if (!fault) return std::nullopt;
    return BookFault{code_in(fault), id_in(descend(fault, {"detail", "additionalDetails", "conflictObjectId"}))};
}

/// Reads the envelope; `take` gets what the body's element `operation` + "Response" holds.
template <class T, class Take>
BookAnswer<T> read(std::string_view text, std::string_view operation, const Take& take) {
    BookAnswer<T> answer;
    pugi::xml_document document;
    if (!load_xml(text, document)) return answer;
    const xml_node envelope = child(document, "Envelope");
    answer.fault = fault_in(envelope);
    if (answer.fault) return answer;
    const xml_node response = descend(envelope, {"Body", std::string(operation) + "Response"});
    if (response) answer.value = take(child(response, std::string(operation) + "Result"));
    return answer;
}

// --- memberships -----------------------------------------------------------------------------------------------------

class MembershipReader {
  public:
    void take_service(const xml_node& service) {
        const std::string_view type = text_of(descend(service, {"Info", "Handle", "Type"}));
        if (!type.empty() && type != "Messenger") return;
        for (const xml_node& membership : child(service, "Memberships").children()) {
            const unsigned list = list_of_role(text_of(child(membership, "MemberRole")));
            if (list == 0) continue;
            for (const xml_node& member : child(membership, "Members").children()) take_member(member, list);
        }
    }
    [[nodiscard]] Memberships result() { return std::move(memberships_); }

  private:
    void take_member(const xml_node& member, unsigned list) {
        const auto handle = msn::parse_handle(text_of(child(member, "PassportName")));
        if (!handle || is_true(child(member, "Deleted"))) return;
        const auto known = places_.find(*handle);
        if (known != places_.end()) {
            memberships_[known->second].second |= list;
        } else if (memberships_.size() < Roster::max_contacts) {
            places_.emplace(*handle, memberships_.size());
            memberships_.emplace_back(*handle, list);
        }
    }

    Memberships memberships_;
    std::map<std::string, std::size_t> places_;
};

// --- contacts --------------------------------------------------------------------------------------------------------

void take_group(const xml_node& node, msn::AddressBook& book) {
    msn::RosterGroup group{id_in(child(node, "groupId")), name_in(descend(node, {"groupInfo", "name"}))};
    if (group.id.empty() || is_true(child(node, "fDeleted")) || book.groups.size() >= Roster::max_groups) return;
    book.groups.push_back(std::move(group));
}

/// The account's own entry: its name, and whether who is on no list may see it. Without a word on that, they may; so
/// with 0, which some services write for the same. Any other value but 1 is read as the closed one.
void take_self(const xml_node& info, msn::AddressBook& book) {
    book.own_name = name_in(child(info, "displayName"));
    for (const xml_node& annotation : child(info, "annotations").children()) {
        if (text_of(child(annotation, "Name")) != "MSN.IM.BLP") continue;
        const auto value = text_of(child(annotation, "Value"));
        book.open_to_all = value == "1" || value == "0";
    }
}

std::vector<std::string> groups_in(const xml_node& info) {
    std::vector<std::string> groups;
    for (const xml_node& guid : child(info, "groupIds").children()) {
        if (groups.size() >= Roster::max_groups_per_contact) break;
        if (std::string id = id_in(guid); !id.empty()) groups.push_back(std::move(id));
    }
    return groups;
}

/// Address books hold people without a messenger, too.
bool is_on_list(const xml_node& node, const xml_node& info) {
    const xml_node uses_messenger = child(info, "isMessengerUser");
    return !is_true(child(node, "fDeleted")) && (!uses_messenger || is_true(uses_messenger));
}

void take_contact(const xml_node& node, msn::AddressBook& book) {
    const xml_node info = child(node, "contactInfo");
    if (text_of(child(info, "contactType")) == "Me") return take_self(info, book);
    const auto handle = msn::parse_handle(text_of(child(info, "passportName")));
    if (!handle || !is_on_list(node, info) || book.contacts.size() >= Roster::max_contacts) return;
    msn::RosterContact contact;
    contact.handle = *handle;
    contact.name = name_in(child(info, "displayName"));
    contact.guid = id_in(child(node, "contactId"));
    contact.groups = groups_in(info);
    contact.lists = static_cast<unsigned>(ListBit::forward);
    if (contact.name.empty()) contact.name = contact.handle;
    book.contacts.push_back(std::move(contact));
}

msn::AddressBook take_book(const xml_node& result) {
    msn::AddressBook book;
    for (const xml_node& group : child(result, "groups").children()) take_group(group, book);
    for (const xml_node& contact : child(result, "contacts").children()) take_contact(contact, book);
    return book;
}

}  // namespace

BookAnswer<Memberships> parse_memberships(std::string_view answer) {
    return read<Memberships>(answer, "FindMembership", [](const xml_node& result) {
        MembershipReader reader;
        for (const xml_node& service : child(result, "Services").children()) reader.take_service(service);
        return reader.result();
    });
}

BookAnswer<msn::AddressBook> parse_contacts(std::string_view answer) {
    return read<msn::AddressBook>(answer, "ABFindAll", take_book);
}

BookAnswer<std::string> parse_change(std::string_view answer, std::string_view operation) {
    return read<std::string>(answer, operation, [](const xml_node& result) { return id_in(child(result, "guid")); });
}

void add_memberships(msn::AddressBook& book, const Memberships& memberships) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < book.contacts.size(); ++i) places.emplace(book.contacts[i].handle, i);
    for (const auto& [handle, lists] : memberships) {
        const auto known = places.find(handle);
        if (known != places.end()) {
            book.contacts[known->second].lists |= lists;
        } else if (book.contacts.size() < Roster::max_contacts) {
            msn::RosterContact contact;
            contact.handle = contact.name = handle;
            contact.lists = lists;
            book.contacts.push_back(std::move(contact));
        }
    }
}

}  // namespace patchcord::gateway

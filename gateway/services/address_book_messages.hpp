#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msn/client/address_book_source.hpp"

namespace patchcord::gateway {

/// What a client of MSNP13 and later says to the web services that keep contact lists: the sharing service, which has
/// AL, BL, RL and PL, and the address book, which has FL. SOAP 1.1; sources are public notes on what Windows Live
/// Messenger sent, and what servers of today ask for.

/// The parts of them, below one address.
inline constexpr std::string_view sharing_path = "/abservice/SharingService.asmx";
inline constexpr std::string_view address_book_path = "/abservice/abservice.asmx";

/// Of the id of a contact or a group, in bytes. They are GUIDs.
inline constexpr std::size_t max_book_id_bytes = 64;

struct BookQuestion {
    std::string_view operation;  ///< "FindMembership"
    std::string_view path;
    std::string body;
};

/// The header SOAPAction that goes with it.
[[nodiscard]] std::string format_soap_action(const BookQuestion& question);

[[nodiscard]] BookQuestion ask_for_memberships(const std::string& ticket);
[[nodiscard]] BookQuestion ask_for_contacts(const std::string& ticket);
/// On AL or BL.
[[nodiscard]] BookQuestion ask_to_add_member(const std::string& ticket, msn::ListBit list, const std::string& handle);
[[nodiscard]] BookQuestion ask_to_remove_member(const std::string& ticket, msn::ListBit list,
                                                const std::string& handle);
/// On FL.
[[nodiscard]] BookQuestion ask_to_add_contact(const std::string& ticket, const std::string& handle);
[[nodiscard]] BookQuestion ask_to_remove_contact(const std::string& ticket, const std::string& guid);

/// A refusal.
struct BookFault {
    std::string code;      ///< a word such as "PassportAuthFail"; a stranger's, at most 64 bytes
    std::string conflict;  ///< of "ContactAlreadyExists": the id of the contact that exists; may be empty
};

/// A value, or a fault, or neither when it is no such answer.
template <class T>
struct BookAnswer {
    std::optional<T> value;
    std::optional<BookFault> fault;
};

/// Who is on which lists besides FL: handle, in lower case, and ListBits. Everybody stands there once; whoever is no
/// person with a handle is left out, and so is who comes behind `Roster::max_contacts` others.
using Memberships = std::vector<std::pair<std::string, unsigned>>;
[[nodiscard]] BookAnswer<Memberships> parse_memberships(std::string_view answer);
/// Who is on FL, the groups, and what the account says of itself. Bounded as a Roster is.
[[nodiscard]] BookAnswer<msn::AddressBook> parse_contacts(std::string_view answer);
/// What came of a change: the id of a contact that was added, else an empty string.
[[nodiscard]] BookAnswer<std::string> parse_change(std::string_view answer, std::string_view operation);

/// Writes the memberships to the contacts.
void add_memberships(msn::AddressBook& book, const Memberships& memberships);

}  // namespace patchcord::gateway

#pragma once

#include <string_view>
#include <system_error>

namespace patchcord::gateway {

/// Why a web service that keeps contact lists did not do what was asked.
enum class AddressBookErrc {
    ticket_refused = 1,  // also one that was fetched just now
    unexpected_answer,   // not in the form the protocol says
    no_such_person,      // nobody has that handle
    list_full,           // as many contacts as the service allows
    no_book,             // the account has none
    not_there,           // who is to be removed is not on the list
    already_there,       // who is to be added is on the list
    refused,             // for any other reason
};

/// Named "patchcord.address-book".
[[nodiscard]] const std::error_category& address_book_category();
[[nodiscard]] std::error_code make_error_code(AddressBookErrc code);
/// What a fault's code means, such as "ContactAlreadyExists".
[[nodiscard]] AddressBookErrc parse_book_fault(std::string_view code);

/// A status of HTTP that came instead of an answer, named "patchcord.address-book.http".
[[nodiscard]] std::error_code http_status_error(unsigned status);

}  // namespace patchcord::gateway

template <>
struct std::is_error_code_enum<patchcord::gateway::AddressBookErrc> : std::true_type {};

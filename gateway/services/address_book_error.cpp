#include "gateway/services/address_book_error.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace patchcord::gateway {
namespace {

const char* describe(AddressBookErrc code) {
    switch (code) {
        case AddressBookErrc::ticket_refused: return "the address book does not take our ticket";
        case AddressBookErrc::unexpected_answer: return "the address book's answer makes no sense";
        case AddressBookErrc::no_such_person: return "nobody has that handle";
        case AddressBookErrc::list_full: return "the list is full";
        case AddressBookErrc::no_book: return "the account has no address book";
        case AddressBookErrc::not_there: return "not on the list";
        case AddressBookErrc::already_there: return "on the list already";
        case AddressBookErrc::refused: return "the address book refused it";
    }
    return "unknown error";
}

class BookCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.address-book"; }
    [[nodiscard]] std::string message(int value) const override {
        return describe(static_cast<AddressBookErrc>(value));
    }
};

class StatusCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.address-book.http"; }
    [[nodiscard]] std::string message(int value) const override {
        return "the address book answered " + std::to_string(value);
    }
};

struct FaultRow {
    std::string_view code;
    AddressBookErrc meaning;
};

constexpr std::array<FaultRow, 10> fault_rows = {{
    {"PassportAuthFail", AddressBookErrc::ticket_refused},
    {"InvalidPassportUser", AddressBookErrc::no_such_person},
    {"UserDoesNotExist", AddressBookErrc::no_such_person},
    {"BadEmailArgument", AddressBookErrc::no_such_person},
    {"QuotaLimitReached", AddressBookErrc::list_full},
    {"ABDoesNotExist", AddressBookErrc::no_book},
    {"ContactDoesNotExist", AddressBookErrc::not_there},
    {"MemberDoesNotExist", AddressBookErrc::not_there},
    {"ContactAlreadyExists", AddressBookErrc::already_there},
    {"MemberAlreadyExists", AddressBookErrc::already_there},
}};

}  // namespace

const std::error_category& address_book_category() {
    static const BookCategory category;
    return category;
}

std::error_code make_error_code(AddressBookErrc code) {
    return {static_cast<int>(code), address_book_category()};
}

AddressBookErrc parse_book_fault(std::string_view code) {
    const auto* const found =
        std::find_if(fault_rows.begin(), fault_rows.end(), [&](const FaultRow& row) { return row.code == code; });
    return found == fault_rows.end() ? AddressBookErrc::refused : found->meaning;
}

std::error_code http_status_error(unsigned status) {
    static const StatusCategory category;
    return {static_cast<int>(status), category};
}

}  // namespace patchcord::gateway

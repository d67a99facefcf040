#include "gateway/services/address_book_error.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace patchcord::gateway {
namespace {

TEST(AddressBookErrorTest, EachErrorHasAMessageOfItsOwn) {
    std::set<std::string> messages;
    const int last = static_cast<int>(AddressBookErrc::refused);
    for (int value = 1; value <= last; ++value) {
        messages.insert(make_error_code(static_cast<AddressBookErrc>(value)).message());
    }
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(last));
    EXPECT_FALSE(messages.contains(address_book_category().message(last + 1)));
}

TEST(AddressBookErrorTest, FaultsHaveAMeaning) {
    EXPECT_EQ(parse_book_fault("PassportAuthFail"), AddressBookErrc::ticket_refused);
    EXPECT_EQ(parse_book_fault("InvalidPassportUser"), AddressBookErrc::no_such_person);
    EXPECT_EQ(parse_book_fault("ContactAlreadyExists"), AddressBookErrc::already_there);
    EXPECT_EQ(parse_book_fault("MemberDoesNotExist"), AddressBookErrc::not_there);
    EXPECT_EQ(parse_book_fault("passportauthfail"), AddressBookErrc::refused);
    EXPECT_EQ(parse_book_fault(""), AddressBookErrc::refused);
}

TEST(AddressBookErrorTest, StatusIsSaid) {
    EXPECT_EQ(http_status_error(503).message(), "the address book answered 503");
    EXPECT_NE(http_status_error(1), make_error_code(AddressBookErrc::ticket_refused));
}

}  // namespace
}  // namespace patchcord::gateway

#include "gateway/services/offline_mail_error.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace patchcord::gateway {
namespace {

TEST(OfflineMailErrorTest, EachErrorHasAMessageOfItsOwn) {
    std::set<std::string> messages;
    const int last = static_cast<int>(OfflineMailErrc::refused);
    for (int value = 1; value <= last; ++value) {
        messages.insert(make_error_code(static_cast<OfflineMailErrc>(value)).message());
    }
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(last));
    EXPECT_FALSE(messages.contains(offline_mail_category().message(last + 1)));
}

TEST(OfflineMailErrorTest, FaultsHaveAMeaning) {
    EXPECT_EQ(parse_mail_fault("AuthenticationFailed"), OfflineMailErrc::ticket_refused);
    EXPECT_EQ(parse_mail_fault("SenderThrottleLimitExceeded"), OfflineMailErrc::throttled);
    EXPECT_EQ(parse_mail_fault("SystemUnavailable"), OfflineMailErrc::unavailable);
    EXPECT_EQ(parse_mail_fault("InvalidContent"), OfflineMailErrc::refused);
    EXPECT_EQ(parse_mail_fault(""), OfflineMailErrc::refused);
}

}  // namespace
}  // namespace patchcord::gateway

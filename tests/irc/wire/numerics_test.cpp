#include "irc/wire/numerics.hpp"

#include <gtest/gtest.h>

namespace patchcord::irc {
namespace {

TEST(NumericTextTest, ANumericIsAlwaysThreeDigits) {
    EXPECT_EQ(NumericText(Numeric::rpl_welcome).view(), "001");
    EXPECT_EQ(NumericText(Numeric::rpl_umodeis).view(), "221");
    EXPECT_EQ(NumericText(Numeric::err_inputtoolong).view(), "417");
    EXPECT_EQ(NumericText(Numeric::err_monlistfull).view(), "734");
}

TEST(NumericTextTest, ItIsKnownAtCompileTime) {
    static_assert(NumericText(Numeric::err_notregistered).view() == "451");
}

}  // namespace
}  // namespace patchcord::irc

#include "msn/wire/dialect.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::msn {
namespace {

std::string chosen(const std::vector<std::string_view>& offered) {
    const auto dialect = negotiate(offered, lowest_served_dialect, highest_served_dialect);
    return dialect ? format_dialect(*dialect) : "none";
}

TEST(DialectTest, EveryDialectReadsBackFromItsName) {
    for (unsigned number = Dialect::first; number <= Dialect::last; ++number) {
        const Dialect dialect(number);
        EXPECT_EQ(format_dialect(dialect), "MSNP" + std::to_string(number));
        EXPECT_EQ(parse_dialect(format_dialect(dialect)), dialect);
    }
}

TEST(DialectTest, NamesCompareWithoutCase) {
    EXPECT_EQ(parse_dialect("msnp8"), Dialect(8));
    EXPECT_EQ(parse_dialect("MsNp12"), Dialect(12));
}

TEST(DialectTest, OtherNamesAreNoDialects) {
    for (const char* name : {"", "MSN", "MSNP", "MSNP0", "MSNP1", "MSNP22", "MSNP99", "MSNP08", "MSNP8 ", "MSNP8x",
                             "MSNP-8", "MSNP+8", "MSNP256", "CVR0", "xMSNP8", "8"}) {
        EXPECT_FALSE(parse_dialect(name)) << name;
    }
}

TEST(DialectTest, NumbersOutsideTheProtocolMakeNone) {
    EXPECT_FALSE(Dialect::from_number(1));
    EXPECT_TRUE(Dialect::from_number(2));
    EXPECT_TRUE(Dialect::from_number(21));
    EXPECT_FALSE(Dialect::from_number(22));
    EXPECT_FALSE(Dialect::from_number(258)) << "not cut to a byte first";
}

TEST(DialectTest, ALaterDialectIsGreater) {
    EXPECT_LT(Dialect(9), Dialect(10));
    EXPECT_GT(Dialect(12), Dialect(2));
}

TEST(NegotiationTest, TheHighestCommonDialectIsChosenWhateverTheOrder) {
    EXPECT_EQ(chosen({"MSNP8", "CVR0"}), "MSNP8");
    EXPECT_EQ(chosen({"MSNP9", "MSNP8", "CVR0"}), "MSNP9");
    EXPECT_EQ(chosen({"MSNP8", "MSNP9"}), "MSNP9");
    EXPECT_EQ(chosen({"CVR0", "msnp7", "MSNP2"}), "MSNP7");
}

TEST(NegotiationTest, DialectsBeyondTheLimitsDoNotCount) {
    EXPECT_EQ(chosen({"MSNP21", "MSNP18", "MSNP12", "CVR0"}), "MSNP12");
    EXPECT_EQ(chosen({"MSNP15", "MSNP13"}), "none");
    const std::vector<std::string_view> old = {"MSNP2"};
    EXPECT_FALSE(negotiate(old, Dialect(8), Dialect(12)));
}

TEST(NegotiationTest, WithoutADialectOnOfferThereIsNone) {
    EXPECT_EQ(chosen({}), "none");
    EXPECT_EQ(chosen({"CVR0"}), "none");
    EXPECT_EQ(chosen({"MSNP99", "IRC", "MSNP"}), "none");
}

}  // namespace
}  // namespace patchcord::msn

#include "irc/wire/caps.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string_view>

namespace patchcord::irc {
namespace {

TEST(CapSetTest, ASetHoldsWhatWasSetAndNothingElse) {
    CapSet caps;
    EXPECT_FALSE(caps.any());
    caps.set(Cap::batch, true);
    EXPECT_TRUE(caps.has(Cap::batch));
    EXPECT_FALSE(caps.has(Cap::setname));
    EXPECT_TRUE(caps.any());
    caps.set(Cap::batch, false);
    EXPECT_EQ(caps, CapSet());
}

TEST(CapSetTest, SettingTwiceIsSettingOnce) {
    CapSet caps;
    caps.set(Cap::chghost, true);
    caps.set(Cap::chghost, true);
    EXPECT_EQ(caps, CapSet(Cap::chghost));
}

TEST(CapSetTest, UnionIntersectionAndComplementAreThoseOfSets) {
    const CapSet both = Cap::batch | Cap::setname;
    EXPECT_TRUE(both.has(Cap::batch) && both.has(Cap::setname));
    EXPECT_EQ(both & CapSet(Cap::batch), CapSet(Cap::batch));
    EXPECT_EQ(both & ~CapSet(Cap::batch), CapSet(Cap::setname));
    EXPECT_EQ(both | CapSet(), both);
}

TEST(CapTableTest, EveryCapabilityIsFoundByItsName) {
    for (const CapInfo& info : all_caps()) {
        EXPECT_EQ(find_cap(info.name), info.cap) << info.name;
        EXPECT_FALSE(info.specification.empty()) << info.name;
    }
}

TEST(CapTableTest, NamesAndBitsAreUnique) {
    std::set<std::string_view> names;
    CapSet bits;
    for (const CapInfo& info : all_caps()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_FALSE(bits.has(info.cap)) << info.name;
        bits.set(info.cap, true);
    }
}

TEST(CapTableTest, NamesAreCaseSensitiveAndWhole) {
    for (const char* name : {"", "Batch", "BATCH", "batch ", "batch=1", "-batch", "sts", "bat"}) {
        EXPECT_EQ(find_cap(name), std::nullopt) << name;
    }
}

}  // namespace
}  // namespace patchcord::irc

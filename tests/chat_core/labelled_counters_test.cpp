#include "chat_core/labelled_counters.hpp"

#include <cstdint>
#include <gtest/gtest.h>

namespace patchcord::chat {
namespace {

enum class Fruit : std::uint8_t { apple, pear, count_ };

TEST(LabelledCountersTest, EachEnumeratorHasItsCounterUnderItsLabel) {
    MetricRegistry registry;
    LabelledCounters<Fruit> eaten(registry, "patchcord_fruit_total", "Fruit.", "kind", {"apple", "pear"});
    EXPECT_EQ(registry.all().size(), 2U);
    eaten[Fruit::pear].add(2);
    EXPECT_EQ(registry.value("patchcord_fruit_total", "kind=\"apple\""), 0);
    EXPECT_EQ(registry.value("patchcord_fruit_total", "kind=\"pear\""), 2);
    EXPECT_EQ(registry.all().front().help(), "Fruit.");
}

}  // namespace
}  // namespace patchcord::chat

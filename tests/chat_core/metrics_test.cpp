#include "chat_core/metrics.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::chat {
namespace {

TEST(MetricRegistryTest, ACounterAddsUpAndAGaugeIsSet) {
    MetricRegistry registry;
    Metric& messages = registry.counter("patchcord_messages_total", "Messages.");
    messages.add();
    messages.add(4);
    Metric& online = registry.gauge("patchcord_users", "Users.");
    online.set(7);
    online.add(-2);
    EXPECT_EQ(registry.value("patchcord_messages_total"), 5);
    EXPECT_EQ(registry.value("patchcord_users"), 5);
    EXPECT_EQ(messages.kind(), Metric::Kind::counter);
    EXPECT_EQ(online.kind(), Metric::Kind::gauge);
}

TEST(MetricRegistryTest, LabelsTellMetricsOfOneNameApart) {
    MetricRegistry registry;
    registry.counter("patchcord_connections_total", "Connections.", "listener=\"plain\"").add(1);
    registry.counter("patchcord_connections_total", "Connections.", "listener=\"tls\"").add(2);
    EXPECT_EQ(registry.value("patchcord_connections_total", "listener=\"plain\""), 1);
    EXPECT_EQ(registry.value("patchcord_connections_total", "listener=\"tls\""), 2);
    EXPECT_EQ(registry.value("patchcord_connections_total"), 0);
}

TEST(MetricRegistryTest, AMetricNobodyRegisteredIsZero) {
    EXPECT_EQ(MetricRegistry().value("patchcord_nothing"), 0);
}

TEST(MetricRegistryTest, AMetricStaysWhereItIsWhileOthersAreRegistered) {
    MetricRegistry registry;
    Metric& first = registry.counter("patchcord_first_total", "First.");
    for (int i = 0; i < 1000; ++i)
        registry.counter("patchcord_other_total", "Other.", "n=\"" + std::to_string(i) + "\"");
    first.add(3);
    EXPECT_EQ(registry.value("patchcord_first_total"), 3);
    EXPECT_EQ(&registry.all().front(), &first);
    EXPECT_EQ(registry.all().size(), 1001U);
}

TEST(MetricRegistryTest, NameLabelAndHelpAreKeptAsRegistered) {
    MetricRegistry registry;
    const Metric& metric = registry.gauge("patchcord_size_bytes", "How large.", "queue=\"send\"");
    EXPECT_EQ(metric.name(), "patchcord_size_bytes");
    EXPECT_EQ(metric.label(), "queue=\"send\"");
    EXPECT_EQ(metric.help(), "How large.");
    EXPECT_EQ(metric.value(), 0);
}

}  // namespace
}  // namespace patchcord::chat

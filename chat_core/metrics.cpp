#include "chat_core/metrics.hpp"

#include <utility>

namespace patchcord::chat {

Metric::Metric(Kind kind, std::string name, std::string label, std::string help)
    : kind_(kind), name_(std::move(name)), label_(std::move(label)), help_(std::move(help)) {}

Metric& MetricRegistry::counter(std::string name, std::string help, std::string label) {
    return metrics_.emplace_back(Metric::Kind::counter, std::move(name), std::move(label), std::move(help));
}

Metric& MetricRegistry::gauge(std::string name, std::string help, std::string label) {
    return metrics_.emplace_back(Metric::Kind::gauge, std::move(name), std::move(label), std::move(help));
}

std::int64_t MetricRegistry::value(std::string_view name, std::string_view label) const {
    for (const Metric& metric : metrics_) {
        if (metric.name() == name && metric.label() == label) return metric.value();
    }
    return 0;
}

}  // namespace patchcord::chat

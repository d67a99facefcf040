#pragma once

#include <boost/json/object.hpp>

#include "gateway/control/reload_report.hpp"
#include "gateway/control/status_report.hpp"

namespace patchcord::gateway {

/// The answers to `status` and `reload` (docs/protocol/control.md). Texts in them are harmless in a terminal.
[[nodiscard]] boost::json::object status_answer(const StatusReport& report);
[[nodiscard]] boost::json::object reload_answer(const ReloadReport& report);

}  // namespace patchcord::gateway

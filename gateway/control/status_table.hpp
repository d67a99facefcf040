#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace patchcord::gateway {

/// Answers to `status` and `reload`, for people. What an answer does not say is left out: the gateway may be of another
/// version than who asks.
[[nodiscard]] std::string format_status(const boost::json::object& answer);
[[nodiscard]] std::string format_reload(const boost::json::object& answer);

/// A text of an answer; empty when there is none.
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view key);

}  // namespace patchcord::gateway

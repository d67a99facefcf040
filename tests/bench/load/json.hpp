#pragma once

#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

namespace patchcord::bench {

/// One flat JSON object, written key by key in the order given. Keys and texts are our own words and need no escapes.
class JsonObject {
  public:
    JsonObject& add(std::string_view key, std::string_view text) { return raw(key, '"' + std::string(text) + '"'); }
    JsonObject& add(std::string_view key, const char* text) { return add(key, std::string_view(text)); }
    JsonObject& add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    JsonObject& add(std::string_view key, std::integral auto value) { return raw(key, std::to_string(value)); }
    JsonObject& add(std::string_view key, double value) {
        char digits[64];
        std::snprintf(digits, sizeof digits, "%.6g", value);
        return raw(key, digits);
    }

    [[nodiscard]] std::string text() const { return '{' + members_ + '}'; }

  private:
    JsonObject& raw(std::string_view key, std::string_view value) {
        if (!members_.empty()) members_ += ", ";
        members_.append("\"").append(key).append("\": ").append(value);
        return *this;
    }

    std::string members_;
};

}  // namespace patchcord::bench

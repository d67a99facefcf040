#pragma once

#include <cassert>
#include <system_error>
#include <utility>
#include <variant>

namespace patchcord::chat {

/// A value, or the reason why there is none. Stands in for `std::expected`, which g++ 12 lacks.
template <class T>
class Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}     // NOLINT(google-explicit-constructor)
    Result(std::error_code error) : content_(std::in_place_index<1>, error) {}  // NOLINT(google-explicit-constructor)
    template <class Enum, class = std::enable_if_t<std::is_error_code_enum_v<Enum>>>
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Enum error) : content_(std::in_place_index<1>, make_error_code(error)) {}

    [[nodiscard]] bool has_value() const { return content_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    /// The value; only when there is one.
    [[nodiscard]] T& value() & {
        assert(has_value());
        return *std::get_if<0>(&content_);
    }
    [[nodiscard]] const T& value() const& {
        assert(has_value());
        return *std::get_if<0>(&content_);
    }
    [[nodiscard]] T&& value() && {
        assert(has_value());
        return std::move(*std::get_if<0>(&content_));
    }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    /// The error, or a code of value 0 when there is a value.
    [[nodiscard]] std::error_code error() const {
        const auto* error = std::get_if<1>(&content_);
        return error == nullptr ? std::error_code{} : *error;
    }

  private:
    std::variant<T, std::error_code> content_;
};

}  // namespace patchcord::chat

#pragma once

#include <cstddef>
#include <string>

namespace patchcord::gateway {

/// More of a line than this is not read.
inline constexpr std::size_t longest_input_line = 4096;

[[nodiscard]] bool input_is_terminal();

/// One line of standard input without its end; empty at the end of the input. From a terminal it is asked for with
/// `prompt` on standard error, and not shown. A signal that ends or stops the process meanwhile does so after the
/// terminal shows again what is typed.
[[nodiscard]] std::string read_password(const std::string& prompt = "Password: ");

}  // namespace patchcord::gateway

#pragma once

#include <cstdint>
#include <string>

namespace patchcord::chat {

/// How reachable somebody is.
enum class Availability : std::uint8_t { available, busy, idle, be_right_back, away, on_the_phone, out_to_lunch };

struct Presence {
    Availability availability = Availability::available;
    std::string message;  // the person's own words; may be empty

    [[nodiscard]] bool away() const { return availability != Availability::available; }
    friend bool operator==(const Presence&, const Presence&) = default;
};

}  // namespace patchcord::chat

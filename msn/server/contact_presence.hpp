#pragma once

#include <cstdint>
#include <string>

#include "msn/wire/presence_codec.hpp"

namespace patchcord::msn {

/// How somebody looks on a contact list.
struct ContactPresence {
    std::string handle;
    std::string name;  // friendly name; never empty
    Status status = Status::online;
    std::string capabilities = "0";  // client id, decimal, as the client gave it
    std::string object;              // msnobj, percent-encoded as the client gave it; empty: none
    std::string personal_message;    // a UBX payload; empty: none

    friend bool operator==(const ContactPresence&, const ContactPresence&) = default;
};

}  // namespace patchcord::msn

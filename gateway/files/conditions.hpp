#pragma once

#include <cstdint>
#include <string>

#include "gateway/http/message.hpp"

namespace patchcord::gateway {

/// Which part of a file a request asks for (RFC 9110 sections 13 and 14).
struct FilePart {
    enum class Kind : unsigned char {
        whole,
        part,
        unsatisfiable,  // 416, also for several parts at once, which cost more than anybody needs
        not_modified,   // the client has it
    };
    Kind kind = Kind::whole;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  // bytes
};

/// Reads Range, If-Range and If-None-Match. `etag` is the file's, in quotes. A Range of another unit than bytes counts
/// for nothing; so does one for a file that has changed meanwhile.
[[nodiscard]] FilePart part_asked_for(const HttpRequest& request, std::uint64_t size, const std::string& etag);

}  // namespace patchcord::gateway

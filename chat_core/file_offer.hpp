#pragma once

#include <cstdint>
#include <string>
#include <system_error>

#include "chat_core/message.hpp"

namespace patchcord::chat {

/// Names an offer for as long as the process runs; never used twice.
enum class FileOfferId : std::uint64_t {};

enum class FileState : std::uint8_t {
    offered,
    accepted,      // the connections for it are being made
    transferring,  // bytes have come
    completed,
    declined,
    cancelled,
    failed,
};

/// A file that somebody would like to give to a person, or to a group. Good for one call, as the people in it are.
struct FileOffer {
    FileOfferId id{};
    User* from = nullptr;   // nullptr: gone meanwhile
    Target to;              // neither: gone meanwhile
    std::string from_name;  // as they were called when they offered it
    std::string to_name;
    std::string name;        // cleaned, see `clean_file_name`
    std::uint64_t size = 0;  // bytes, as the offerer says; checked against what comes
    std::string link;        // where anybody who is told of it can have it; empty: there is no such place
    bool kept = false;       // it can be had by its link for a while, whatever becomes of the offer
    FileState state = FileState::offered;
    std::uint64_t transferred = 0;  // bytes that the receiver was given
    std::error_code why;            // of an end other than `completed`
};

/// What people are told of an offer that they can follow the link of: "offers a file: cat.jpg (12 KiB): http://...".
[[nodiscard]] std::string describe(const FileOffer& offer);

/// Has it come to an end, good or bad?
[[nodiscard]] inline bool has_ended(FileState state) {
    return state >= FileState::completed;
}

}  // namespace patchcord::chat

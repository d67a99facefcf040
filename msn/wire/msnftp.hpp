#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// MSNFTP, on a connection of its own: a few lines, and then the file in blocks, from its sender to its receiver.
struct MsnftpLine {
    enum class Verb : std::uint8_t {
        ver,  // which protocol; MSNFTP is among those named
        usr,  // the receiver says who it is: `handle`, and the cookie that came with the invitation: `number`
        fil,  // the sender says how many bytes come: `size`
        tfr,  // the receiver wants them
        bye,  // the end, `number` says why
        ccl,  // the receiver wants no more
    };
    Verb verb = Verb::ver;
    std::string_view handle;
    std::uint32_t number = 0;
    std::uint64_t size = 0;
};

/// Why somebody says BYE.
enum class MsnftpBye : std::uint32_t {
    sender_done = 16777987,
    receiver_done = 16777989,   // what receivers say that have all of it
    cannot_store = 2147942405,  // the receiver
    receiver_cancelled = 2164261682,
    sender_cancelled = 2164261683,
};

/// Reads a line without its end; nothing when it is none of these or something is missing. A BYE without a number has
/// 0.
[[nodiscard]] std::optional<MsnftpLine> parse_msnftp_line(std::string_view line);

/// Whole lines, with their ends.
[[nodiscard]] std::string format_msnftp_ver();
[[nodiscard]] std::string format_msnftp_usr(std::string_view handle, std::string_view cookie);
[[nodiscard]] std::string format_msnftp_fil(std::uint64_t size);
[[nodiscard]] std::string format_msnftp_tfr();
[[nodiscard]] std::string format_msnftp_bye(MsnftpBye why);
[[nodiscard]] std::string format_msnftp_ccl();

/// Cuts a stream into lines, however it comes.
class MsnftpLines {
  public:
    /// The longest line; a handle and a number fit with room to spare.
    static constexpr std::size_t max_bytes = 512;

    /// Takes bytes off the front until there is a line, which is good until the next call. Nothing: more are needed.
    [[nodiscard]] std::optional<std::string_view> next(std::string_view& bytes);
    /// A line was longer than `max_bytes`; there are no more.
    [[nodiscard]] bool too_long() const { return too_long_; }

  private:
    std::string line_;
    bool done_ = false;  // the line was given out
    bool too_long_ = false;
};

/// Data in one block; official clients take 2048 bytes at a time, and three come before the data.
inline constexpr std::size_t max_msnftp_block_bytes = 2045;

/// A block; at most `max_msnftp_block_bytes`.
[[nodiscard]] std::string format_msnftp_block(std::string_view data);
/// Some clients say by it that all was sent, others that they cancel: the count of bytes tells which.
[[nodiscard]] std::string format_msnftp_end();

/// Takes blocks apart, however the stream is cut. Their data is given on as it comes.
class MsnftpBlocks {
  public:
    enum class Event : std::uint8_t { more, data, end, bad };

    /// Takes bytes off the front until there is something to say. `data` looks into them. `end` is the block for that,
    /// or the word CCL in its place. Behind what is bad, all is.
    [[nodiscard]] Event next(std::string_view& bytes, std::string_view& data);

  private:
    std::array<unsigned char, 3> head_{};
    std::size_t head_bytes_ = 0;
    std::size_t left_ = 0;  // of a block's data
    bool bad_ = false;
};

}  // namespace patchcord::msn

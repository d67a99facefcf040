#include "msn/wire/msnftp.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::string_view name = "MSNFTP";
constexpr unsigned char cancel_word[] = {'C', 'C', 'L'};  // that aMSN says in the middle of its blocks

bool names_us(std::string_view words) {
    while (!words.empty()) {
        if (same_word(take_field(words, ' '), name)) return true;
    }
    return false;
}

bool read_size(std::string_view digits, std::uint64_t& size) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    return !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
}

bool read_usr(std::string_view words, MsnftpLine& line) {
    line.handle = take_field(words, ' ');
    const auto cookie = parse_digits(trim(words), 10, 10);
    line.number = cookie.value_or(0);
    return cookie && !line.handle.empty();
}

}  // namespace

std::optional<MsnftpLine> parse_msnftp_line(std::string_view text) {
    using Verb = MsnftpLine::Verb;
    const std::string_view verb = take_field(text, ' ');
    MsnftpLine line;
    if (same_word(verb, "VER")) {
        line.verb = Verb::ver;
        if (!names_us(text)) return std::nullopt;
    } else if (same_word(verb, "USR")) {
        line.verb = Verb::usr;
        if (!read_usr(text, line)) return std::nullopt;
    } else if (same_word(verb, "FIL")) {
        line.verb = Verb::fil;
        if (!read_size(trim(text), line.size)) return std::nullopt;
    } else if (same_word(verb, "TFR")) {
        line.verb = Verb::tfr;
    } else if (same_word(verb, "BYE")) {
        line.verb = Verb::bye;
        line.number = parse_digits(trim(text), 10, 10).value_or(0);
    } else if (same_word(verb, "CCL")) {
        line.verb = Verb::ccl;
    } else {
        return std::nullopt;
    }
    return line;
}

std::string format_msnftp_ver() {
    return "VER MSNFTP\r\n";
}

std::string format_msnftp_usr(std::string_view handle, std::string_view cookie) {
    return "USR " + one_line(handle) + " " + one_line(cookie) + "\r\n";
}

std::string format_msnftp_fil(std::uint64_t size) {
    return "FIL " + std::to_string(size) + "\r\n";
}

std::string format_msnftp_tfr() {
    return "TFR\r\n";
}

std::string format_msnftp_bye(MsnftpBye why) {
    return "BYE " + std::to_string(static_cast<std::uint32_t>(why)) + "\r\n";
}

std::string format_msnftp_ccl() {
    return "CCL\r\n";
}

std::optional<std::string_view> MsnftpLines::next(std::string_view& bytes) {
    if (std::exchange(done_, false)) line_.clear();
    if (too_long_) return std::nullopt;
    const std::size_t end = bytes.find('\n');
    const std::size_t taken = std::min(end, bytes.size());
    if (taken > max_bytes - line_.size()) {
        too_long_ = true;
        return std::nullopt;
    }
    line_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (end == std::string_view::npos) return std::nullopt;
    bytes.remove_prefix(1);
    done_ = true;
    std::string_view line = line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string format_msnftp_block(std::string_view data) {
    const std::string_view taken = data.substr(0, max_msnftp_block_bytes);
    std::string block(1, '\0');
    block += static_cast<char>(taken.size() & 0xFFU);
    block += static_cast<char>(taken.size() >> 8U);
    return block.append(taken);
}

std::string format_msnftp_end() {
    return {'\x01', '\0', '\0'};
}

MsnftpBlocks::Event MsnftpBlocks::next(std::string_view& bytes, std::string_view& data) {
    while (!bytes.empty()) {
        if (bad_) return Event::bad;
        if (left_ > 0) {
            data = bytes.substr(0, left_);
            bytes.remove_prefix(data.size());
            left_ -= data.size();
            return Event::data;
        }
        head_[head_bytes_++] = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        const bool is_word = head_[0] > 1;
        bad_ = is_word && head_[head_bytes_ - 1] != cancel_word[head_bytes_ - 1];
        if (bad_) return Event::bad;
        if (head_bytes_ < head_.size()) continue;
        head_bytes_ = 0;
        if (is_word) {
            bad_ = true;
            return Event::end;
        }
        left_ = head_[1] | static_cast<std::size_t>(head_[2]) << 8U;
        if (head_[0] == 0) continue;
        bad_ = left_ != 0;
        return bad_ ? Event::bad : Event::end;
    }
    return Event::more;
}

}  // namespace patchcord::msn

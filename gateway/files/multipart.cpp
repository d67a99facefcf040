#include "gateway/files/multipart.hpp"

#include <algorithm>

#include "gateway/files/content_disposition.hpp"
#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t max_boundary = 70;  // RFC 2046 section 5.1.1
constexpr std::size_t max_header = 4096;

}  // namespace

std::string MultipartReader::boundary_in(std::string_view content_type) {
    constexpr std::string_view form = "multipart/form-data";
    constexpr std::string_view key = "boundary=";
    if (!lower_case(content_type).starts_with(form)) return {};
    const std::size_t at = lower_case(content_type).find(key);
    if (at == std::string_view::npos) return {};
    std::string_view value = content_type.substr(at + key.size());
    value = value.starts_with('"') ? value.substr(1, value.find('"', 1) - 1) : value.substr(0, value.find(';'));
    return value.size() > max_boundary ? std::string() : std::string(value);
}

MultipartReader::MultipartReader(const std::string& boundary, Events events)
    : delimiter_("\r\n--" + boundary), events_(std::move(events)) {}

bool MultipartReader::feed(std::string_view bytes) {
    if (part_ == Part::done) return true;  // other fields of the form
    input_ += bytes;
    while (step()) {
    }
    return part_ != Part::bad;
}

/// True when it got on.
bool MultipartReader::step() {
    switch (part_) {
        case Part::preamble:
        case Part::other: return skip_to_boundary(false);
        case Part::file: return skip_to_boundary(true);
        case Part::header: return read_header();
        case Part::after_boundary:
            if (input_.size() < 2) return false;
            part_ = input_.starts_with("\r\n") ? Part::header : Part::bad;  // "--": the end, and there was no file
            return part_ == Part::header;
        case Part::done: std::string().swap(input_); return false;
        case Part::bad: return false;
    }
    return false;
}

/// What may be the beginning of a boundary waits for the rest of it.
bool MultipartReader::skip_to_boundary(bool give) {
    const std::size_t found = input_.find(delimiter_);
    std::size_t safe = found;
    if (found == std::string::npos) {
        const std::size_t border = input_.size() - std::min(input_.size(), delimiter_.size() - 1);
        safe = std::min(input_.find('\r', border), input_.size());
    }
    if (give && safe > 0) events_.bytes(std::string_view(input_).substr(0, safe));
    input_.erase(0, safe);
    if (found == std::string::npos) return false;
    input_.erase(0, delimiter_.size());
    part_ = give ? Part::done : Part::after_boundary;
    return true;
}

/// Up to the empty line; the line end before the first header is there still.
bool MultipartReader::read_header() {
    const std::size_t end = input_.find("\r\n\r\n");
    // Too long alike, whether it came at once or in pieces: three bytes of its end may be there already.
    const bool too_long = end == std::string::npos ? input_.size() > max_header + 3 : end > max_header;
    if (too_long) part_ = Part::bad;
    if (too_long || end == std::string::npos) return false;
    std::string_view lines = std::string_view(input_).substr(2, end < 2 ? 0 : end - 2);
    std::string name;
    constexpr std::string_view key = "content-disposition:";
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(std::min(line.size() + 2, lines.size()));
        if (lower_case(line).starts_with(key)) name = file_name_in(line.substr(key.size()));
    }
    input_.erase(0, end + 4);
    if (name.empty()) {
        part_ = Part::other;
        return true;
    }
    part_ = Part::file;
    events_.file(name);
    return true;
}

}  // namespace patchcord::gateway

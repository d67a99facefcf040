#include "irc/server/label.hpp"

#include <algorithm>

#include "irc/wire/line_builder.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

/// Is the line, finished by us, marked as part of a batch?
bool has_batch_tag(std::string_view line) {
    if (!line.starts_with('@')) return false;
    const std::string_view tags = line.substr(1, line.find(' ') - 1);
    return tags.starts_with("batch=") || tags.find(";batch=") != std::string_view::npos;
}

}  // namespace

std::string with_tag(std::string_view line, std::string_view escaped_tag) {
    std::string tagged = "@";
    tagged += escaped_tag;
    if (line.starts_with('@')) {
        tagged += ';';
        line.remove_prefix(1);
    } else {
        tagged += ' ';
    }
    tagged += line;
    return tagged;
}

void LabelledReply::add(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
        lines_.emplace_back(lines.substr(0, end));
        lines.remove_prefix(end);
    }
}

void LabelledReply::open_batch(std::string& out, std::string_view server, std::string_view time) {
    LineBuilder line(out);
    line.tag("label", label_);
    if (!time.empty()) line.tag("time", time);
    line.source(server).command("BATCH").param("+" + reference_).param("labeled-response").finish();
    open_ = true;
}

void LabelledReply::take_lines(std::string& out) {
    const std::string tag = "batch=" + reference_;
    // What is in a batch of its own belongs to that; its first and last line belong to this one.
    for (const std::string& line : lines_) out += has_batch_tag(line) ? line : with_tag(line, tag);
    lines_.clear();
}

std::string LabelledReply::take(std::string_view server, std::string_view time) {
    std::string out;
    if (!open_) open_batch(out, server, time);
    take_lines(out);
    return out;
}

std::string LabelledReply::finish(std::string_view server, std::string_view time) {
    if (!open_ && lines_.size() == 1) return with_tag(lines_.front(), "label=" + escape_tag_value(label_));
    std::string out;
    if (!open_ && lines_.empty()) {
        LineBuilder line(out);
        line.tag("label", label_);
        if (!time.empty()) line.tag("time", time);
        line.source(server).command("ACK").finish();
        return out;
    }
    if (!open_) open_batch(out, server, time);
    take_lines(out);
    LineBuilder line(out);
    if (!time.empty()) line.tag("time", time);
    line.source(server).command("BATCH").param("-" + reference_).finish();
    return out;
}

}  // namespace patchcord::irc

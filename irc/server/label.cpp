#include "irc/server/label.hpp"

#include <algorithm>

#include "irc/wire/line_builder.hpp"
#include "irc/wire/message.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

/// The batch that a line is in, empty for none.
std::string batch_of(std::string_view line) {
    if (!line.starts_with('@')) return {};
    return find_tag(line.substr(1, line.find(' ') - 1), "batch").value_or(std::string());
}

/// `reference` of a line that is `BATCH <sign>reference`, else empty.
std::string batch_bound(std::string_view line, char sign) {
    const auto message = parse_message(line.substr(0, line.find('\r')));
    if (!message || message->command != "BATCH" || !message->param(0).starts_with(sign)) return {};
    return std::string(message->param(0).substr(1));
}

/// Are the lines one batch and nothing else?
bool is_one_batch(const std::vector<std::string>& lines) {
    if (lines.size() < 2) return false;
    const std::string reference = batch_bound(lines.front(), '+');
    if (reference.empty() || batch_bound(lines.back(), '-') != reference) return false;
    return std::all_of(lines.begin() + 1, lines.end() - 1,
                       [](const std::string& line) { return !batch_of(line).empty(); });
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
    // What is in a batch of its own is in this one by that.
    for (const std::string& line : lines_) out += batch_of(line).empty() ? with_tag(line, tag) : line;
    lines_.clear();
}

std::string LabelledReply::take(std::string_view server, std::string_view time) {
    std::string out;
    if (!open_) open_batch(out, server, time);
    take_lines(out);
    return out;
}

std::string LabelledReply::finish(std::string_view server, std::string_view time) {
    std::string out;
    if (!open_ && (lines_.size() == 1 || is_one_batch(lines_))) {
        lines_.front() = with_tag(lines_.front(), "label=" + escape_tag_value(label_));
        for (const std::string& line : lines_) out += line;
        return out;
    }
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

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace patchcord::irc {

/// Collects what one labelled command answers and puts the label where it belongs (IRCv3 labeled-response): on the only
/// line, on the batch that is the whole answer, on a batch around several lines, on an ACK when there is none.
class LabelledReply {
  public:
    LabelledReply(std::string label, std::string batch_reference)
        : label_(std::move(label)), reference_(std::move(batch_reference)) {}

    [[nodiscard]] const std::string& label() const { return label_; }
    /// Adds finished lines, each with its CR LF.
    void add(std::string_view lines);
    /// Takes what there is so far, opening the batch if need be: for answers too long to be held.
    [[nodiscard]] std::string take(std::string_view server, std::string_view time);
    /// Takes the rest and closes.
    [[nodiscard]] std::string finish(std::string_view server, std::string_view time);

  private:
    void open_batch(std::string& out, std::string_view server, std::string_view time);
    void take_lines(std::string& out);

    std::string label_;
    std::string reference_;
    bool open_ = false;
    std::vector<std::string> lines_;
};

/// The line with one more tag; `escaped_tag` is in wire form.
[[nodiscard]] std::string with_tag(std::string_view line, std::string_view escaped_tag);

}  // namespace patchcord::irc

#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// The one door through which every outgoing line passes.
///
/// Appends a line to a string, part by part in the order of the grammar, and ends it with CR LF. Whatever it is given,
/// what comes out is one line: CR, LF and NUL become spaces, a space in tags, source, command or a middle parameter and
/// a leading colon in the latter become `_`, an empty middle parameter `*`, and a body over 512 bytes is cut at a code
/// point border. (Messages are split or refused before they get here; the cut is for free text such as a reason.)
class LineBuilder {
  public:
    explicit LineBuilder(std::string& out) : out_(out), begin_(out.size()), body_(out.size()) {}

    /// A tag with its value, which is escaped here; an empty value is left out.
    LineBuilder& tag(std::string_view key, std::string_view value = {});
    /// Tags that are already in wire form, without `@`.
    LineBuilder& raw_tags(std::string_view tags);
    LineBuilder& source(std::string_view source);
    LineBuilder& source(std::string_view nick, std::string_view user, std::string_view host);
    LineBuilder& command(std::string_view command);
    /// A middle parameter.
    LineBuilder& param(std::string_view middle);
    LineBuilder& param(std::integral auto number) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        return param(std::string_view(digits, static_cast<std::size_t>(end - digits)));
    }
    /// Several middle parameters, separated by single spaces already.
    LineBuilder& words(std::string_view middles);
    /// The last parameter, with a colon.
    LineBuilder& trailing(std::string_view text);
    /// Ends the line.
    void finish();

    /// Bytes of the body so far, without CR LF.
    [[nodiscard]] std::size_t body_size() const { return out_.size() - body_; }

  private:
    void append_safe(std::string_view text);
    /// The same without spaces.
    void append_word(std::string_view text);
    void begin_tag();
    void begin_body();

    std::string& out_;
    std::size_t begin_;
    std::size_t body_;
    bool in_tags_ = false;
};

/// Does `text` hold CR, LF or NUL?
[[nodiscard]] bool has_unsafe_byte(std::string_view text);

}  // namespace patchcord::irc

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// One tag as it stands on the wire: the value is still escaped.
struct RawTag {
    std::string_view key;
    std::string_view value;
};

/// Walks over the tags of a line (the part between `@` and the first space).
class TagReader {
  public:
    explicit TagReader(std::string_view tags) : rest_(tags) {}
    /// The next tag; empty ones (`;;`) are skipped.
    std::optional<RawTag> next();

  private:
    std::string_view rest_;
};

/// IRCv3 message-tags, "Escaping values".
[[nodiscard]] std::string escape_tag_value(std::string_view value);
[[nodiscard]] std::string unescape_tag_value(std::string_view escaped);

/// The unescaped value of a tag; of several with that key, the last counts.
[[nodiscard]] std::optional<std::string> find_tag(std::string_view tags, std::string_view key);

/// The client-only tags (`+…`) among `tags`, joined again; all others are not for clients to send on. Tags named
/// `without` are left out.
[[nodiscard]] std::string client_only_tags(std::string_view tags, std::string_view without = {});

}  // namespace patchcord::irc

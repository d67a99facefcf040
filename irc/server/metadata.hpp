#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat_core/group.hpp"
#include "chat_core/ports/picture_shelf.hpp"
#include "chat_core/user.hpp"

namespace patchcord::irc {

struct ServerOptions;

/// What people and channels tell of themselves, by key (IRCv3 metadata): kept in memory, a person's until they leave, a
/// channel's until it ends.
class MetadataStore {
  public:
    using Values = std::map<std::string, std::string, std::less<>>;

    /// All that is kept; for somebody on another protocol also what they are called there (`display-name`) and the link
    /// to their picture (`avatar`).
    [[nodiscard]] Values of(const chat::User& user) const;
    [[nodiscard]] const Values& of(const chat::Group& group) const;

    /// Keeps a value. False: there are `most` keys already, and this is none of them.
    [[nodiscard]] bool set(const chat::User& user, std::string_view key, std::string_view value, std::size_t most);
    [[nodiscard]] bool set(const chat::Group& group, std::string_view key, std::string_view value, std::size_t most);
    /// False: there was no such key.
    bool remove(const chat::User& user, std::string_view key);
    bool remove(const chat::Group& group, std::string_view key);

    /// Where pictures are from now on. It outlives this.
    void set_pictures(const chat::PictureShelf& shelf) { pictures_ = &shelf; }

    void forget(const chat::User& user) { people_.erase(id_of(user)); }
    void forget(const chat::Group& group) { groups_.erase(group.id()); }

  private:
    [[nodiscard]] static std::uint64_t id_of(const chat::User& user) {
        return std::uint64_t{user.id().generation} << 32U | user.id().slot;
    }

    const chat::PictureShelf* pictures_ = nullptr;
    std::unordered_map<std::uint64_t, Values> people_;
    std::unordered_map<chat::GroupId, Values> groups_;
};

/// A name that may stand for a value: `a-z`, `0-9`, and `_./-`, of at most 32 bytes.
[[nodiscard]] bool is_metadata_key(std::string_view key);

/// The longest value in bytes: what is configured, and less where a line with the longest names would not hold it.
[[nodiscard]] std::size_t metadata_value_limit(const ServerOptions& options);

/// What the capability says of the limits.
[[nodiscard]] std::string metadata_cap_value(const ServerOptions& options);

}  // namespace patchcord::irc

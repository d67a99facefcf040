#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace patchcord::chat {

class User;

/// The pictures by which people show themselves: the edge that can fetch them lays them here, the other shows links to
/// them. A picture is known by its digest, the 20 bytes of its SHA-1.
class PictureShelf {
  public:
    virtual ~PictureShelf() = default;

    // --- for who fetches them

    /// Would anybody be shown the picture of `user`, if it were here?
    [[nodiscard]] virtual bool is_wanted(const User& user) const = 0;
    /// Is that picture here?
    [[nodiscard]] virtual bool has(std::string_view digest) const = 0;
    /// Takes a picture. Errors of `FileErrc`: protocol_error when it is not the one of that digest, or none that
    /// browsers show (PNG, JPEG, GIF); no_space.
    virtual std::error_code keep(std::string_view digest, std::string bytes) = 0;
    /// `user` shows that picture from now on; empty: none. Nothing has to be said of who goes.
    virtual void show(const User& user, std::string_view digest) = 0;

    // --- for who shows them

    /// The link to the picture of `user`; empty when there is none yet.
    [[nodiscard]] virtual std::string link_of(const User& user) const = 0;
    /// Somebody would like to see the picture of `user`: it is fetched as soon as it can be.
    virtual void want(const User& user) = 0;
};

}  // namespace patchcord::chat

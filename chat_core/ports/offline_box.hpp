#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <system_error>

namespace patchcord::chat {

class User;

/// Keeps messages for people who are not online and are expected back.
class OfflineBox {
  public:
    virtual ~OfflineBox() = default;

    /// Is somebody of this name known, but not here?
    [[nodiscard]] virtual bool expects(std::string_view name) const = 0;
    /// The same when it is known who writes: some people are known to a few only.
    [[nodiscard]] virtual bool expects_from(const User& from, std::string_view name) const {
        (void)from;
        return expects(name);
    }
    /// Keeps a text for them. `done` comes later, and without an error only when the text is safe.
    virtual void keep(const User& from, std::string_view name, std::string text,
                      std::function<void(std::error_code)> done) = 0;
};

}  // namespace patchcord::chat

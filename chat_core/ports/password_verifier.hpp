#pragma once

#include <functional>
#include <string>

namespace patchcord::chat {

/// Compares passwords with stored hashes, elsewhere: it takes a tenth of a second on purpose.
class PasswordVerifier {
  public:
    virtual ~PasswordVerifier() = default;

    enum class Answer { right, wrong, busy };  // busy: too many wait already; try again later

    /// Calls `done` later, never from inside this call.
    virtual void verify(std::string password, std::string hash, std::function<void(Answer)> done) = 0;
};

}  // namespace patchcord::chat

#pragma once

#include "chat_core/clock.hpp"

namespace patchcord::irc {

/// That somebody owns an account. Its name alone does not say so: when an account was removed, another may have that.
struct AccountProof {
    chat::WallTime made{};  // when the account was; the epoch: not known
    chat::Now at{};         // when its owner proved to be that
};

/// Are these two accounts, if they have one name?
[[nodiscard]] inline bool is_another(const AccountProof& one, const AccountProof& other) {
    const chat::WallTime unknown{};
    return one.made != other.made && one.made != unknown && other.made != unknown;
}

}  // namespace patchcord::irc

#pragma once

#include <memory>
#include <utility>

#include "chat_core/ports/account_verifier.hpp"
#include "irc/wire/sasl.hpp"

namespace patchcord::irc {

/// An exchange of SASL while it is open, and what has come of the client's next message.
struct SaslDialogue {
    explicit SaslDialogue(std::unique_ptr<chat::LoginExchange> with) : exchange(std::move(with)) {}

    std::unique_ptr<chat::LoginExchange> exchange;
    SaslResponse response;
};

}  // namespace patchcord::irc

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/result.hpp"

namespace patchcord::chat {

class User;

/// Knows the people who can be put on a contact list.
class AddressBook {
  public:
    virtual ~AddressBook() = default;

    /// The address of whoever is called `name`, or was when last here, if `asker` may know of them. An address gives
    /// itself, as it is compared, or the fuller one that `asker` means by it. Nothing for anything else.
    [[nodiscard]] virtual std::optional<std::string> address_of(std::string_view name, const User& asker) const = 0;
    /// What the owner of an address is called, or was when last here; empty: never was here.
    [[nodiscard]] virtual std::string name_of(std::string_view address) const = 0;
    /// Has somebody this address? `done` comes later.
    virtual void exists(std::string address, std::function<void(Result<bool>)> done) const = 0;
};

}  // namespace patchcord::chat

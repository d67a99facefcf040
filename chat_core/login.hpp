#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "chat_core/ids.hpp"

namespace patchcord::chat {

class ChatService;
class User;

/// Being logged in: Twisted's avatar and *logout* in one. Its end is the logout.
class Login {
  public:
    Login() = default;
    Login(ChatService& service, UserId id) : service_(&service), id_(id) {}
    Login(Login&& other) noexcept
        : service_(std::exchange(other.service_, nullptr)), id_(std::exchange(other.id_, {})) {}
    Login& operator=(Login&& other) noexcept {
        if (this != &other) {
            logout("logged out");
            service_ = std::exchange(other.service_, nullptr);
            id_ = std::exchange(other.id_, {});
        }
        return *this;
    }
    ~Login() { logout("connection closed"); }

    /// The user; nullptr when logged out, also when the service ended the login because the client failed. A `User&`
    /// got before stays good until the end of the turn.
    [[nodiscard]] User* user() const;
    /// Leaves every group and tells the others why. No effect when logged out already.
    void logout(std::string_view reason);

  private:
    ChatService* service_ = nullptr;
    UserId id_;
};

/// Keeps a name from being taken while its holder signs in.
class NameReservation {
  public:
    NameReservation() = default;
    NameReservation(ChatService& service, std::string name) : service_(&service), name_(std::move(name)) {}
    NameReservation(NameReservation&& other) noexcept
        : service_(std::exchange(other.service_, nullptr)), name_(std::move(other.name_)) {}
    NameReservation& operator=(NameReservation&& other) noexcept {
        if (this != &other) {
            release();
            service_ = std::exchange(other.service_, nullptr);
            name_ = std::move(other.name_);
        }
        return *this;
    }
    ~NameReservation() { release(); }

    [[nodiscard]] const std::string& name() const { return name_; }
    void release();

  private:
    ChatService* service_ = nullptr;
    std::string name_;
};

}  // namespace patchcord::chat

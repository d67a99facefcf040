#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::chat {

class User;

/// Signs people in to services of others, where they are themselves.
class LinkDesk {
  public:
    virtual ~LinkDesk() = default;

    /// An account on a service, and how it stands with it.
    struct Link {
        std::string service;
        std::string address;  // there
        std::string state;    // for people: "signed in"
    };
    /// Called later, with what is wrong in a sentence for people, or with nothing.
    using Done = std::function<void(std::string problem)>;

    /// The services one may have an account on.
    [[nodiscard]] virtual std::vector<std::string> services() const = 0;
    [[nodiscard]] virtual std::vector<Link> links_of(const User& user) const = 0;
    /// Signs the user's account in there from now on, and again whenever they come.
    virtual void link(const User& user, std::string service, std::string address, std::string password, Done done) = 0;
    /// Signs it out, and forgets it.
    virtual void unlink(const User& user, std::string service, Done done) = 0;
    /// Signs in at once; signs out until then. False when the user has no account there.
    virtual bool connect(const User& user, std::string_view service) = 0;
    virtual bool disconnect(const User& user, std::string_view service) = 0;
};

}  // namespace patchcord::chat

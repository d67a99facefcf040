#pragma once

#include <string>
#include <string_view>

#include "chat_core/user.hpp"
#include "irc/server/session.hpp"

namespace patchcord::irc {

/// One command to the service nick. Copied into what waits for an answer.
struct ServiceCall {
    Session& session;
    bool in_channel = false;  // said in `&contacts`, and answered there
    std::string words = {};   // behind the name of the command

    /// A line of the answer.
    void say(std::string_view text) const;
};

/// Takes the first word off `text`.
[[nodiscard]] std::string_view take_word(std::string_view& text);
/// The nick behind an address, or the address of somebody who never was here.
[[nodiscard]] std::string short_name(Session& session, std::string_view address);
/// "bob (bob@example.com)"
[[nodiscard]] std::string full_name(Session& session, std::string_view address);
/// Those who put the user on their list and wait for an answer.
[[nodiscard]] std::vector<ContactsState::Request> open_requests(Session& session);

/// The commands. Each runs only when there are people who can be contacts, and when the contact list is there.
namespace service {

void list(ServiceCall& call);
void add(ServiceCall& call);
void remove(ServiceCall& call);
void block(ServiceCall& call);
void unblock(ServiceCall& call);
void rename(ServiceCall& call);
void nudge(ServiceCall& call);
/// Accounts on MSN services.
void link(ServiceCall& call);
void unlink(ServiceCall& call);
void links(ServiceCall& call);
void connect(ServiceCall& call);
void disconnect(ServiceCall& call);
/// Files that are offered to the user and by it.
void files(ServiceCall& call);
void cancel(ServiceCall& call);
/// A link to send a file by.
void upload(ServiceCall& call);
/// The user's account: its password, and the certificates it is logged in to with.
void passwd(ServiceCall& call);
void certfp(ServiceCall& call);
/// The user's own connections, and whether they are missed.
void sessions(ServiceCall& call);
void always_on(ServiceCall& call);
/// These two need neither.
void help(ServiceCall& call);
void status(ServiceCall& call);

}  // namespace service
}  // namespace patchcord::irc

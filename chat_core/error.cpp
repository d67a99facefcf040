#include "chat_core/error.hpp"

#include <string>

namespace patchcord::chat {
namespace {

const char* describe(Errc code) {
    switch (code) {
        case Errc::no_such_group: return "no such group";
        case Errc::duplicate_group: return "a group of that name exists";
        case Errc::no_such_user: return "no such user";
        case Errc::duplicate_user: return "a user of that name exists";
        case Errc::already_logged_in: return "already logged in";
        case Errc::name_reserved: return "somebody else is signing in with that name";
        case Errc::invalid_name: return "not a valid name";
        case Errc::not_a_member: return "not a member of the group";
        case Errc::already_a_member: return "already a member of the group";
        case Errc::too_many_groups: return "member of too many groups";
        case Errc::group_full: return "the group is full";
        case Errc::invite_only: return "the group is for invited people";
        case Errc::wrong_key: return "wrong key";
        case Errc::banned: return "banned from the group";
        case Errc::moderated: return "the group is moderated";
        case Errc::members_only: return "only members may speak in the group";
        case Errc::not_an_operator: return "not an operator of the group";
        case Errc::list_full: return "the list is full";
        case Errc::send_queue_exceeded: return "SendQ exceeded";
        case Errc::client_gone: return "connection closed";
        case Errc::not_supported: return "not supported by the receiver's client";
        case Errc::not_logged_in: return "not logged in";
        case Errc::not_accepted: return "not accepted";
        case Errc::not_answered: return "no answer";
        case Errc::queue_full: return "too much waits for them already";
        case Errc::in_doubt: return "it may not have arrived";
        case Errc::service_away: return "their service cannot be reached at the moment";
        case Errc::no_such_message: return "no such message";
        case Errc::looping: return "it repeats what was said here, over and over";
    }
    return "unknown error";
}

class ChatCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.chat"; }
    [[nodiscard]] std::string message(int value) const override { return describe(static_cast<Errc>(value)); }
};

}  // namespace

const std::error_category& chat_category() {
    static const ChatCategory category;
    return category;
}

std::error_code make_error_code(Errc code) {
    return {static_cast<int>(code), chat_category()};
}

bool is_connection_error(std::error_code error) {
    return error == Errc::send_queue_exceeded || error == Errc::client_gone;
}

}  // namespace patchcord::chat

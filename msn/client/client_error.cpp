#include "msn/client/client_error.hpp"

#include <string>

namespace patchcord::msn {
namespace {

const char* describe(ClientErrc code) {
    switch (code) {
        case ClientErrc::timed_out: return "no answer from the server";
        case ClientErrc::disconnected: return "connection closed";
        case ClientErrc::too_many_requests: return "too many requests wait for an answer";
        case ClientErrc::unexpected_answer: return "the server's answer makes no sense";
        case ClientErrc::no_common_dialect: return "the server speaks no version of the protocol that we do";
        case ClientErrc::wrong_password: return "wrong handle or password";
        case ClientErrc::no_ticket: return "the Passport service gave no ticket";
        case ClientErrc::no_proof: return "no means of proving who we are";
        case ClientErrc::no_address_book: return "no address book";
        case ClientErrc::not_on_list: return "not on the contact list";
        case ClientErrc::nobody_there: return "nobody else is there";
        case ClientErrc::not_answered: return "no answer";
        case ClientErrc::not_delivered: return "not delivered";
        case ClientErrc::message_too_long: return "empty or too long";
        case ClientErrc::malformed_message: return "not a message";
        case ClientErrc::not_sent: return "the server takes no more";
        case ClientErrc::unconfirmed: return "connection closed before the server confirmed it";
        case ClientErrc::partly_delivered: return "only a part was delivered";
        case ClientErrc::no_such_group: return "no such group on the contact list";
        case ClientErrc::not_in_private: return "more than one other person is there";
    }
    return "unknown error";
}

class ClientCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.msn.client"; }
    [[nodiscard]] std::string message(int value) const override { return describe(static_cast<ClientErrc>(value)); }
};

class RefusalCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.msn.server"; }
    [[nodiscard]] std::string message(int value) const override {
        return std::string(msn::describe(static_cast<ErrorCode>(value))) + " (" + std::to_string(value) + ")";
    }
};

}  // namespace

const std::error_category& client_category() {
    static const ClientCategory category;
    return category;
}

std::error_code make_error_code(ClientErrc code) {
    return {static_cast<int>(code), client_category()};
}

Delivery delivery_of(std::error_code result) {
    if (!result) return Delivery::delivered;
    for (const ClientErrc doubt : {ClientErrc::timed_out, ClientErrc::unconfirmed, ClientErrc::partly_delivered}) {
        if (result == doubt) return Delivery::in_doubt;
    }
    return Delivery::refused;
}

const std::error_category& refusal_category() {
    static const RefusalCategory category;
    return category;
}

std::error_code refusal_error(ErrorCode code) {
    return {static_cast<int>(code), refusal_category()};
}

}  // namespace patchcord::msn

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::gateway {

/// What a client of MSNP11 and later says to the web services that keep messages for people who are away (OIM): one
/// gives out what waits (RSI), the other takes what is left for others (OimWS). SOAP 1.1; sources are public notes on
/// what MSN Messenger sent, and what servers of today ask for.

/// The parts of them, when the operator has written no path.
inline constexpr std::string_view reading_path = "/rsi/rsi.asmx";
inline constexpr std::string_view storing_path = "/OimWS/oim.asmx";

/// Where tickets for them are good, and the policies they are asked with.
inline constexpr std::string_view reading_address = "messenger.msn.com";
inline constexpr std::string_view reading_policy = "?id=507";
inline constexpr std::string_view storing_address = "messengersecure.live.com";
inline constexpr std::string_view storing_policy = "MBI_SSL";

/// Of a service's challenge, in bytes. They have about 20.
inline constexpr std::size_t max_lock_challenge_bytes = 256;

struct MailQuestion {
    std::string_view operation;  ///< "GetMessage"
    std::string action;          ///< of the header SOAPAction, with its quotes
    std::string body;
};

[[nodiscard]] MailQuestion ask_for_mail_list(const std::string& ticket);
[[nodiscard]] MailQuestion ask_for_mail(const std::string& ticket, const std::string& id);
[[nodiscard]] MailQuestion ask_to_delete_mail(const std::string& ticket, const std::vector<std::string>& ids);

/// A message to be left for somebody.
struct MailToStore {
    std::string from;  ///< handles
    std::string to;
    std::string name;       ///< the sender's friendly name
    std::string product;    ///< of a client that the service knows
    std::string lock_key;   ///< the answer to its last challenge; at first empty
    unsigned sequence = 1;  ///< as the letter says it
    std::string letter;     ///< see `msn::format_offline_letter`
};
[[nodiscard]] MailQuestion ask_to_store_mail(const std::string& ticket, const MailToStore& mail);

/// A refusal.
struct MailFault {
    std::string code;            ///< a word such as "AuthenticationFailed"; a stranger's, at most 64 bytes
    std::string lock_challenge;  ///< to be answered with a lock key; may be empty
    bool wants_ticket = false;   ///< another one
};

/// A value, or a fault, or neither when it is no such answer.
struct MailAnswer {
    std::optional<std::string> value;
    std::optional<MailFault> fault;
};

/// Mail-Data, whether it came as XML or as text.
[[nodiscard]] MailAnswer parse_mail_list(std::string_view answer);
/// The mail.
[[nodiscard]] MailAnswer parse_mail(std::string_view answer);
/// An empty value when it was done.
[[nodiscard]] MailAnswer parse_mail_deleted(std::string_view answer);
[[nodiscard]] MailAnswer parse_mail_stored(std::string_view answer);

}  // namespace patchcord::gateway

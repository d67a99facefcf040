// What web services answer that keep messages for people who are away.

#include <algorithm>
#include <sstream>

#include "gateway/http/xml.hpp"
#include "gateway/services/offline_mail_messages.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

constexpr std::size_t max_code_bytes = 64;

/// A word, or nothing: whatever else a service puts there is of no use.
std::string word_in(const xml_node& node, std::size_t most) {
    const std::string_view text = text_of(node);
    const bool fits =
        text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    return fits ? std::string(text) : std::string();
}

std::optional<MailFault> fault_in(const xml_node& envelope) {
    const xml_node inside = descend(envelope, {"Body", "Fault"});
    const xml_node fault = inside ? inside : child(envelope, "Fault");
    if (!fault) return std::nullopt;
    MailFault found;
    const std::string code = word_in(child(fault, "faultcode"), max_code_bytes);
    found.code = code.substr(code.find(':') + 1);
    if (found.code.empty()) found.code = "a fault without a name";
    found.lock_challenge = word_in(descend(fault, {"detail", "LockKeyChallenge"}), max_lock_challenge_bytes);
    found.wants_ticket = static_cast<bool>(descend(fault, {"detail", "TweenerChallenge"}));
    return found;
}

/// Reads the envelope; `take` gets what is in it and gives a value, or nothing when it is no such answer.
template <class Take>
MailAnswer read(std::string_view text, const Take& take) {
    MailAnswer answer;
    pugi::xml_document document;
    if (!load_xml(text, document)) return answer;
    const xml_node envelope = child(document, "Envelope");
    answer.fault = fault_in(envelope);
    if (!answer.fault) answer.value = take(envelope);
    return answer;
}

std::optional<std::string> done_if(const xml_node& node) {
    return node ? std::optional<std::string>(std::string()) : std::nullopt;
}

}  // namespace

MailAnswer parse_mail_list(std::string_view answer) {
    return read(answer, [](const xml_node& envelope) -> std::optional<std::string> {
        const xml_node response = descend(envelope, {"Body", "GetMetadataResponse"});
        const xml_node markup = child(response, "MD");
        if (!markup) return response ? std::optional<std::string>(text_of(response)) : std::nullopt;
        std::ostringstream list;
        markup.print(list, "", pugi::format_raw, pugi::encoding_utf8);
        return list.str();
    });
}

MailAnswer parse_mail(std::string_view answer) {
    return read(answer, [](const xml_node& envelope) -> std::optional<std::string> {
        const xml_node result = descend(envelope, {"Body", "GetMessageResponse", "GetMessageResult"});
        return result ? std::optional<std::string>(text_of(result)) : std::nullopt;
    });
}

MailAnswer parse_mail_deleted(std::string_view answer) {
    return read(answer, [](const xml_node& envelope) {
        return done_if(descend(envelope, {"Body", "DeleteMessagesResponse"}));
    });
}

MailAnswer parse_mail_stored(std::string_view answer) {
    return read(answer, [](const xml_node& envelope) {
        const xml_node body = child(envelope, "Body");
        const xml_node response = child(body, "StoreResponse");
        const xml_node acknowledged = descend(envelope, {"Header", "SequenceAcknowledgment"});
        return done_if(response ? response : acknowledged ? acknowledged : child(body, "Store2Response"));
    });
}

}  // namespace patchcord::gateway

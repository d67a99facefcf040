// What login services answer.

#include <algorithm>

#include "gateway/http/rst.hpp"
#include "gateway/http/xml.hpp"
#include "gateway/services/rst_messages.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/passport.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;
using Kind = RstReply::Kind;

/// Base64 of 24 bytes has 32; services have been seen to send more.
constexpr std::size_t max_secret_bytes = 256;
constexpr std::size_t max_words_bytes = 1024;

bool is_one_word(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

std::string_view without_prefix(std::string_view name) {
    return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

void take_token(const xml_node& node, RstReply& reply) {
    RstToken token;
    token.address = text_of(descend(node, {"AppliesTo", "EndpointReference", "Address"}));
    token.ticket = text_of(descend(node, {"RequestedSecurityToken", "BinarySecurityToken"}));
    token.secret = text_of(descend(node, {"RequestedProofToken", "BinarySecret"}));
    if (!is_one_word(token.secret, max_secret_bytes)) token.secret.clear();
    const bool usable =
        is_one_word(token.address, max_rst_address_bytes) && is_one_word(token.ticket, msn::max_ticket_bytes);
    if (usable && reply.tokens.size() < max_rst_tokens) reply.tokens.push_back(std::move(token));
}

void take_tokens(const xml_node& body, RstReply& reply) {
    const xml_node several = child(body, "RequestSecurityTokenResponseCollection");
    for (const xml_node& node : (several ? several : body).children()) {
        if (local_name(node) != "RequestSecurityTokenResponse") continue;
        reply.kind = Kind::tokens;
        take_token(node, reply);
    }
    if (several) reply.kind = Kind::tokens;
}

std::string_view first_text(std::initializer_list<xml_node> nodes) {
    for (const xml_node& node : nodes) {
        if (const std::string_view text = text_of(node); !text.empty()) return text;
    }
    return {};
}

/// Passport's numbers for a name or a password that is wrong (RST, RST2).
bool is_wrong_password(std::string_view status) {
    return msn::same_word(status, "0x80048823") || msn::same_word(status, "0x80048821");
}

void take_fault(const xml_node& envelope, const xml_node& fault, RstReply& reply) {
    const xml_node newer = descend(fault, {"Code", "Subcode", "Value"});
    const std::string_view code = without_prefix(first_text({child(fault, "faultcode"), newer}));
    const std::string_view words = first_text({child(fault, "faultstring"), descend(fault, {"Reason", "Text"})});
    const std::string_view status =
        first_text({descend(envelope, {"Header", "pp", "reqstatus"}), descend(fault, {"Detail", "error", "value"})});
    reply.words = words.substr(0, max_words_bytes);
    reply.location =
        first_text({child(fault, "redirectUrl"), descend(fault, {"detail", "redirectUrl"}),
                    descend(fault, {"Detail", "redirectUrl"}), descend(envelope, {"Header", "pp", "redirectUrl"})});
    if (code == "Redirect") {
        reply.kind = Kind::elsewhere;
    } else {
        reply.kind = code == "FailedAuthentication" || is_wrong_password(status) ? Kind::wrong_password : Kind::fault;
    }
}

}  // namespace

const RstToken* RstReply::token_for(std::string_view address) const {
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const RstToken& token) { return msn::same_word(token.address, address); });
    return found == tokens.end() ? nullptr : &*found;
}

RstReply parse_rst_answer(std::string_view text) {
    RstReply reply;
    pugi::xml_document document;
    if (!load_xml(text, document)) return reply;
    const xml_node envelope = child(document, "Envelope");
    const xml_node body = child(envelope, "Body");
    const xml_node beside = child(envelope, "Fault");
    const xml_node fault = beside ? beside : child(body, "Fault");
    if (fault) {
        take_fault(envelope, fault, reply);
    } else {
        take_tokens(body, reply);
    }
    return reply;
}

}  // namespace patchcord::gateway

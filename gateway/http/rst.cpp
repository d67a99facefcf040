#include "gateway/http/rst.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

#include "gateway/http/dates.hpp"
#include "gateway/http/xml.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

/// The token of Passport's own domain. Its content is for Passport alone: clients keep it and never look inside.
constexpr std::string_view passport_domain = "http://Passport.NET/tb";
constexpr std::size_t opaque_bytes = 128;
constexpr std::size_t secret_bytes = 24;

bool is_address(std::string_view text) {
    return !text.empty() && text.size() <= max_rst_address_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool take_addresses(const xml_node& body, RstRequest& request) {
    const xml_node several = child(body, "RequestMultipleSecurityTokens");
    for (const xml_node& node : (several ? several : body).children()) {
        if (local_name(node) != "RequestSecurityToken") continue;
        std::string address = descend(node, {"AppliesTo", "EndpointReference", "Address"}).text().get();
        if (!is_address(address) || request.addresses.size() == max_rst_tokens) return false;
        request.addresses.push_back(std::move(address));
    }
    return !request.addresses.empty();
}

std::string random_base64(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    randombytes_buf(bytes.data(), bytes.size());
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(count, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), count, variant);
    text.pop_back();  // its NUL
    return text;
}

xml_node add_with_id(xml_node parent, const char* name, const std::string& id) {
    xml_node node = add(parent, name);
    node.append_attribute("Id") = id.c_str();
    return node;
}

void declare(xml_node node, const char* prefix, const char* uri) {
    node.append_attribute(prefix) = uri;
}

xml_node begin_answer(pugi::xml_document& document) {
    xml_node envelope = add_envelope(document, "S");
    declare(envelope, "xmlns:wst", "http://schemas.xmlsoap.org/ws/2004/04/trust");
    declare(envelope, "xmlns:wsse", "http://schemas.xmlsoap.org/ws/2003/06/secext");
    declare(envelope, "xmlns:wsp", "http://schemas.xmlsoap.org/ws/2002/12/policy");
    declare(envelope, "xmlns:wsa", "http://schemas.xmlsoap.org/ws/2004/03/addressing");
    declare(envelope, "xmlns:wsu",
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd");
    declare(envelope, "xmlns:psf", "http://schemas.microsoft.com/Passport/SoapServices/SOAPFault");
    return envelope;
}

void add_status(xml_node envelope, const char* auth_state, const char* status) {
    const xml_node pp = add(add(envelope, "S:Header"), "psf:pp");
    add(pp, "psf:serverVersion", "1");
    add(pp, "psf:authstate", auth_state);
    add(pp, "psf:reqstatus", status);
}

void add_reference(xml_node token, const char* type, const std::string& id) {
    const xml_node reference = add(token, "wst:RequestedTokenReference");
    add(reference, "wsse:KeyIdentifier").append_attribute("ValueType") = type;
    add(reference, "wsse:Reference").append_attribute("URI") = ("#" + id).c_str();
}

void add_passport_token(xml_node token, const std::string& id) {
    const xml_node data = add_with_id(add(token, "wst:RequestedSecurityToken"), "EncryptedData", id);
    declare(data, "xmlns", "http://www.w3.org/2001/04/xmlenc#");
    add(add(data, "CipherData"), "CipherValue", random_base64(opaque_bytes));
    add_reference(token, "urn:passport", id);
    add(add(token, "wst:RequestedProofToken"), "wst:BinarySecret", random_base64(secret_bytes));
}

void add_compact_token(xml_node token, const std::string& id, const std::string& ticket) {
    add_with_id(add(token, "wst:RequestedSecurityToken"), "wsse:BinarySecurityToken", id).text().set(ticket.c_str());
    add_reference(token, "urn:passport:compact", id);
}

void add_token(xml_node collection, std::size_t index, const RstAnswer& answer) {
    const std::string& address = answer.addresses[index];
    const bool own = address == passport_domain;
    const xml_node token = add(collection, "wst:RequestSecurityTokenResponse");
    add(token, "wst:TokenType", own ? "urn:passport:legacy" : "urn:passport:compact");
    add(add(add(token, "wsp:AppliesTo"), "wsa:EndpointReference"), "wsa:Address", address);
    const xml_node life = add(token, "wst:LifeTime");
    add(life, "wsu:Created", format_xml_date(answer.created));
    add(life, "wsu:Expires", format_xml_date(answer.expires));
    if (own) {
        add_passport_token(token, "BinaryDAToken" + std::to_string(index));
    } else {
        add_compact_token(token, "Compact" + std::to_string(index), answer.ticket);
    }
}

}  // namespace

std::optional<RstRequest> parse_rst_request(std::string_view body) {
    pugi::xml_document document;
    if (!load_xml(body, document)) return std::nullopt;
    const xml_node envelope = child(document, "Envelope");
    const xml_node user = descend(envelope, {"Header", "Security", "UsernameToken"});
    RstRequest request;
    request.username = child(user, "Username").text().get();
    request.password = child(user, "Password").text().get();
    if (request.username.empty() || request.password.empty()) return std::nullopt;
    if (!take_addresses(child(envelope, "Body"), request)) return std::nullopt;
    return request;
}

std::string format_rst_answer(const RstAnswer& answer) {
    pugi::xml_document document;
    const xml_node envelope = begin_answer(document);
    add_status(envelope, "0x48803", "0x0");
    const xml_node collection = add(add(envelope, "S:Body"), "wst:RequestSecurityTokenResponseCollection");
    for (std::size_t i = 0; i < answer.addresses.size(); ++i) add_token(collection, i, answer);
    return format_xml(document);
}

std::string format_rst_failure(std::string_view text) {
    pugi::xml_document document;
    const xml_node envelope = begin_answer(document);
    add_status(envelope, "0x80048800", "0x80048823");
    const xml_node fault = add(envelope, "S:Fault");  // beside the body, where clients look for it
    add(fault, "faultcode", "wsse:FailedAuthentication");
    add(fault, "faultstring", std::string(text));
    return format_xml(document);
}

}  // namespace patchcord::gateway

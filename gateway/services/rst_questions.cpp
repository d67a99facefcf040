// What login services are asked.

#include <sodium.h>

#include "gateway/http/xml.hpp"
#include "gateway/services/rst_messages.hpp"
#include "msn/wire/xml_text.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

constexpr std::string_view password_element = "<wsse:Password>";

void declare_namespaces(xml_node envelope) {
    const auto declare = [&](const char* name, const char* uri) { envelope.append_attribute(name) = uri; };
    declare("xmlns:wsse", "http://schemas.xmlsoap.org/ws/2003/06/secext");
    declare("xmlns:wsp", "http://schemas.xmlsoap.org/ws/2002/12/policy");
    declare("xmlns:wsa", "http://schemas.xmlsoap.org/ws/2004/03/addressing");
    declare("xmlns:wst", "http://schemas.xmlsoap.org/ws/2004/04/trust");
    declare("xmlns:ps", "http://schemas.microsoft.com/Passport/SoapServices/PPCRL");
}

/// Who asks: what the clients of MSNP15 say of themselves.
void add_application(xml_node header) {
    xml_node info = add(header, "ps:AuthInfo");
    info.append_attribute("Id") = "PPAuthInfo";
    add(info, "ps:HostingApp", "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}");
    add(info, "ps:BinaryVersion", "4");
    add(info, "ps:UIVersion", "1");
    add(info, "ps:Cookies");
    add(info, "ps:RequestParams", "AQAAAAIAAABsYwQAAAAxMDMz");
}

void add_wanted(xml_node tokens, std::size_t index, const RstWanted& wanted) {
    xml_node token = add(tokens, "wst:RequestSecurityToken");
    token.append_attribute("Id") = ("RST" + std::to_string(index)).c_str();
    add(token, "wst:RequestType", "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue");
    add(add(add(token, "wsp:AppliesTo"), "wsa:EndpointReference"), "wsa:Address", wanted.address);
    if (wanted.policy.empty()) return;
    add(token, "wsse:PolicyReference").append_attribute("URI") = wanted.policy.c_str();
}

/// The question without the password: the XML library frees its memory without wiping it.
std::string format_frame(const std::string& handle, const std::vector<RstWanted>& wanted) {
    pugi::xml_document document;
    xml_node envelope = add_envelope(document, "S");
    declare_namespaces(envelope);
    const xml_node header = add(envelope, "S:Header");
    add_application(header);
    xml_node user = add(add(header, "wsse:Security"), "wsse:UsernameToken");
    user.append_attribute("Id") = "user";
    add(user, "wsse:Username", handle);
    add(user, "wsse:Password", "-");
    xml_node tokens = add(add(envelope, "S:Body"), "ps:RequestMultipleSecurityTokens");
    tokens.append_attribute("Id") = "RSTS";
    add_wanted(tokens, 0, {"http://Passport.NET/tb", {}});
    for (std::size_t i = 0; i < wanted.size(); ++i) add_wanted(tokens, i + 1, wanted[i]);
    return format_xml(document);
}

}  // namespace

std::string format_rst_question(const std::string& handle, std::string_view password,
                                const std::vector<RstWanted>& wanted) {
    const std::string frame = format_frame(handle, wanted);
    // What was escaped cannot look like it, and what is not escaped stands behind it.
    const std::size_t at = frame.find(password_element) + password_element.size();
    std::string escaped = msn::escape_xml(password);
    std::string question;
    question.reserve(frame.size() + escaped.size());  // no copy of it is left behind
    question.append(frame, 0, at).append(escaped).append(frame, at + 1);
    sodium_memzero(escaped.data(), escaped.size());
    return question;
}

}  // namespace patchcord::gateway

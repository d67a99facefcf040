// What web services are asked that keep messages for people who are away.

#include "gateway/http/xml.hpp"
#include "gateway/services/offline_mail_messages.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/offline_mail.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

constexpr const char* reading_namespace = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi";
constexpr const char* storing_namespace = "http://messenger.msn.com/ws/2004/09/oim/";
constexpr std::string_view store_action = "\"http://messenger.live.com/ws/2006/09/oim/Store2\"";
constexpr const char* reliability_namespace = "http://schemas.xmlsoap.org/ws/2003/03/rm";
constexpr const char* utility_namespace = "http://schemas.xmlsoap.org/ws/2002/07/utility";

xml_node add_in(xml_node parent, const char* name, const char* space) {
    xml_node node = add(parent, name);
    node.append_attribute("xmlns") = space;
    return node;
}

/// What stands behind `t=` or `p=` in a ticket; one that has no such parts is the first.
std::string part_of(std::string_view ticket, std::string_view key) {
    std::string_view rest = ticket;
    while (!rest.empty()) {
        const std::string_view part = msn::take_field(rest, '&');
        if (part.starts_with(key)) return std::string(part.substr(key.size()));
    }
    return key == "t=" ? std::string(ticket) : std::string();
}

/// A question under way: its document, and where its content goes.
struct Draft {
    pugi::xml_document document;
    xml_node content;
};

void begin(Draft& draft, const char* operation, const std::string& ticket) {
    const xml_node envelope = add_envelope(draft.document, "soap");
    const xml_node cookie = add_in(add(envelope, "soap:Header"), "PassportCookie", reading_namespace);
    add(cookie, "t", part_of(ticket, "t="));
    add(cookie, "p", part_of(ticket, "p="));
    draft.content = add_in(add(envelope, "soap:Body"), operation, reading_namespace);
}

MailQuestion finish(const Draft& draft, std::string_view operation) {
    return {operation, "\"" + std::string(reading_namespace) + "/" + std::string(operation) + "\"",
            format_xml(draft.document)};
}

void set(xml_node node, const char* name, const std::string& value) {
    node.append_attribute(name) = value.c_str();
}

void add_sender(xml_node header, const MailToStore& mail) {
    xml_node from = add_in(header, "From", storing_namespace);
    set(from, "memberName", mail.from);
    set(from, "friendlyName", msn::encode_header_word(mail.name));
    set(from, "xml:lang", "en-US");
    set(from, "proxy", "MSNMSGR");
    set(from, "msnpVer", "MSNP15");
    set(from, "buildVer", "8.5.1302");
}

}  // namespace

MailQuestion ask_for_mail_list(const std::string& ticket) {
    Draft draft;
    begin(draft, "GetMetadata", ticket);
    return finish(draft, "GetMetadata");
}

MailQuestion ask_for_mail(const std::string& ticket, const std::string& id) {
    Draft draft;
    begin(draft, "GetMessage", ticket);
    add(draft.content, "messageId", id);
    add(draft.content, "alsoMarkAsRead", "false");
    return finish(draft, "GetMessage");
}

MailQuestion ask_to_delete_mail(const std::string& ticket, const std::vector<std::string>& ids) {
    Draft draft;
    begin(draft, "DeleteMessages", ticket);
    const xml_node list = add(draft.content, "messageIds");
    for (const std::string& id : ids) add(list, "messageId", id);
    return finish(draft, "DeleteMessages");
}

MailQuestion ask_to_store_mail(const std::string& ticket, const MailToStore& mail) {
    pugi::xml_document document;
    const xml_node envelope = add_envelope(document, "soap");
    const xml_node header = add(envelope, "soap:Header");
    add_sender(header, mail);
    set(add_in(header, "To", storing_namespace), "memberName", mail.to);
    const xml_node proof = add_in(header, "Ticket", storing_namespace);
    set(proof, "passport", ticket);
    set(proof, "appid", mail.product);
    set(proof, "lockkey", mail.lock_key);
    const xml_node sequence = add_in(header, "Sequence", reliability_namespace);
    add_in(sequence, "Identifier", utility_namespace).text().set("http://messenger.msn.com");
    add(sequence, "MessageNumber", std::to_string(mail.sequence));
    const xml_node body = add(envelope, "soap:Body");
    add_in(body, "MessageType", storing_namespace).text().set("text");
    add_in(body, "Content", storing_namespace).text().set(mail.letter.c_str());
    return {"Store2", std::string(store_action), format_xml(document)};
}

}  // namespace patchcord::gateway

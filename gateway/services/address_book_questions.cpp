// What is asked of address books.

#include "gateway/http/xml.hpp"
#include "gateway/services/address_book_messages.hpp"

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

constexpr const char* service_namespace = "http://www.msn.com/webservices/AddressBook";
constexpr const char* own_address_book = "00000000-0000-0000-0000-000000000000";
constexpr const char* application_id = "CFE80F9D-180F-4399-82AB-413F33A1FA11";  // Windows Live Messenger's

/// A question under way: its document, and where its content goes.
struct Draft {
    pugi::xml_document document;
    xml_node content;
};

xml_node add_own(xml_node parent, const char* name) {
    xml_node node = add(parent, name);
    node.append_attribute("xmlns") = service_namespace;
    return node;
}

/// `scenario` tells the service why a client asks; some of them decide by it what they allow.
void begin(Draft& draft, const char* operation, const char* scenario, const std::string& ticket) {
    xml_node envelope = add_envelope(draft.document, "soap");
    envelope.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    const xml_node header = add(envelope, "soap:Header");
    const xml_node application = add_own(header, "ABApplicationHeader");
    add(application, "ApplicationId", application_id);
    add(application, "IsMigration", "false");
    add(application, "PartnerScenario", scenario);
    const xml_node authentication = add_own(header, "ABAuthHeader");
    add(authentication, "ManagedGroupRequest", "false");
    add(authentication, "TicketToken", ticket);
    draft.content = add_own(add(envelope, "soap:Body"), operation);
}

BookQuestion finish(const Draft& draft, std::string_view operation, std::string_view path) {
    return {operation, path, format_xml(draft.document)};
}

BookQuestion change_member(const char* operation, const char* scenario, const std::string& ticket, msn::ListBit list,
                           const std::string& handle) {
    Draft draft;
    begin(draft, operation, scenario, ticket);
    const xml_node service = add(draft.content, "serviceHandle");
    add(service, "Id", "0");
    add(service, "Type", "Messenger");
    add(service, "ForeignId");
    const xml_node membership = add(add(draft.content, "memberships"), "Membership");
    add(membership, "MemberRole", list == msn::ListBit::block ? "Block" : "Allow");
    xml_node member = add(add(membership, "Members"), "Member");
    member.append_attribute("xsi:type") = "PassportMember";
    add(member, "Type", "Passport");
    add(member, "State", "Accepted");
    add(member, "PassportName", handle);
    return finish(draft, operation, sharing_path);
}

}  // namespace

std::string format_soap_action(const BookQuestion& question) {
    return "\"" + std::string(service_namespace) + "/" + std::string(question.operation) + "\"";
}

BookQuestion ask_for_memberships(const std::string& ticket) {
    Draft draft;
    begin(draft, "FindMembership", "Initial", ticket);
    add(add(add(draft.content, "serviceFilter"), "Types"), "ServiceType", "Messenger");
    return finish(draft, "FindMembership", sharing_path);
}

/// All of it each time: nothing is asked for that came "since", which some services cannot answer.
BookQuestion ask_for_contacts(const std::string& ticket) {
    Draft draft;
    begin(draft, "ABFindAll", "Initial", ticket);
    add(draft.content, "abId", own_address_book);
    add(draft.content, "abView", "Full");
    return finish(draft, "ABFindAll", address_book_path);
}

BookQuestion ask_to_add_member(const std::string& ticket, msn::ListBit list, const std::string& handle) {
    const char* const scenario = list == msn::ListBit::block ? "BlockUnblock" : "ContactMsgrAPI";
    return change_member("AddMember", scenario, ticket, list, handle);
}

BookQuestion ask_to_remove_member(const std::string& ticket, msn::ListBit list, const std::string& handle) {
    return change_member("DeleteMember", "BlockUnblock", ticket, list, handle);
}

BookQuestion ask_to_add_contact(const std::string& ticket, const std::string& handle) {
    Draft draft;
    begin(draft, "ABContactAdd", "ContactSave", ticket);
    add(draft.content, "abId", own_address_book);
    const xml_node contact = add_own(add(draft.content, "contacts"), "Contact");
    const xml_node info = add(contact, "contactInfo");
    add(info, "contactType", "LivePending");
    add(info, "passportName", handle);
    add(info, "isMessengerUser", "true");
    return finish(draft, "ABContactAdd", address_book_path);
}

BookQuestion ask_to_remove_contact(const std::string& ticket, const std::string& guid) {
    Draft draft;
    begin(draft, "ABContactDelete", "Timer", ticket);
    add(draft.content, "abId", own_address_book);
    add(add(add(draft.content, "contacts"), "Contact"), "contactId", guid);
    return finish(draft, "ABContactDelete", address_book_path);
}

}  // namespace patchcord::gateway

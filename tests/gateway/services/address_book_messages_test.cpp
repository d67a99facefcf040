#include "gateway/services/address_book_messages.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/http/xml.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::gateway {
namespace {

using msn::ListBit;
using msn::Roster;

constexpr unsigned fl = 1;
constexpr unsigned al = 2;
constexpr unsigned bl = 4;
constexpr unsigned rl = 8;
constexpr unsigned pl = 16;

std::string envelope(const std::string& body) {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"x\"><soap:Header><ServiceHeader>"
           "<PreferredHostName>thief.example</PreferredHostName></ServiceHeader></soap:Header><soap:Body>" +
           body + "</soap:Body></soap:Envelope>";
}

std::string element(const std::string& name, const std::string& content) {
    return "<" + name + ">" + content + "</" + name + ">";
}

std::string fault(const std::string& content) {
    return envelope(element("soap:Fault", content));
}

// --- memberships

std::string member(const std::string& handle, const std::string& more = {}) {
    return "<Member xsi:type=\"PassportMember\"><Type>Passport</Type>" + element("PassportName", handle) + more +
           "</Member>";
}

std::string role(const std::string& name, const std::string& members) {
    return element("Membership", element("MemberRole", name) + element("Members", members));
}

std::string service(const std::string& roles, const std::string& type = "Messenger") {
    return element("Service",
                   element("Memberships", roles) + element("Info", element("Handle", element("Type", type))));
}

std::string memberships(const std::string& services) {
    return envelope(element("FindMembershipResponse", element("FindMembershipResult", element("Services", services))));
}

TEST(AddressBookMembershipTest, RolesAreLists) {
    const auto answer = parse_memberships(memberships(
        service(role("Allow", member("Bob@example.com") + member("carol@example.com")) +
                role("Block", member("mal@example.com")) + role("Reverse", member("bob@example.com")) +
                role("Pending", member("eve@example.com")) + role("ProfileExpression", member("no@example.com")))));
    ASSERT_TRUE(answer.value);
    EXPECT_EQ(*answer.value, (Memberships{{"bob@example.com", al | rl},
                                          {"carol@example.com", al},
                                          {"mal@example.com", bl},
                                          {"eve@example.com", pl}}));
}

TEST(AddressBookMembershipTest, OtherServicesAndWhoWasRemovedDoNotCount) {
    const auto answer = parse_memberships(
        memberships(service(role("Allow", member("no@example.com")), "Profile") +
                    service(role("Allow", member("old@example.com", "<Deleted>true</Deleted>") +
                                              member("bob@example.com", "<Deleted>false</Deleted>")))));
    ASSERT_TRUE(answer.value);
    EXPECT_EQ(*answer.value, (Memberships{{"bob@example.com", al}}));
}

TEST(AddressBookMembershipTest, WhoHasNoHandleIsLeftOut) {
    const auto answer = parse_memberships(
        memberships(service(role("Allow", member("") + member("no handle") + member("a@b@c") + "<Member/>" +
                                              "<Member><Email>mail@example.com</Email></Member>" +
                                              member("a@example.com&#13;&#10;OUT") + member("bob@example.com")))));
    ASSERT_TRUE(answer.value);
    EXPECT_EQ(*answer.value, (Memberships{{"bob@example.com", al}}));
}

TEST(AddressBookMembershipTest, NobodyIsAnAnswerToo) {
    for (const std::string& body :
         {std::string("<FindMembershipResponse/>"),
          std::string("<FindMembershipResponse><FindMembershipResult/></FindMembershipResponse>")}) {
        const auto answer = parse_memberships(envelope(body));
        ASSERT_TRUE(answer.value);
        EXPECT_TRUE(answer.value->empty());
    }
}

TEST(AddressBookMembershipTest, NumberOfPeopleIsBounded) {
    std::string members;
    for (std::size_t i = 0; i < Roster::max_contacts + 10; ++i)
        members += member("u" + std::to_string(i) + "@a.example");
    const auto answer =
        parse_memberships(memberships(service(role("Allow", members) + role("Block", member("u0@a.example")))));
    ASSERT_TRUE(answer.value);
    EXPECT_EQ(answer.value->size(), Roster::max_contacts);
    EXPECT_EQ(answer.value->front().second, al | bl) << "who is known may be on more lists";
}

// --- contacts

std::string contact(const std::string& handle, const std::string& info = {}, const std::string& more = {}) {
    return element("Contact", "<contactId>11-guid</contactId>" +
                                  element("contactInfo", "<contactType>Regular</contactType>" +
                                                             element("passportName", handle) + info) +
                                  more);
}

std::string book_of(const std::string& contacts, const std::string& groups = {}) {
    return envelope(element("ABFindAllResponse",
                            element("ABFindAllResult", element("groups", groups) + element("contacts", contacts))));
}

msn::AddressBook read_book(const std::string& contacts, const std::string& groups = {}) {
    auto answer = parse_contacts(book_of(contacts, groups));
    EXPECT_TRUE(answer.value);
    return answer.value.value_or(msn::AddressBook());
}

std::string annotation(const std::string& name, const std::string& value) {
    return element("Annotation", element("Name", name) + element("Value", value));
}

std::string self(const std::string& annotations) {
    return element("Contact", element("contactInfo",
                                      "<contactType>Me</contactType><displayName>Ana A</displayName>"
                                      "<passportName>ana@example.com</passportName>" +
                                          element("annotations", annotations)));
}

TEST(AddressBookContactTest, ContactsAndGroupsAreRead) {
    const msn::AddressBook book =
        read_book(contact("Bob@example.com",
                          "<displayName> B\xC3\xB6\xC3\xB6\x62 </displayName><isMessengerUser>true"
                          "</isMessengerUser><groupIds><guid>33-guid</guid><guid>no guid</guid></groupIds>"),
                  "<Group><groupId>33-guid</groupId><groupInfo><name>Friends</name></groupInfo></Group>");
    ASSERT_EQ(book.contacts.size(), 1U);
    EXPECT_EQ(book.contacts[0].handle, "bob@example.com");
    EXPECT_EQ(book.contacts[0].name, "B\xC3\xB6\xC3\xB6\x62");
    EXPECT_EQ(book.contacts[0].guid, "11-guid");
    EXPECT_EQ(book.contacts[0].groups, std::vector<std::string>{"33-guid"});
    EXPECT_EQ(book.contacts[0].lists, fl);
    EXPECT_EQ(book.groups, (std::vector<msn::RosterGroup>{{"33-guid", "Friends"}}));
}

TEST(AddressBookContactTest, OneselfIsNoContact) {
    const msn::AddressBook book = read_book(self(annotation("MSN.IM.GTC", "0") + annotation("MSN.IM.BLP", "1")));
    EXPECT_TRUE(book.contacts.empty());
    EXPECT_EQ(book.own_name, "Ana A");
    EXPECT_TRUE(book.open_to_all);
}

TEST(AddressBookContactTest, PrivacyIsClosedUnlessItIsOpenOrUnsaid) {
    EXPECT_TRUE(read_book("").open_to_all);
    EXPECT_TRUE(read_book(self(annotation("MSN.IM.GTC", "0"))).open_to_all);
    EXPECT_TRUE(read_book(self(annotation("MSN.IM.BLP", "0"))).open_to_all) << "services write this for unsaid";
    for (const char* value : {"2", "", "yes"}) {
        EXPECT_FALSE(read_book(self(annotation("MSN.IM.BLP", value))).open_to_all) << value;
    }
}

TEST(AddressBookContactTest, PeopleWithoutAMessengerAndThoseRemovedAreLeftOut) {
    const msn::AddressBook book =
        read_book(contact("mail@example.com", "<isMessengerUser>false</isMessengerUser>") +
                      contact("old@example.com", {}, "<fDeleted>true</fDeleted>") + contact("no handle") +
                      "<Contact/>" + contact("bob@example.com", {}, "<fDeleted>false</fDeleted>"),
                  "<Group><groupId>1</groupId><fDeleted>true</fDeleted></Group><Group/>");
    ASSERT_EQ(book.contacts.size(), 1U);
    EXPECT_EQ(book.contacts[0].handle, "bob@example.com");
    EXPECT_EQ(book.contacts[0].name, "bob@example.com") << "who has no name is called by the handle";
    EXPECT_TRUE(book.groups.empty());
}

TEST(AddressBookContactTest, NamesAreOneBoundedLine) {
    const msn::AddressBook book =
        read_book(contact("bob@example.com", "<displayName>a&#13;&#10;QUIT\x1B[2J\xFF</displayName>") +
                  contact("carol@example.com", element("displayName", std::string(100'000, 'x'))));
    ASSERT_EQ(book.contacts.size(), 2U);
    EXPECT_EQ(book.contacts[0].name.find_first_of("\r\n\x1B"), std::string::npos) << book.contacts[0].name;
    EXPECT_EQ(book.contacts[1].name.size(), msn::max_name_bytes);
}

TEST(AddressBookContactTest, IdThatCannotBeOneIsNone) {
    for (const std::string& id : {std::string("a b"), std::string("a&#13;&#10;b"), std::string(65, 'x')}) {
        const msn::AddressBook book = read_book(element(
            "Contact", element("contactId", id) + element("contactInfo", element("passportName", "bob@example.com"))));
        ASSERT_EQ(book.contacts.size(), 1U);
        EXPECT_EQ(book.contacts[0].guid, "") << id;
    }
}

TEST(AddressBookContactTest, EverythingIsBounded) {
    std::string contacts;
    std::string groups;
    std::string ids;
    for (std::size_t i = 0; i < 300; ++i) {
        groups += element("Group", element("groupId", std::to_string(i)) + "<groupInfo><name>x</name></groupInfo>");
        ids += element("guid", std::to_string(i));
    }
    for (std::size_t i = 0; i < Roster::max_contacts + 10; ++i)
        contacts += contact("u" + std::to_string(i) + "@a.example");
    const msn::AddressBook book = read_book(contact("bob@example.com", element("groupIds", ids)) + contacts, groups);
    EXPECT_EQ(book.contacts.size(), Roster::max_contacts);
    EXPECT_EQ(book.contacts[0].groups.size(), Roster::max_groups_per_contact);
    EXPECT_EQ(book.groups.size(), Roster::max_groups);
}

TEST(AddressBookContactTest, MembershipsAreWrittenToContacts) {
    msn::AddressBook book = read_book(contact("bob@example.com"));
    add_memberships(book, {{"bob@example.com", al | rl}, {"mal@example.com", bl}});
    ASSERT_EQ(book.contacts.size(), 2U);
    EXPECT_EQ(book.contacts[0].lists, fl | al | rl);
    EXPECT_EQ(book.contacts[1].handle, "mal@example.com");
    EXPECT_EQ(book.contacts[1].name, "mal@example.com");
    EXPECT_EQ(book.contacts[1].lists, bl);
}

// --- faults and changes

TEST(AddressBookFaultTest, CodeIsAWord) {
    const auto code = [](const std::string& content) {
        const auto answer = parse_contacts(fault(content));
        EXPECT_FALSE(answer.value);
        return answer.fault ? answer.fault->code : "<none>";
    };
    EXPECT_EQ(code("<faultcode>soap:Client</faultcode><detail><errorcode>PassportAuthFail</errorcode></detail>"),
              "PassportAuthFail");
    EXPECT_EQ(code("<faultcode>soap:Server</faultcode>"), "Server");
    for (const std::string& bad : {std::string(), std::string("a&#13;&#10;b"), std::string("two words")}) {
        EXPECT_EQ(code(element("faultcode", bad)), "a fault without a name") << bad;
    }
    EXPECT_EQ(code(element("faultcode", std::string(5'000, 'x'))).size(), 64U);
}

TEST(AddressBookFaultTest, WhatIsNoAnswerIsNeither) {
    for (const std::string& text : {std::string(), std::string("<html/>"), envelope(""), memberships(""),
                                    "<!DOCTYPE a>" + book_of(""), book_of("").substr(0, 200)}) {
        const auto answer = parse_contacts(text);
        EXPECT_FALSE(answer.value) << text;
        EXPECT_FALSE(answer.fault) << text;
    }
}

TEST(AddressBookChangeTest, IdOfANewContactIsRead) {
    const auto added =
        parse_change(envelope("<ABContactAddResponse><ABContactAddResult><guid>22-guid</guid></ABContactAddResult>"
                              "</ABContactAddResponse>"),
                     "ABContactAdd");
    EXPECT_EQ(added.value, "22-guid");
    EXPECT_EQ(parse_change(envelope("<AddMemberResponse/>"), "AddMember").value, "");
    EXPECT_FALSE(parse_change(envelope("<AddMemberResponse/>"), "DeleteMember").value);
}

TEST(AddressBookChangeTest, FaultNamesTheContactThatExists) {
    const auto answer = parse_change(
        fault("<detail><errorcode>ContactAlreadyExists</errorcode><additionalDetails><conflictObjectId>44-guid"
              "</conflictObjectId></additionalDetails></detail>"),
        "ABContactAdd");
    ASSERT_TRUE(answer.fault);
    EXPECT_EQ(answer.fault->conflict, "44-guid");
}

// --- questions

/// What stands in an element of a question.
std::string said(const BookQuestion& question, std::initializer_list<std::string_view> path) {
    pugi::xml_document document;
    EXPECT_TRUE(load_xml(question.body, document));
    return std::string(text_of(descend(child(document, "Envelope"), path)));
}

TEST(AddressBookQuestionTest, EachSaysWhoAsksAndShowsTheTicket) {
    const std::string ticket = "t=a<b&p=";
    for (const BookQuestion& question :
         {ask_for_memberships(ticket), ask_for_contacts(ticket),
          ask_to_add_member(ticket, ListBit::allow, "bob@example.com"),
          ask_to_remove_member(ticket, ListBit::block, "bob@example.com"),
          ask_to_add_contact(ticket, "bob@example.com"), ask_to_remove_contact(ticket, "11-guid")}) {
        EXPECT_EQ(said(question, {"Header", "ABAuthHeader", "TicketToken"}), ticket);
        EXPECT_NE(said(question, {"Header", "ABApplicationHeader", "ApplicationId"}), "");
        EXPECT_NE(said(question, {"Header", "ABApplicationHeader", "PartnerScenario"}), "");
        const bool sharing = question.operation.find("Member") != std::string_view::npos;
        EXPECT_EQ(question.path, sharing ? sharing_path : address_book_path) << question.operation;
        EXPECT_EQ(format_soap_action(question),
                  "\"http://www.msn.com/webservices/AddressBook/" + std::string(question.operation) + "\"");
    }
}

TEST(AddressBookQuestionTest, MembersAreNamedByRoleAndHandle) {
    const BookQuestion added = ask_to_add_member("t", ListBit::block, "b&b@example.com");
    EXPECT_EQ(added.operation, "AddMember");
    EXPECT_EQ(said(added, {"Body", "AddMember", "memberships", "Membership", "MemberRole"}), "Block");
    EXPECT_EQ(said(added, {"Body", "AddMember", "memberships", "Membership", "Members", "Member", "PassportName"}),
              "b&b@example.com");
    const BookQuestion removed = ask_to_remove_member("t", ListBit::allow, "bob@example.com");
    EXPECT_EQ(said(removed, {"Body", "DeleteMember", "memberships", "Membership", "MemberRole"}), "Allow");
}

TEST(AddressBookQuestionTest, ContactsAreNamedByHandleThenById) {
    const std::initializer_list<std::string_view> name = {"Body",    "ABContactAdd", "contacts",
                                                          "Contact", "contactInfo",  "passportName"};
    EXPECT_EQ(said(ask_to_add_contact("t", "bob@example.com"), name), "bob@example.com");
    EXPECT_EQ(
        said(ask_to_remove_contact("t", "11-<guid>"), {"Body", "ABContactDelete", "contacts", "Contact", "contactId"}),
        "11-<guid>");
}

TEST(AddressBookQuestionTest, NobodyIsAskedForChangesOnly) {
    EXPECT_EQ(ask_for_contacts("t").body.find("deltasOnly"), std::string::npos);
    EXPECT_EQ(said(ask_for_memberships("t"), {"Body", "FindMembership", "serviceFilter", "Types", "ServiceType"}),
              "Messenger");
}

}  // namespace
}  // namespace patchcord::gateway

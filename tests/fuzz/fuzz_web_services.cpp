// What web services of MSN answer: tickets by SOAP, address books, and messages that were left; these as well.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "gateway/services/address_book_messages.hpp"
#include "gateway/services/offline_mail_messages.hpp"
#include "gateway/services/rst_messages.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/offline_mail.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

bool is_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_line(std::string_view text) {
    return text.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
}

void check_login(std::string_view text) {
    const gateway::RstReply reply = gateway::parse_rst_answer(text);
    for (const gateway::RstToken& token : reply.tokens) {
        demand(!token.ticket.empty() && is_word(token.ticket), "a ticket is a word of a line");
        demand(is_word(token.secret), "a secret is a word");
    }
    demand(reply.kind == gateway::RstReply::Kind::tokens || reply.tokens.empty(), "a fault gives no tokens");
}

void check_book(std::string_view text) {
    auto answer = gateway::parse_contacts(text);
    demand(!answer.value || !answer.fault, "a fault is no value");
    if (!answer.value) return;
    demand(answer.value->groups.size() <= msn::Roster::max_groups, "groups are bounded");
    for (const msn::RosterContact& contact : answer.value->contacts) {
        demand(msn::parse_handle(contact.handle) == contact.handle, "a contact has a handle");
        demand(is_line(contact.name) && is_word(contact.guid), "names are lines, ids are words");
        demand(contact.groups.size() <= msn::Roster::max_groups_per_contact, "groups of one are bounded");
    }
    demand(is_line(answer.value->own_name), "one's own name is a line");
}

void check_memberships(std::string_view text) {
    const auto answer = gateway::parse_memberships(text);
    if (!answer.value) return;
    demand(answer.value->size() <= msn::Roster::max_contacts, "people are bounded");
    for (const auto& [handle, lists] : *answer.value) {
        demand(msn::parse_handle(handle) == handle && lists != 0, "who is there is on a list");
    }
    msn::AddressBook book;
    gateway::add_memberships(book, *answer.value);
    demand(book.contacts.size() == answer.value->size(), "everybody stands there once");
}

void check_mail_data(std::string_view text) {
    const msn::MailData data = msn::parse_mail_data(text);
    demand(data.notes.size() <= msn::max_mail_notes, "notes are bounded");
    for (const msn::MailNote& note : data.notes) {
        demand(!note.id.empty() && note.id.size() <= msn::max_mail_id_bytes && is_word(note.id), "an id is a word");
        demand(msn::parse_handle(note.from) == note.from, "a message is from somebody");
        demand(is_line(note.name), "names are lines");
    }
}

void check_mail(std::string_view text) {
    const auto mail = msn::parse_offline_mail(text);
    if (!mail) return;
    demand(!mail->text.empty() && mail->text.find('\r') == std::string::npos, "a text has LF between lines");
    demand(is_word(mail->run) && is_line(mail->name), "a run is a word, a name a line");
}

void check_mail_services(std::string_view text) {
    for (const auto read :
         {gateway::parse_mail_list, gateway::parse_mail, gateway::parse_mail_deleted, gateway::parse_mail_stored}) {
        const gateway::MailAnswer answer = read(text);
        demand(!answer.value || !answer.fault, "a fault is no value");
        if (answer.value) check_mail_data(*answer.value);
        if (answer.value) check_mail(*answer.value);
        if (!answer.fault) continue;
        demand(!answer.fault->code.empty() && is_line(answer.fault->code), "a fault has a name");
        demand(is_word(answer.fault->lock_challenge), "a challenge is a word");
    }
    check_mail_data(text);
    check_mail(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_login(text);
    check_book(text);
    check_memberships(text);
    check_mail_services(text);
    for (const char* operation : {"ABContactAdd", "AddMember"}) {
        const auto answer = gateway::parse_change(text, operation);
        demand(!answer.value || is_word(*answer.value), "an id is a word");
        demand(!answer.fault || (!answer.fault->code.empty() && is_line(answer.fault->code)), "a fault has a name");
    }
    return 0;
}

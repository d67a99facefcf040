#include "gateway/services/address_book_client.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>
#include <utility>

#include "gateway/services/address_book_error.hpp"
#include "gateway/services/password_rules.hpp"
#include "msn/client/client_error.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using msn::ListBit;

constexpr std::array<std::string_view, 4> known_ends = {"/", sharing_path, address_book_path, "/abservice"};

/// Where a part of the services is, whatever of the way to it the operator has written.
std::optional<Url> place_of(const std::string& contacts_url, std::string_view path) {
    auto url = parse_url(contacts_url);
    if (!url) return std::nullopt;
    std::string& target = url->target;
    target.resize(std::min(target.find('?'), target.size()));
    for (const std::string_view known : known_ends) {
        if (target.ends_with(known)) target.resize(target.size() - known.size());
    }
    target += path;
    return url;
}

bool refuses_ticket(std::error_code why) {
    return why == AddressBookErrc::ticket_refused;
}

}  // namespace

AddressBookClient::AddressBookClient(Parts parts, AddressBookClientOptions options, Account account)
    : parts_(parts),
      options_(std::move(options)),
      account_(std::move(account)),
      http_(parts.connector, parts.scheduler) {}

AddressBookClient::~AddressBookClient() {
    parts_.tickets.forget(account_.handle);
}

// --- what is asked ---------------------------------------------------------------------------------------------------

void AddressBookClient::fetch(std::function<void(chat::Result<msn::AddressBook>)> done) {
    const auto memberships = std::make_shared<Memberships>();
    const auto book = std::make_shared<msn::AddressBook>();
    Job contacts;
    contacts.question = ask_for_contacts;
    contacts.read = [book](std::string_view body) {
        auto answer = parse_contacts(body);
        if (answer.value) *book = std::move(*answer.value);
        return Reading{answer.value.has_value(), std::move(answer.fault)};
    };
    contacts.done = [book, memberships, done](std::error_code why) {
        if (why) return done(why);
        add_memberships(*book, *memberships);
        done(std::move(*book));
    };
    Job first;
    first.question = ask_for_memberships;
    first.read = [memberships](std::string_view body) {
        auto answer = parse_memberships(body);
        if (answer.value) *memberships = std::move(*answer.value);
        return Reading{answer.value.has_value(), std::move(answer.fault)};
    };
    first.done = [this, contacts, done](std::error_code why) {
        if (why) return done(why);
        enqueue(contacts, true);
    };
    enqueue(std::move(first));
}

void AddressBookClient::add(ListBit list, const std::string& handle,
                            std::function<void(chat::Result<std::string>)> done) {
    const bool contact = list == ListBit::forward;
    Question question = [contact, list, handle](const std::string& ticket) {
        return contact ? ask_to_add_contact(ticket, handle) : ask_to_add_member(ticket, list, handle);
    };
    change(std::move(question), [done = std::move(done)](std::error_code why, const std::string& guid) {
        if (why && why != AddressBookErrc::already_there) return done(why);
        done(guid);
    });
}

void AddressBookClient::remove(ListBit list, const msn::RosterContact& contact,
                               std::function<void(std::error_code)> done) {
    const bool listed = list == ListBit::forward;
    if (listed && contact.guid.empty()) return done(ClientErrc::not_on_list);
    Question question = [listed, list, handle = contact.handle, guid = contact.guid](const std::string& ticket) {
        return listed ? ask_to_remove_contact(ticket, guid) : ask_to_remove_member(ticket, list, handle);
    };
    change(std::move(question), [done = std::move(done)](std::error_code why, const std::string&) {
        done(why == AddressBookErrc::not_there ? std::error_code() : why);
    });
}

/// Of a contact that was there before, the refusal says the id.
void AddressBookClient::change(Question question, Changed done) {
    const auto guid = std::make_shared<std::string>();
    const std::string operation(question({}).operation);
    Job job;
    job.question = std::move(question);
    job.read = [guid, operation](std::string_view body) {
        const auto answer = parse_change(body, operation);
        if (answer.value) *guid = *answer.value;
        if (answer.fault) *guid = answer.fault->conflict;
        return Reading{answer.value.has_value(), answer.fault};
    };
    job.done = [guid, done = std::move(done)](std::error_code why) { done(why, *guid); };
    enqueue(std::move(job));
}

// --- one after the other ---------------------------------------------------------------------------------------------

void AddressBookClient::enqueue(Job job, bool first) {
    if (jobs_.size() >= max_waiting) return job.done(ClientErrc::too_many_requests);
    jobs_.insert(first ? jobs_.begin() : jobs_.end(), std::move(job));
    start_next();
}

void AddressBookClient::start_next() {
    if (busy_ || jobs_.empty()) return;
    busy_ = true;
    ask();
}

void AddressBookClient::ask() {
    const std::string ticket = parts_.tickets.ticket_for(account_.handle, contacts_address);
    if (ticket.empty()) return renew();
    send(jobs_.front().question(ticket));
}

void AddressBookClient::send(const BookQuestion& question) {
    const auto where = place_of(options_.contacts_url, question.path);
    if (!where || !may_carry_passwords(*where, options_.insecure)) return finish(ClientErrc::no_address_book);
    jobs_.front().operation = question.operation;
    HttpQuestion http;
    http.url = *where;
    http.method = "POST";
    http.content_type = "text/xml; charset=utf-8";
    http.headers.emplace_back("SOAPAction", format_soap_action(question));
    http.body = question.body;
    http.most_bytes = max_answer_bytes;
    http.timeout = options_.timeout;
    http_.ask(std::move(http), [this](const chat::Result<HttpAnswer>& answer) { answered(answer); });
}

void AddressBookClient::renew() {
    std::string password;
    if (std::exchange(jobs_.front().renewed, true)) return finish(AddressBookErrc::ticket_refused);
    if (!account_.password(password).empty()) return finish(ClientErrc::no_ticket);
    parts_.tickets.renew_ticket(account_.handle, password, contacts_address,
                                [this, alive = std::weak_ptr(alive_)](const msn::TicketSource::Ticket& ticket) {
                                    if (alive.expired()) return;
                                    if (ticket.error) return finish(ticket.error);
                                    ask();
                                });
    sodium_memzero(password.data(), password.size());
}

void AddressBookClient::answered(const chat::Result<HttpAnswer>& answer) {
    if (!answer) return finish(answer.error());
    const Reading reading = jobs_.front().read(answer->body);
    const std::error_code why = error_of(reading, answer->status);
    if (refuses_ticket(why)) return renew();
    if (reading.fault) {
        parts_.log.log(chat::LogLevel::info, "msn-link", "an address book refused something",
                       {{"service", options_.service},
                        {"handle", account_.handle},
                        {"operation", jobs_.front().operation},
                        {"fault", reading.fault->code}});
    }
    finish(why);
}

/// What the SOAP says counts first, then the status of HTTP: of tickets that have expired some services say nothing
/// but that.
std::error_code AddressBookClient::error_of(const Reading& reading, unsigned status) const {
    if (reading.fault) return parse_book_fault(reading.fault->code);
    if (reading.sound) return {};
    if (status == 401 || status == 403) return AddressBookErrc::ticket_refused;
    if (status == 200) return AddressBookErrc::unexpected_answer;
    return http_status_error(status);
}

void AddressBookClient::finish(std::error_code why) {
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    busy_ = false;
    const auto alive = std::weak_ptr(alive_);
    job.done(why);
    if (!alive.expired()) start_next();
}

}  // namespace patchcord::gateway

#include "gateway/services/offline_mail_client.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/md5.hpp"
#include "gateway/auth/sso_crypto.hpp"
#include "gateway/services/offline_mail_error.hpp"
#include "gateway/services/password_rules.hpp"
#include "msn/client/client_error.hpp"
#include "msn/wire/challenge.hpp"
#include "msn/wire/offline_mail.hpp"

namespace patchcord::gateway {
namespace {

constexpr int challenge_dialect = 15;  // the version whose challenges are like the service's

std::optional<Url> place_of(const std::string& configured, std::string_view usual_path) {
    auto url = parse_url(configured);
    if (url && url->target == "/") url->target = usual_path;
    return url;
}

/// `01234567-89ab-cdef-0123-456789abcdef`
std::string make_guid() {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string guid;
    for (const char c : random_bytes(16)) {
        if (guid.size() == 8 || guid.size() == 13 || guid.size() == 18 || guid.size() == 23) guid += '-';
        const auto byte = static_cast<unsigned char>(c);
        guid += digits[byte >> 4U];
        guid += digits[byte & 0xFU];
    }
    return guid;
}

/// Gives the error only.
std::function<void(chat::Result<std::string>)> when_done(std::function<void(std::error_code)> done) {
    return [done = std::move(done)](const chat::Result<std::string>& result) { done(result.error()); };
}

}  // namespace

OfflineMailClient::OfflineMailClient(Parts parts, OfflineMailOptions options, std::string handle)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      handle_(std::move(handle)),
      http_(parts_.connector, parts_.scheduler) {}

OfflineMailClient::~OfflineMailClient() {
    alive_.reset();
    for (const Job& job : std::exchange(jobs_, {})) {
        if (job.stores) end(job, msn::ClientErrc::disconnected);
    }
}

// --- what is asked ---------------------------------------------------------------------------------------------------

void OfflineMailClient::list(std::function<void(chat::Result<std::string>)> done) {
    Job job;
    job.question = ask_for_mail_list;
    job.read = parse_mail_list;
    job.done = std::move(done);
    enqueue(std::move(job));
}

void OfflineMailClient::read(const std::string& id, std::function<void(chat::Result<std::string>)> done) {
    Job job;
    job.question = [id](const std::string& ticket) { return ask_for_mail(ticket, id); };
    job.read = parse_mail;
    job.done = std::move(done);
    enqueue(std::move(job));
}

void OfflineMailClient::remove(const std::vector<std::string>& ids, std::function<void(std::error_code)> done) {
    Job job;
    job.question = [ids](const std::string& ticket) { return ask_to_delete_mail(ticket, ids); };
    job.read = parse_mail_deleted;
    job.done = when_done(std::move(done));
    enqueue(std::move(job));
}

void OfflineMailClient::store(const std::string& to, const std::string& name, const std::string& text,
                              std::function<void(std::error_code)> done) {
    Run& run = run_with(to);
    MailToStore mail;
    mail.from = handle_;
    mail.to = to;
    mail.name = name;
    mail.product = msn::product_for(challenge_dialect).id;
    mail.sequence = ++run.last;
    mail.letter = msn::format_offline_letter({run.id, mail.sequence, text});
    Job job;
    job.question = [this, mail](const std::string& ticket) {
        MailToStore proven = mail;
        proven.lock_key = lock_key_;
        return ask_to_store_mail(ticket, proven);
    };
    job.read = parse_mail_stored;
    job.done = when_done(std::move(done));
    job.stores = true;
    enqueue(std::move(job));
}

OfflineMailClient::Run& OfflineMailClient::run_with(const std::string& to) {
    if (runs_.size() >= max_runs && !runs_.contains(to)) runs_.clear();
    Run& run = runs_[to];
    if (run.id.empty()) run.id = make_guid();
    return run;
}

// --- one after the other ---------------------------------------------------------------------------------------------

void OfflineMailClient::enqueue(Job job) {
    if (jobs_.size() >= max_waiting) return job.done(msn::ClientErrc::too_many_requests);
    job.id = ++last_job_;
    if (job.stores) {
        job.deadline = parts_.scheduler.after(options_.timeout, [this, id = job.id] { too_late(id); });
    }
    const auto first = jobs_.begin() + (busy_ ? 1 : 0);
    const auto behind = [&](const Job& known) { return !job.stores || known.stores; };
    jobs_.insert(std::find_if_not(first, jobs_.end(), behind), std::move(job));
    start_next();
}

/// What is on its way may still arrive; whoever keeps it elsewhere risks that it is read twice.
void OfflineMailClient::too_late(std::uint64_t id) {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == id; });
    if (found == jobs_.end()) return;
    found->deadline = {};
    Job job = *found;
    if (busy_ && found == jobs_.begin()) {
        found->done = {};
    } else {
        jobs_.erase(found);
    }
    end(job, msn::ClientErrc::timed_out);
}

void OfflineMailClient::end(const Job& job, const chat::Result<std::string>& result) {
    parts_.scheduler.cancel(job.deadline);
    if (job.done) job.done(result);
}

void OfflineMailClient::start_next() {
    if (busy_ || jobs_.empty()) return;
    busy_ = true;
    ask();
}

std::string_view OfflineMailClient::address() const {
    return jobs_.front().stores ? storing_address : reading_address;
}

void OfflineMailClient::ask() {
    const std::string ticket = parts_.tickets.get(address());
    if (ticket.empty()) return renew();
    send(jobs_.front().question(ticket));
}

void OfflineMailClient::send(const MailQuestion& question) {
    const auto where = jobs_.front().stores ? place_of(options_.storing_url, storing_path)
                                            : place_of(options_.reading_url, reading_path);
    if (!where || !may_carry_passwords(*where, options_.insecure)) return finish(OfflineMailErrc::no_service);
    jobs_.front().operation = question.operation;
    HttpQuestion http;
    http.url = *where;
    http.method = "POST";
    http.content_type = "text/xml; charset=utf-8";
    http.headers.emplace_back("SOAPAction", question.action);
    http.body = question.body;
    http.most_bytes = max_answer_bytes;
    http.timeout = options_.timeout;
    http_.ask(std::move(http), [this](const chat::Result<HttpAnswer>& answer) { answered(answer); });
}

void OfflineMailClient::renew() {
    if (std::exchange(jobs_.front().renewed, true)) return finish(OfflineMailErrc::ticket_refused);
    parts_.tickets.renew(address(), [this, alive = std::weak_ptr(alive_)](bool renewed) {
        if (alive.expired()) return;
        if (!renewed) return finish(OfflineMailErrc::ticket_refused);
        ask();
    });
}

/// What the SOAP says counts first, then the status of HTTP.
void OfflineMailClient::answered(const chat::Result<HttpAnswer>& answer) {
    if (!answer) return finish(answer.error());
    const MailAnswer said = jobs_.front().read(answer->body);
    if (said.fault) return refused(*said.fault);
    if (said.value) return finish(*said.value);
    if (answer->status == 401 || answer->status == 403) return renew();
    finish(answer->status == 200 ? OfflineMailErrc::unexpected_answer : OfflineMailErrc::failed);
}

/// A challenge is answered first: some services send it together with the other, and take the ticket after that.
void OfflineMailClient::refused(const MailFault& fault) {
    Job& job = jobs_.front();
    const std::error_code why = parse_mail_fault(fault.code);
    if (job.stores && !fault.lock_challenge.empty() && !std::exchange(job.locked, true)) {
        lock_key_ =
            msn::answer_challenge(challenge_dialect, fault.lock_challenge, msn::product_for(challenge_dialect), md5);
        return ask();
    }
    if ((fault.wants_ticket || why == OfflineMailErrc::ticket_refused) && !job.renewed) return renew();
    parts_.log.log(
        chat::LogLevel::info, "msn-link", "a service for offline messages refused something",
        {{"service", options_.service}, {"handle", handle_}, {"operation", job.operation}, {"fault", fault.code}});
    finish(why);
}

void OfflineMailClient::finish(const chat::Result<std::string>& result) {
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    busy_ = false;
    const auto alive = std::weak_ptr(alive_);
    end(job, result);
    if (!alive.expired()) start_next();
}

}  // namespace patchcord::gateway

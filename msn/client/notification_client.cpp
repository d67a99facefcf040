#include "msn/client/notification_client.hpp"

#include <algorithm>
#include <array>

#include "msn/wire/control_message.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_guids{10};
constexpr Dialect first_with_personal_messages{11};
/// The server itself, as the sender of a message.
constexpr std::string_view server_sender = "Hotmail";

template <std::size_t count>
bool is_one_of(std::string_view verb, const std::array<std::string_view, count>& verbs) {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

constexpr std::array<std::string_view, 2> list_verbs = {"LST", "LSG"};
constexpr std::array<std::string_view, 3> change_verbs = {"ADD", "ADC", "REM"};
constexpr std::array<std::string_view, 4> presence_verbs = {"ILN", "NLN", "FLN", "UBX"};
constexpr std::array<std::string_view, 5> setting_verbs = {"GTC", "BLP", "PRP", "REA", "CHG"};

}  // namespace

NotificationClient::NotificationClient(chat::Scheduler& scheduler, TicketSource& tickets,
                                       NotificationObserver& observer, NotificationOptions options)
    : ClientBase(scheduler, options.request_timeout),
      tickets_(tickets),
      observer_(observer),
      options_(std::move(options)),
      dialect_(options_.highest),
      screen_name_(options_.handle) {}

void NotificationClient::ended(std::error_code why) {
    scheduler().cancel(list_timer_);
    scheduler().cancel(ping_timer_);
    if (const Done done = std::exchange(list_done_, {})) done(ClientErrc::disconnected);
    observer_.connection_lost(why);
}

void NotificationClient::handle(const Command& command) {
    pong_awaited_ = false;
    if (is_one_of(command.verb, presence_verbs)) {
        presence(command);
    } else if (is_one_of(command.verb, list_verbs)) {
        list_line(command);
    } else if (is_one_of(command.verb, change_verbs)) {
        list_change(command);
    } else if (is_one_of(command.verb, setting_verbs)) {
        settings(command);
    } else if (command.verb == "RNG") {
        rng(command);
    } else if (command.verb == "MSG") {
        msg(command);
    } else if (command.verb == "CHL") {
        chl(command);
    } else if (command.verb == "XFR") {  // a switchboard that comes too late is of no use
        if (command.param(1) == "NS" && !refer(command)) malformed(command);
    } else if (command.verb == "OUT") {
        out(command);
    }
}

void NotificationClient::malformed(const Command& command) {
    got_bad_line(format_command(command), "malformed");
}

bool NotificationClient::is_self(std::string_view handle) const {
    return same_word(handle, options_.handle);
}

// --- the contact list ------------------------------------------------------------------------------------------------

void NotificationClient::sync_list(Done done) {
    if (list_done_ || sync_.running()) {
        if (done) done(ClientErrc::too_many_requests);
        return;
    }
    list_done_ = done ? std::move(done) : [](std::error_code) {};
    const auto build = [this](CommandBuilder& line) {
        line.param("0");
        if (dialect_ >= first_with_guids) line.param("0");
        line.finish();
    };
    request("SYN", build, [this](const Answer& answer) {
        if (!answer) return end_list(answer.error());
        if (!sync_.begin(dialect_, **answer)) return end_list({});
        roster_.begin_list();
        list_timer_ = run_later(options_.list_timeout, [this] { end_list(ClientErrc::timed_out); });
        finish_list_if_complete();
    });
}

void NotificationClient::finish_list_if_complete() {
    if (!sync_.running() || !sync_.complete()) return;
    roster_.end_list();
    end_list({});
}

void NotificationClient::end_list(std::error_code why) {
    scheduler().cancel(list_timer_);
    sync_.end();
    const Done done = std::exchange(list_done_, {});
    if (!why) observer_.list_synchronized();
    if (done) done(why);
}

void NotificationClient::list_line(const Command& command) {
    const bool is_contact = command.verb == "LST";
    const bool good =
        is_contact ? apply_list_entry(dialect_, command, roster_) : apply_group(dialect_, command, roster_);
    if (!good) malformed(command);
    if (is_contact) {
        sync_.count_contact();
    } else {
        sync_.count_group();
    }
    finish_list_if_complete();
}

void NotificationClient::list_change(const Command& command) {
    const bool added = command.verb != "REM";
    const ListChange change = added ? apply_addition(command, roster_) : apply_removal(dialect_, command, roster_);
    if (added && change.list == 0) malformed(command);
    if (change.list != static_cast<unsigned>(ListBit::reverse)) return;
    if (added) {
        observer_.user_added_me(change.handle, change.name);
    } else {
        observer_.user_removed_me(change.handle);
    }
}

/// What answers a change is handled like what comes unasked.
ClientBase::Answered NotificationClient::when_changed(Done done) {
    return [this, done = std::move(done)](const Answer& answer) {
        if (answer) handle(**answer);
        if (done) done(answer.error());
    };
}

void NotificationClient::add_contact(ListBit list, const std::string& handle, Done done) {
    if (dialect_ >= first_with_guids) {
        const auto build = [&](CommandBuilder& line) {
            line.param(list_name(list)).param("N=" + handle);
            if (list == ListBit::forward) line.param("F=" + format_name(handle));
            line.finish();
        };
        return request("ADC", build, when_changed(std::move(done)));
    }
    const auto build = [&](CommandBuilder& line) {
        line.param(list_name(list)).param(handle).name(handle, handle).finish();
    };
    request("ADD", build, when_changed(std::move(done)));
}

void NotificationClient::remove_contact(ListBit list, const std::string& handle, Done done) {
    const RosterContact* contact = roster_.find(handle);
    const bool by_guid = dialect_ >= first_with_guids && list == ListBit::forward;
    if (contact == nullptr || !contact->is_on(list) || (by_guid && contact->guid.empty())) {
        if (done) done(ClientErrc::not_on_list);
        return;
    }
    const auto build = [&](CommandBuilder& line) {
        line.param(list_name(list)).param(by_guid ? contact->guid : contact->handle).finish();
    };
    request("REM", build, when_changed(std::move(done)));
}

// --- what we are -----------------------------------------------------------------------------------------------------

void NotificationClient::change_status(Status status, Done done) {
    const auto build = [&](CommandBuilder& line) {
        line.param(format_status(status)).param(options_.capabilities).finish();
    };
    request("CHG", build, when_changed(std::move(done)));
}

void NotificationClient::change_screen_name(std::string_view name, Done done) {
    if (dialect_ >= first_with_guids) {
        const auto build = [&](CommandBuilder& line) { line.param("MFN").name(name, options_.handle).finish(); };
        return request("PRP", build, when_changed(std::move(done)));
    }
    const auto build = [&](CommandBuilder& line) { line.param(options_.handle).name(name, options_.handle).finish(); };
    request("REA", build, when_changed(std::move(done)));
}

void NotificationClient::change_personal_message(const PersonalMessage& message, Done done) {
    if (dialect_ < first_with_personal_messages) {
        if (done) done(refusal_error(ErrorCode::command_disabled));
        return;
    }
    const std::string payload = format_personal_message(message);
    request(
        "UUX", [&](CommandBuilder& line) { line.payload(payload); }, when_done(std::move(done)));
}

void NotificationClient::set_privacy_mode(bool open_to_all, Done done) {
    request(
        "BLP", [&](CommandBuilder& line) { line.param(open_to_all ? "AL" : "BL").finish(); },
        when_changed(std::move(done)));
}

void NotificationClient::settings(const Command& command) {
    const auto params = command.params();
    if (params.empty()) return malformed(command);
    if (command.verb == "BLP") {
        roster_.set_open_to_all(params.back() == "AL");
    } else if (command.verb == "GTC") {
        roster_.set_asks_when_added(params.back() == "A");
    } else if (command.verb == "CHG") {  // trid status …
        const auto status = parse_status(command.param(1));
        if (!status) return malformed(command);
        status_ = *status;
        observer_.status_changed();
    } else if (command.verb == "REA") {  // trid version handle name
        if (is_self(command.param(2))) return set_screen_name(command.param(3));
        if (roster_.find(command.param(2)) != nullptr) {
            roster_.get(command.param(2))->name = parse_name(command.param(3));
        }
    } else {  // PRP [trid] MFN name; phone numbers are of no interest
        const auto key = std::find(params.begin(), params.end(), "MFN");
        if (key != params.end() && key + 1 != params.end()) set_screen_name(*(key + 1));
    }
}

void NotificationClient::set_screen_name(std::string_view param) {
    const std::string name = parse_name(param);
    screen_name_ = name.empty() ? options_.handle : name;
    observer_.status_changed();
}

// --- what others are and do ------------------------------------------------------------------------------------------

void NotificationClient::presence(const Command& command) {
    const bool words = command.verb == "UBX";
    const RosterContact contact = words ? apply_personal_message(command, roster_) : apply_presence(command, roster_);
    if (contact.handle.empty()) return malformed(command);
    if (is_self(contact.handle)) return;
    if (words) {
        observer_.contact_message_changed(contact);
    } else if (command.verb == "FLN") {
        observer_.contact_offline(contact);
    } else if (command.verb == "ILN") {
        observer_.got_contact_status(contact);
    } else {
        observer_.contact_status_changed(contact);
    }
}

void NotificationClient::rng(const Command& command) {
    // session address CKI key handle name; a caller signed in at several places has `;{guid}` behind the handle.
    std::string_view caller = command.param(4);
    const auto handle = parse_handle(take_field(caller, ';'));
    const auto endpoint = parse_endpoint(command.param(1));
    if (!handle || !endpoint || command.param(2) != "CKI") return malformed(command);
    const std::string name = parse_name(command.param(5));
    observer_.got_switchboard_invitation({std::string(command.param(0)),
                                          {*endpoint, std::string(command.param(3))},
                                          *handle,
                                          name.empty() ? *handle : name});
}

void NotificationClient::request_switchboard_server(std::function<void(chat::Result<SwitchboardAddress>)> done) {
    request(
        "XFR", [](CommandBuilder& line) { line.param("SB").finish(); },
        [done = std::move(done)](const Answer& answer) {
            if (!answer) return done(answer.error());
            const Command& command = **answer;  // trid SB address CKI key
            const auto endpoint = parse_endpoint(command.param(2));
            const bool good = endpoint && command.param(1) == "SB" && command.param(3) == "CKI";
            if (!good || command.param(4).empty()) return done(ClientErrc::unexpected_answer);
            done(SwitchboardAddress{*endpoint, std::string(command.param(4))});
        });
}

void NotificationClient::msg(const Command& command) {
    const auto mime = parse_mime(command.payload);
    if (!mime || command.param(0) != server_sender) return malformed(command);
    if (classify(*mime) == BodyKind::profile) {
        observer_.got_profile(*mime);
    } else {
        observer_.got_message(*mime);
    }
}

void NotificationClient::chl(const Command& command) {
    if (options_.md5 == nullptr || command.param(1).empty()) return malformed(command);
    const int dialect = static_cast<int>(dialect_.number());
    const Product& product = product_for(dialect);
    const std::string answer = answer_challenge(dialect, command.param(1), product, options_.md5);
    request(
        "QRY", [&](CommandBuilder& line) { line.param(product.id).payload(answer); }, [](const Answer&) {});
}

// --- the connection --------------------------------------------------------------------------------------------------

void NotificationClient::out(const Command& command) {
    if (command.param(0) == "OTH") {
        observer_.multiple_login();
    } else {
        observer_.server_going_down();
    }
    close("the server says OUT");
}

void NotificationClient::log_out() {
    emit([](CommandBuilder& line) { line.verb("OUT").finish(); });
    close("logged out");
}

void NotificationClient::ping() {
    pong_awaited_ = true;
    emit([](CommandBuilder& line) { line.verb("PNG").finish(); });
    ping_timer_ = run_later(request_timeout(), [this] {
        if (pong_awaited_) return close("no answer to PNG");
        ping_timer_ = run_later(options_.ping_interval, [this] { ping(); });
    });
}

}  // namespace patchcord::msn

#include "msn/client/notification_client.hpp"

#include <algorithm>
#include <array>

#include "msn/wire/control_message.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_phones{5};
constexpr Dialect first_with_capabilities{8};
constexpr Dialect first_with_guids{10};
constexpr Dialect first_with_personal_messages{11};
constexpr std::chrono::milliseconds least_ping_pause{5'000};
/// The server itself, as the sender of a message.
constexpr std::string_view server_sender = "Hotmail";

template <std::size_t count>
bool is_one_of(std::string_view verb, const std::array<std::string_view, count>& verbs) {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

constexpr std::array<std::string_view, 2> list_verbs = {"LST", "LSG"};
constexpr std::array<std::string_view, 2> markup_verbs = {"ADL", "RML"};
constexpr std::array<std::string_view, 3> change_verbs = {"ADD", "ADC", "REM"};
constexpr std::array<std::string_view, 4> presence_verbs = {"ILN", "NLN", "FLN", "UBX"};
constexpr std::array<std::string_view, 5> setting_verbs = {"GTC", "BLP", "PRP", "REA", "CHG"};

/// `XFR trid SB address CKI key`
chat::Result<SwitchboardAddress> switchboard_address(const Command& command) {
    const auto endpoint = parse_endpoint(command.param(2));
    const bool good = endpoint && command.param(1) == "SB" && command.param(3) == "CKI";
    if (!good || command.param(4).empty()) return ClientErrc::unexpected_answer;
    return SwitchboardAddress{*endpoint, std::string(command.param(4))};
}

}  // namespace

NotificationClient::NotificationClient(chat::Scheduler& scheduler, TicketSource& tickets,
                                       NotificationObserver& observer, NotificationOptions options)
    : LoginClient(scheduler, std::move(options)),
      tickets_(tickets),
      observer_(observer),
      screen_name_(handle()),
      ping_pause_(this->options().ping_interval) {}

void NotificationClient::ended(std::error_code why) {
    scheduler().cancel(list_timer_);
    scheduler().cancel(ping_timer_);
    scheduler().cancel(pong_timer_);
    while (!book_changes_.empty()) end_book_change(book_changes_.begin()->first, ClientErrc::disconnected);
    while (!switchboard_requests_.empty()) {
        end_switchboard_request(switchboard_requests_.begin(), ClientErrc::disconnected);
    }
    if (const Done done = std::exchange(list_done_, {})) done(ClientErrc::disconnected);
    observer_.connection_lost(why);
}

void NotificationClient::handle(const Command& command) {
    if (is_one_of(command.verb, presence_verbs)) {
        presence(command);
    } else if (is_one_of(command.verb, list_verbs)) {
        list_line(command);
    } else if (is_one_of(command.verb, markup_verbs)) {
        list_markup(command);
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
    } else if (command.verb == "BPR") {
        phone(command);
    } else if (command.verb == "QNG") {
        qng(command);
    } else if (command.verb == "XFR") {  // a switchboard that comes too late is of no use
        if (command.param(1) != "SB" && !refer(command)) malformed(command);
    } else if (command.verb == "OUT") {
        out(command);
    }
}

bool NotificationClient::is_self(std::string_view handle) const {
    return same_word(handle, options().handle);
}

// --- what we are -----------------------------------------------------------------------------------------------------

void NotificationClient::change_status(Status status, Done done) {
    const auto build = [&](CommandBuilder& line) {
        line.param(format_status(status));
        if (dialect() >= first_with_capabilities) line.param(options().capabilities);
        line.finish();
    };
    request("CHG", build, when_changed(std::move(done)));
}

void NotificationClient::change_screen_name(std::string_view name, Done done) {
    if (dialect() >= first_with_guids) {
        const auto build = [&](CommandBuilder& line) { line.param("MFN").name(name, handle()).finish(); };
        return request("PRP", build, when_changed(std::move(done)));
    }
    const auto build = [&](CommandBuilder& line) { line.param(handle()).name(name, handle()).finish(); };
    request("REA", build, when_changed(std::move(done)));
}

void NotificationClient::change_personal_message(const PersonalMessage& message, Done done) {
    if (dialect() < first_with_personal_messages) {
        if (done) done(refusal_error(ErrorCode::command_disabled));
        return;
    }
    const std::string payload = format_personal_message(message);
    request(
        "UUX", [&](CommandBuilder& line) { line.payload(payload); }, when_done(std::move(done)));
}

void NotificationClient::set_phone_details(Phone phone, std::string_view value, Done done) {
    if (dialect() < first_with_phones) {
        if (done) done(refusal_error(ErrorCode::command_disabled));
        return;
    }
    request(
        "PRP", [&](CommandBuilder& line) { line.param(phone_key(phone)).encoded(value).finish(); },
        when_changed(std::move(done)));
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
    } else {  // PRP [trid [version]] MFN name, or a phone number
        const auto key = std::find(params.begin(), params.end(), "MFN");
        if (key != params.end() && key + 1 != params.end()) return set_screen_name(*(key + 1));
        if (const auto number = find_phone(command)) roster_.set_own_phone(number->phone, number->value);
    }
}

void NotificationClient::set_screen_name(std::string_view param) {
    const std::string name = parse_name(param);
    screen_name_ = name.empty() ? handle() : name;
    observer_.status_changed();
}

// --- what others are and do ------------------------------------------------------------------------------------------

void NotificationClient::presence(const Command& command) {
    const bool words = command.verb == "UBX";
    const RosterContact contact =
        words ? apply_personal_message(command, roster_) : apply_presence(dialect(), command, roster_);
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
    if (is_self(*handle)) return;
    const std::string name = parse_name(command.param(5));
    observer_.got_switchboard_invitation({std::string(command.param(0)),
                                          {*endpoint, std::string(command.param(3))},
                                          *handle,
                                          name.empty() ? *handle : name});
}

void NotificationClient::request_switchboard_server(std::function<void(chat::Result<SwitchboardAddress>)> done) {
    if (!open() || switchboard_requests_.size() >= max_switchboard_requests) {
        return done(open() ? ClientErrc::too_many_requests : ClientErrc::disconnected);
    }
    const auto which =
        switchboard_requests_.insert(switchboard_requests_.end(), SwitchboardRequest{std::move(done), {}});
    // Whoever waits behind others has some more time.
    which->timer = run_later(2 * request_timeout(), [this, which] {
        which->timer = {};
        end_switchboard_request(which, ClientErrc::timed_out);
    });
    if (!switchboard_asked_) ask_for_switchboard();
}

/// Asks for the first that waits. Servers count requests that follow too fast, and answer them in no certain order.
void NotificationClient::ask_for_switchboard() {
    if (switchboard_requests_.empty()) return;
    switchboard_asked_ = true;
    request(
        "XFR", [](CommandBuilder& line) { line.param("SB").finish(); },
        [this](const Answer& answer) {
            switchboard_asked_ = false;
            const auto address = answer ? switchboard_address(**answer) : answer.error();
            if (!switchboard_requests_.empty()) end_switchboard_request(switchboard_requests_.begin(), address);
            if (open() && !switchboard_asked_) ask_for_switchboard();
        });
}

void NotificationClient::end_switchboard_request(SwitchboardRequests::iterator which,
                                                 const chat::Result<SwitchboardAddress>& address) {
    const SwitchboardRequest ended = std::move(*which);
    switchboard_requests_.erase(which);
    scheduler().cancel(ended.timer);
    ended.done(address);
}

void NotificationClient::msg(const Command& command) {
    const auto mime = parse_mime(command.payload);
    if (!mime || command.param(0) != server_sender) return malformed(command);
    if (classify(*mime) == BodyKind::profile) {
        observer_.got_profile(*mime);
    } else if (const auto notice = find_mail_notice(*mime)) {
        observer_.got_mail_notice(*notice);
    } else {
        observer_.got_message(*mime);
    }
}

void NotificationClient::chl(const Command& command) {
    if (options().md5 == nullptr || command.param(1).empty()) return malformed(command);
    const int number = static_cast<int>(dialect().number());
    const Product& product = product_for(number);
    const std::string answer = answer_challenge(number, command.param(1), product, options().md5);
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

void NotificationClient::heard() {
    scheduler().cancel(std::exchange(pong_timer_, {}));
}

/// `QNG 60`: so many seconds until the server wants to hear from us (MSNP9).
void NotificationClient::qng(const Command& command) {
    const auto seconds = parse_digits(command.param(0), 10, 5);
    if (!seconds) return;
    ping_pause_ = std::clamp(std::chrono::milliseconds(std::chrono::seconds(*seconds)), least_ping_pause,
                             std::max(options().ping_interval, least_ping_pause));
    scheduler().cancel(ping_timer_);
    ping_timer_ = run_later(ping_pause_, [this] { ping(); });
}

void NotificationClient::ping() {
    scheduler().cancel(ping_timer_);
    // Whatever comes shows that somebody is there.
    if (!pong_timer_) pong_timer_ = run_later(request_timeout(), [this] { give_up(ClientErrc::timed_out); });
    emit([](CommandBuilder& line) { line.verb("PNG").finish(); });
    ping_timer_ = run_later(ping_pause_, [this] { ping(); });
}

}  // namespace patchcord::msn

#include "msn/client/switchboard_client.hpp"

#include <vector>

#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds chunk_check{5'000};

/// Cookies go up from here: other clients take small numbers.
std::uint32_t cookie_seed(const chat::Scheduler& scheduler) {
    constexpr std::uint32_t range = 1U << 30U;
    return static_cast<std::uint32_t>(scheduler.wall_now().time_since_epoch().count()) % range;
}

/// Somebody signed in at several places has `;{guid}` behind the handle, for each of them.
bool is_place(std::string_view handle) {
    return handle.find(';') != std::string_view::npos;
}

}  // namespace

SwitchboardClient::SwitchboardClient(chat::Scheduler& scheduler, SwitchboardObserver& observer,
                                     SwitchboardOptions options)
    : ClientBase(scheduler, options.request_timeout),
      observer_(observer),
      options_(std::move(options)),
      reply_(!options_.session_id.empty()),
      told_who_is_there_(!reply_),
      invitations_(cookie_seed(scheduler)),
      last_p2p_identifier_(cookie_seed(scheduler)) {}

void SwitchboardClient::opened() {
    const auto build = [&](CommandBuilder& line) {
        line.param(options_.handle).param(options_.key).param(options_.session_id).finish();
    };
    request(reply_ ? "ANS" : "USR", build, [this](const Answer& answer) { finish_login(answer); });
}

void SwitchboardClient::finish_login(const Answer& answer) {
    std::error_code error = answer.error();
    if (answer && (*answer)->param(1) != "OK") error = ClientErrc::unexpected_answer;
    if (error) {
        observer_.login_failure(error);
        close("not let in");
        return;
    }
    tell_who_is_there();
    logged_in_ = true;
    observer_.logged_in();
}

/// Once: when the last of them is named, or when nobody else is to be expected.
void SwitchboardClient::tell_who_is_there() {
    if (std::exchange(told_who_is_there_, true)) return;
    std::vector<ChatMember> users;
    for (const auto& [handle, who] : users_) users.push_back(who);
    observer_.got_chatting_users(users);
}

void SwitchboardClient::ended(std::error_code why) {
    scheduler().cancel(chunk_timer_);
    for (const Invitations::Waiting& offer : invitations_.take_all()) {
        scheduler().cancel(offer.timer);
        offer.done(ClientErrc::disconnected);
    }
    while (!calls_.empty()) end_call(std::string(calls_.begin()->first), ClientErrc::disconnected);
    observer_.connection_lost(why);
}

void SwitchboardClient::handle(const Command& command) {
    if (command.verb == "IRO") {
        iro(command);
    } else if (command.verb == "JOI") {  // handle name [capabilities]
        user(command, 0);
    } else if (command.verb == "BYE") {
        bye(command);
    } else if (command.verb == "MSG") {
        msg(command);
    } else if (command.verb == "OUT") {
        close("the server says OUT");
    }
}

void SwitchboardClient::malformed(const Command& command) {
    got_bad_line(format_command(command), "malformed");
}

// --- who is there ----------------------------------------------------------------------------------------------------

void SwitchboardClient::iro(const Command& command) {  // trid index total handle name [capabilities]
    user(command, 3);
    const auto index = parse_digits(command.param(1), 10, 10);
    if (reply_ && index && index == parse_digits(command.param(2), 10, 10)) tell_who_is_there();
}

void SwitchboardClient::user(const Command& command, std::size_t at) {
    if (is_place(command.param(at))) return;
    const auto handle = parse_handle(command.param(at));
    if (!handle) return malformed(command);
    // Old servers tell of ourselves, too.
    if (same_word(*handle, options_.handle) || users_.contains(*handle) || users_.size() >= max_users) return;
    const std::string name = parse_name(command.param(at + 1));
    std::string_view capabilities = command.param(at + 2);  // MSNP16 has two numbers
    const ChatMember who{*handle, name.empty() ? *handle : name,
                         parse_digits(take_field(capabilities, ':'), 10, 10).value_or(0)};
    users_[*handle] = who;
    if (told_who_is_there_) observer_.user_joined(who);
    end_call(*handle, {});
}

void SwitchboardClient::bye(const Command& command) {
    if (is_place(command.param(0))) return;
    const auto handle = parse_handle(command.param(0));
    if (!handle) return malformed(command);
    const auto found = users_.find(*handle);
    if (found == users_.end()) return;
    const ChatMember who = found->second;
    users_.erase(found);
    const std::vector<Invitations::Waiting> owed = invitations_.take_all_of(*handle);
    if (told_who_is_there_) observer_.user_left(who, command.param(1) == "1");
    for (const Invitations::Waiting& offer : owed) {
        scheduler().cancel(offer.timer);
        offer.done(ClientErrc::nobody_there);
    }
}

void SwitchboardClient::invite_user(const std::string& handle_text, Done done) {
    const std::string handle = parse_handle(handle_text).value_or(std::string());
    const auto known = calls_.find(handle);
    std::error_code refused;
    if ((known == calls_.end() ? calls_.size() : known->second.done.size()) >= max_calls) {
        refused = ClientErrc::too_many_requests;
    }
    if (same_word(handle, options_.handle)) refused = refusal_error(ErrorCode::already_there);
    if (handle.empty()) refused = refusal_error(ErrorCode::invalid_handle);
    if (!logged_in_) refused = refusal_error(ErrorCode::not_logged_in);
    if (!open()) refused = ClientErrc::disconnected;
    if (refused || users_.contains(handle)) {
        if (done) done(refused);
        return;
    }
    if (known != calls_.end()) {
        known->second.done.push_back(std::move(done));
        return;
    }
    const chat::TimerId timer =
        run_later(options_.answer_timeout, [this, handle] { end_call(handle, ClientErrc::not_answered); });
    calls_[handle] = {{std::move(done)}, timer};
    request(
        "CAL", [&](CommandBuilder& line) { line.param(handle).finish(); },
        [this, handle](const Answer& answer) {
            const bool rings = answer && (*answer)->param(1) == "RINGING" && !(*answer)->param(2).empty();
            if (rings && !reply_) options_.session_id = (*answer)->param(2);
            // Somebody who is called already may still come; what is not answered at all ends with the call's own time.
            const bool coming = answer.error() == refusal_error(ErrorCode::already_there);
            if (!answer && !coming && answer.error() != ClientErrc::timed_out) end_call(handle, answer.error());
        });
}

void SwitchboardClient::end_call(const std::string& handle, std::error_code why) {
    const auto found = calls_.find(handle);
    if (found == calls_.end()) return;
    const Call call = std::move(found->second);
    calls_.erase(found);
    scheduler().cancel(call.timer);
    for (const Done& done : call.done) {
        if (done) done(why);
    }
}

// --- what is said ----------------------------------------------------------------------------------------------------

void SwitchboardClient::msg(const Command& command) {
    const auto handle = parse_handle(command.param(0));
    const auto mime = parse_mime(command.payload);
    if (!handle || !mime) return malformed(command);
    if (same_word(*handle, options_.handle)) return;
    std::string name = parse_name(command.param(1));
    if (const auto shown = find_header(*mime, "P4-Context")) name = parse_name(*shown);
    const auto known = users_.find(*handle);
    const ChatMember from{*handle, name.empty() ? *handle : name,
                          known == users_.end() ? 0U : known->second.capabilities};
    if (is_chunk(*mime)) {
        take_chunk(from, *mime);
    } else {
        take_message(from, *mime, true);
    }
}

void SwitchboardClient::take_message(const ChatMember& from, const MimeMessage& message, bool complete) {
    const BodyKind kind = classify(message);
    const bool transfer = kind == BodyKind::p2p || kind == BodyKind::invitation;
    if (transfer && observer_.got_transfer(from, message, kind)) return;
    switch (kind) {
        case BodyKind::text: observer_.got_text(from, parse_text(message), complete); break;
        case BodyKind::typing: observer_.user_typing(from); break;
        case BodyKind::nudge: observer_.got_nudge(from); break;
        case BodyKind::client_caps: break;
        case BodyKind::p2p:
            answer_p2p(from, message);
            observer_.got_message(from, message);
            break;
        case BodyKind::invitation:
            if (take_invitation(from, message)) break;
            [[fallthrough]];
        default: observer_.got_message(from, message);
    }
}

void SwitchboardClient::take_chunk(const ChatMember& from, const MimeMessage& part) {
    const ChunkAssembler::Result result = chunks_.add(from.handle, part, scheduler().now());
    if (!chunk_timer_) chunk_timer_ = run_later(chunk_check, [this] { expire_chunks(); });
    if (result.outcome != ChunkAssembler::Outcome::complete) return;
    if (const auto whole = parse_mime(result.payload)) take_message(from, *whole, true);
}

void SwitchboardClient::expire_chunks() {
    chunk_timer_ = {};
    for (const ChunkAssembler::Incomplete& rest : chunks_.expire(scheduler().now())) {
        const auto known = users_.find(rest.sender);
        const ChatMember from = known == users_.end() ? ChatMember{rest.sender, rest.sender} : known->second;
        if (const auto mime = parse_mime(rest.payload)) take_message(from, *mime, false);
    }
    if (chunks_.open() > 0) chunk_timer_ = run_later(chunk_check, [this] { expire_chunks(); });
}

void SwitchboardClient::leave() {
    emit([](CommandBuilder& line) { line.verb("OUT").finish(); });
    close("left");
}

}  // namespace patchcord::msn

#include "msn/client/switchboard_client.hpp"

#include <memory>
#include <vector>

#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds chunk_check{5'000};

/// Somebody signed in at several places has `;{guid}` behind the handle, for each of them.
bool is_place(std::string_view handle) {
    return handle.find(';') != std::string_view::npos;
}

/// Says one error when all parts of something are answered.
class Together {
  public:
    Together(std::size_t parts, ClientBase::Done done) : parts_(parts), done_(std::move(done)) {}
    void answered(std::error_code error) {
        if (error && !error_) error_ = error;
        if (--parts_ == 0 && done_) done_(error_);
    }

  private:
    std::size_t parts_;
    ClientBase::Done done_;
    std::error_code error_;
};

}  // namespace

SwitchboardClient::SwitchboardClient(chat::Scheduler& scheduler, SwitchboardObserver& observer,
                                     SwitchboardOptions options)
    : ClientBase(scheduler, options.request_timeout), observer_(observer), options_(std::move(options)) {}

void SwitchboardClient::opened() {
    const bool answering = !options_.session_id.empty();
    const auto build = [&](CommandBuilder& line) {
        line.param(options_.handle).param(options_.key).param(options_.session_id).finish();
    };
    request(answering ? "ANS" : "USR", build, [this](const Answer& answer) { finish_login(answer); });
}

void SwitchboardClient::finish_login(const Answer& answer) {
    std::error_code error = answer.error();
    if (answer && (*answer)->param(1) != "OK") error = ClientErrc::unexpected_answer;
    if (error) {
        observer_.login_failure(error);
        close("not let in");
        return;
    }
    logged_in_ = true;
    observer_.logged_in();
}

void SwitchboardClient::ended(std::error_code why) {
    scheduler().cancel(chunk_timer_);
    while (!calls_.empty()) end_call(std::string(calls_.begin()->first), ClientErrc::disconnected);
    observer_.connection_lost(why);
}

void SwitchboardClient::handle(const Command& command) {
    if (command.verb == "IRO") {  // trid index total handle name [capabilities]
        user(command, 3);
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

void SwitchboardClient::user(const Command& command, std::size_t at) {
    if (is_place(command.param(at))) return;
    const auto handle = parse_handle(command.param(at));
    if (!handle) return malformed(command);
    // Old servers tell of ourselves, too.
    if (same_word(*handle, options_.handle) || users_.contains(*handle) || users_.size() >= max_users) return;
    const std::string name = parse_name(command.param(at + 1));
    const ChatMember who{*handle, name.empty() ? *handle : name};
    users_[*handle] = who;
    if (logged_in_) observer_.user_joined(who);
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
    observer_.user_left(who, command.param(1) == "1");
}

void SwitchboardClient::invite_user(const std::string& handle_text, Done done) {
    const std::string handle = parse_handle(handle_text).value_or(handle_text);
    if (users_.contains(handle)) {
        if (done) done({});
        return;
    }
    if (calls_.contains(handle) || calls_.size() >= max_calls || !open()) {
        if (done) done(open() ? ClientErrc::too_many_requests : ClientErrc::disconnected);
        return;
    }
    const chat::TimerId timer =
        run_later(options_.answer_timeout, [this, handle] { end_call(handle, ClientErrc::not_answered); });
    calls_[handle] = {std::move(done), timer};
    request(
        "CAL", [&](CommandBuilder& line) { line.param(handle).finish(); },
        [this, handle](const Answer& answer) {
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
    if (call.done) call.done(why);
}

// --- what is said ----------------------------------------------------------------------------------------------------

void SwitchboardClient::msg(const Command& command) {
    const auto handle = parse_handle(command.param(0));
    const auto mime = parse_mime(command.payload);
    if (!handle || !mime) return malformed(command);
    std::string name = parse_name(command.param(1));
    if (const auto shown = find_header(*mime, "P4-Context")) name = parse_name(*shown);
    const ChatMember from{*handle, name.empty() ? *handle : name};
    if (is_chunk(*mime)) {
        take_chunk(from, *mime);
    } else {
        take_message(from, *mime, true);
    }
}

void SwitchboardClient::take_message(const ChatMember& from, const MimeMessage& message, bool complete) {
    switch (classify(message)) {
        case BodyKind::text: observer_.got_text(from, parse_text(message), complete); break;
        case BodyKind::typing: observer_.user_typing(from); break;
        case BodyKind::nudge: observer_.got_nudge(from); break;
        case BodyKind::client_caps: break;
        case BodyKind::invitation: refuse_invitation(message); [[fallthrough]];
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

/// Nothing here can take what is offered, and whoever offers waits for a word.
void SwitchboardClient::refuse_invitation(const MimeMessage& message) {
    const auto fields = parse_mime(message.body);
    const auto cookie = fields ? find_header(*fields, "Invitation-Cookie") : std::nullopt;
    if (!cookie || find_header(*fields, "Invitation-Command") != "INVITE") return;
    std::string body;
    MimeBuilder answer(body);
    answer.header("Invitation-Command", "CANCEL").header("Invitation-Cookie", *cookie);
    answer.header("Cancel-Code", "REJECT_NOT_INSTALLED").body({});
    std::string payload;
    MimeBuilder(payload).content_type("text/x-msmsgsinvite; charset=UTF-8").body(body);
    send_payload("U", payload, {});
}

void SwitchboardClient::send_payload(std::string_view letter, std::string_view payload, Answered answered) {
    const auto build = [&](CommandBuilder& line) { line.param(letter).payload(payload); };
    if (answered) return request("MSG", build, std::move(answered));
    emit([&](CommandBuilder& line) { build(line.verb("MSG").param(unanswered_trid())); });
}

void SwitchboardClient::send_text(const chat::StyledText& text, Done done) {
    const std::vector<std::string> payloads = format_text(text, {options_.name});
    std::error_code refused;
    if (payloads.empty() || payloads.size() > max_messages_per_text) refused = ClientErrc::message_too_long;
    if (users_.empty()) refused = ClientErrc::nobody_there;
    if (refused) {
        if (done) done(refused);
        return;
    }
    const auto together = std::make_shared<Together>(payloads.size(), std::move(done));
    for (const std::string& payload : payloads) {
        send_payload("A", payload, [together](const Answer& answer) { together->answered(answer.error()); });
    }
}

void SwitchboardClient::send_nudge(Done done) {
    if (users_.empty()) {
        if (done) done(ClientErrc::nobody_there);
        return;
    }
    send_payload("A", format_datacast({DatacastId::nudge, {}}), when_done(std::move(done)));
}

void SwitchboardClient::send_typing_notification() {
    if (!users_.empty()) send_payload("U", format_typing(options_.handle), {});
}

void SwitchboardClient::leave() {
    emit([](CommandBuilder& line) { line.verb("OUT").finish(); });
    close("left");
}

}  // namespace patchcord::msn

#include "msn/server/switchboard_session.hpp"

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard_files.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {

SwitchboardSession::SwitchboardSession(Server& server, std::uint64_t number) : Session(server, "msn-sb", number) {}

SwitchboardSession::~SwitchboardSession() = default;

Principal* SwitchboardSession::principal() {
    Principal* principal = server().find_principal(identity_.handle);
    return principal != nullptr && principal->is_of(sign_in_) ? principal : nullptr;
}

chat::User* SwitchboardSession::user() {
    const Principal* signed_in = principal();
    return signed_in == nullptr ? nullptr : signed_in->user();
}

void SwitchboardSession::opened() {
    server().switchboard_sessions_.insert(this);
}

void SwitchboardSession::closed() {
    server().switchboard_sessions_.erase(this);
    server().scheduler().cancel(typing_timer_);
    server().scheduler().cancel(chunk_timer_);
    server().scheduler().cancel(picture_timer_);
    if (!answering_) files_.clear();  // else with the session: one of them is on the stack
    if (chunks_ && switchboard_) deliver_incomplete(chunks_->expire(chat::Now::max()));  // they were acknowledged
    if (const auto switchboard = std::move(switchboard_)) switchboard->leave(*this, leave_reason_);
}

void SwitchboardSession::run_command(const Command& command) {
    if (command.verb == "OUT") {
        leave_reason_ = "left";
        close({chat::CloseKind::client, "OUT"});
    } else if (!command.trid()) {
        // There is nothing to answer it with; PNG, which some send here too, wants no answer.
        if (command.verb != "PNG" || !authenticated()) close({chat::CloseKind::protocol, "a command without a TrID"});
    } else if (command.verb == "USR" && !authenticated()) {
        usr(command);
    } else if (command.verb == "ANS" && !authenticated()) {
        ans(command);
    } else if (!authenticated()) {
        close({chat::CloseKind::protocol, "not signed in"});  // as other servers do: no client gets here
    } else if (command.verb == "CAL") {
        cal(command);
    } else if (command.verb == "MSG") {
        msg(command);
    } else if (command.verb == "USR" || command.verb == "ANS") {
        error(ErrorCode::already_logged_in, command.param(0));
    } else {
        error(ErrorCode::syntax_error, command.param(0));
    }
}

/// Whose connection this is: signed in, and not with more conversations than allowed.
bool SwitchboardSession::identify(std::string_view trid, std::string_view handle_text) {
    const auto handle = parse_handle(handle_text);
    Principal* principal = handle ? server().find_principal(*handle) : nullptr;
    if (principal == nullptr) {
        refuse(trid);
        return false;
    }
    if (principal->switchboard_count() >= options().max_switchboards) {
        error(ErrorCode::too_many_sessions, trid);
        close(Limit::switchboards, "too many switchboards");
        return false;
    }
    identity_ = {principal->handle(), principal->friendly_name()};
    dialect_ = principal->session().dialect();
    sign_in_ = principal->token();
    return true;
}

void SwitchboardSession::refuse(std::string_view trid) {
    error(ErrorCode::authentication_failed, trid);
    close({chat::CloseKind::login, "bad key"});
}

void SwitchboardSession::usr(const Command& command) {
    const std::string_view trid = command.param(0);
    if (!identify(trid, command.param(1))) return;
    const auto transfer = server().keys().redeem(command.param(2), identity_.handle, server().scheduler().now());
    if (!transfer || !transfer->switchboard.empty()) {
        refuse(trid);
        return;
    }
    emit([&](CommandBuilder& line) {
        line.verb("USR").param(trid).param("OK").param(identity_.handle).name(identity_.name, identity_.handle);
        line.finish();
    });
    switchboard_ = server().make_switchboard();
    switchboard_->open(*this);
}

void SwitchboardSession::ans(const Command& command) {
    const std::string_view trid = command.param(0);
    if (!identify(trid, command.param(1))) return;
    const auto transfer = server().keys().redeem(command.param(2), identity_.handle, server().scheduler().now());
    const auto switchboard = transfer ? server().find_switchboard(transfer->switchboard) : nullptr;
    if (switchboard == nullptr || transfer->switchboard != command.param(3)) {
        refuse(trid);
        return;
    }
    switchboard_ = switchboard;
    switchboard->answer(*this, trid);
}

void SwitchboardSession::cal(const Command& command) {
    const std::string_view trid = command.param(0);
    const auto handle = parse_handle(command.param(1));
    if (!handle) {
        error(ErrorCode::invalid_handle, trid);
        return;
    }
    Principal* caller = principal();
    if (caller == nullptr || !caller->session().take_call()) {
        error(ErrorCode::too_active, trid);
        return;
    }
    if (const auto refused = switchboard_->call(*this, trid, *handle)) error(*refused, trid);
}

void SwitchboardSession::send_ringing(std::string_view trid) {
    emit([&](CommandBuilder& line) {
        line.verb("CAL").param(trid).param("RINGING").param(switchboard_->id()).finish();
    });
}

bool SwitchboardSession::note_present(const std::string& handle) {
    if (handle == identity_.handle || shown_.size() >= options().max_participants) return false;
    look_for_picture();
    return shown_.insert(handle).second;
}

void SwitchboardSession::show_joined(const Identity& who) {
    if (note_present(who.handle)) send(std::string_view(render_joined(server(), who, sends_capabilities())));
}

void SwitchboardSession::show_left(std::string_view handle) {
    typing_shown_.erase(std::string(handle));
    if (shown_.erase(std::string(handle)) == 0) return;
    emit([&](CommandBuilder& line) { line.verb("BYE").param(handle).finish(); });
}

bool SwitchboardSession::take_typing(const std::string& typist) {
    const chat::Now now = server().scheduler().now();
    const auto shown = typing_shown_.find(typist);
    if (shown != typing_shown_.end() && now - shown->second < options().typing_interval) return false;
    if (typing_shown_.size() >= options().max_participants) typing_shown_.clear();
    typing_shown_[typist] = now;
    return true;
}

bool SwitchboardSession::take_nudge(std::optional<chat::Now>& last) {
    constexpr std::chrono::seconds pause{10};
    const chat::Now now = server().scheduler().now();
    if (last && now - *last < pause) return false;
    last = now;
    return true;
}

void SwitchboardSession::end_removed() {
    removed_ = true;
    run_later(std::chrono::milliseconds(0), [this] { dismiss("removed from the room"); });
}

void SwitchboardSession::dismiss(const chat::CloseReason& reason) {
    leave_reason_ = reason.words;
    close(reason);
}

}  // namespace patchcord::msn

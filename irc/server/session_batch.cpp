// A message that the client sends in several lines (IRCv3 draft/multiline), from its opening to its end.

#include "chat_core/utf8.hpp"
#include "irc/server/client_batch.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

using Fault = ClientBatch::Fault;

constexpr std::chrono::milliseconds batch_time{15'000};

bool is_command(std::string_view command, std::string_view name) {
    return chat::equal_folded(command, name, fold_table(Casemapping::ascii));
}

/// What is said by a client that is alive, whatever else it is in the middle of, or by one that leaves.
bool may_interrupt(std::string_view command) {
    return is_command(command, "PING") || is_command(command, "PONG") || is_command(command, "QUIT");
}

bool closes(const Message& message, const std::string& reference) {
    return is_command(message.command, "BATCH") && message.param(0) == "-" + reference;
}

std::string_view words_for(Fault fault) {
    switch (fault) {
        case Fault::blank_joined: return "A line that goes on in the one before may not be blank";
        case Fault::other_verb: return "All lines of a message are sent by the same command";
        case Fault::ctcp: return "CTCP is one line";
        default: return "Invalid multiline batch";
    }
}

}  // namespace

void Session::fail_batch(std::string_view code, std::initializer_list<std::string_view> context,
                         std::string_view text) {
    emit([&](LineBuilder& line) {
        line.source(options().name).command("FAIL").param("BATCH").param(code);
        for (const std::string_view param : context) line.param(param);
        line.trailing(text);
    });
}

void Session::open_batch(ClientBatch batch) {
    batch_ = std::make_unique<OpenBatch>(OpenBatch{std::move(batch), std::move(label_)});
    collecting_ = false;
    await_batch_end();
}

void Session::await_batch_end() {
    batch_->timeout = run_later(batch_time, [this] {
        if (state_ != State::open) return;
        if (framer_.ready()) return await_batch_end();  // it is flood control that takes so long
        refuse_batch("TIMEOUT", {batch_->message.reference()}, "The batch was not ended in time");
    });
}

void Session::refuse_batch(std::string_view code, std::initializer_list<std::string_view> context,
                           std::string_view text) {
    server_.scheduler().cancel(batch_->timeout);
    batch_->refused = true;
    batch_->message.clear();
    label_ = std::move(batch_->label);
    collecting_ = label_ != nullptr;
    fail_batch(code, context, text);
    end_label();
}

bool Session::in_batch(std::string_view reference) const {
    return batch_ != nullptr && batch_->message.reference() == reference;
}

std::unique_ptr<OpenBatch> Session::end_batch() {
    if (!batch_) return nullptr;
    server_.scheduler().cancel(batch_->timeout);
    std::unique_ptr<OpenBatch> ended = std::move(batch_);
    if (ended->label) {
        label_ = std::move(ended->label);
        collecting_ = true;
    }
    return ended;
}

bool Session::take_batch_line(const Message& message, std::string_view line) {
    if (!batch_ && (message.tags.empty() || !has(Cap::multiline))) return false;
    const std::optional<std::string> tag = message.tags.empty() ? std::nullopt : find_tag(message.tags, "batch");
    if (!batch_) {
        if (!tag) return false;
        fail_batch("INVALID_REFTAG", {*tag}, "There is no such batch");
        return true;
    }
    const bool inside = tag && *tag == batch_->message.reference();
    if (batch_->refused) return inside;
    if (!inside && (closes(message, batch_->message.reference()) || may_interrupt(message.command))) return false;
    if (!inside || !chat::is_valid_utf8(line)) {
        refuse_batch("MULTILINE_INVALID", {},
                     inside ? "Your IRC software must use UTF-8 encoding on this network"
                            : "Nothing else may be sent before the batch is ended");
        return true;
    }
    bucket_.give_back(options().flood, 1 - options().multiline_cost);
    add_to_batch(message);
    return true;
}

void Session::add_to_batch(const Message& message) {
    const bool notice = is_command(message.command, "NOTICE");
    if (!notice && !is_command(message.command, "PRIVMSG")) {
        refuse_batch("MULTILINE_INVALID", {}, "A batch holds PRIVMSG or NOTICE only");
        return;
    }
    const std::string target = batch_->message.target();
    if (!service().same_name(message.param(0), target)) {
        refuse_batch("MULTILINE_INVALID_TARGET", {target, message.param(0)}, "The line is for another target");
        return;
    }
    const bool joined = find_tag(message.tags, "draft/multiline-concat").has_value();
    const ClientBatch::Limits limits{options().multiline_bytes, options().multiline_lines};
    switch (const Fault fault = batch_->message.add(notice, message.param(1), joined, limits)) {
        case Fault::none: return;
        case Fault::too_many_bytes:
            limit_hit(Limit::multiline_bytes);
            refuse_batch("MULTILINE_MAX_BYTES", {std::to_string(limits.bytes)}, "The message has too many bytes");
            return;
        case Fault::too_many_lines:
            limit_hit(Limit::multiline_lines);
            refuse_batch("MULTILINE_MAX_LINES", {std::to_string(limits.lines)}, "The message has too many lines");
            return;
        default: refuse_batch("MULTILINE_INVALID", {}, words_for(fault)); return;
    }
}

}  // namespace patchcord::irc

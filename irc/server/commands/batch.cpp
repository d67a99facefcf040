#include "irc/server/client_batch.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/names.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc::commands {
namespace {

/// What is wrong with the line that opens a batch, but for its reference; empty: nothing.
std::string_view problem_of(std::string_view target) {
    if (target.empty()) return "A multiline batch needs a target";
    if (target.find(',') != std::string_view::npos) return "A multiline batch has one target";
    if (is_service_nick(target) || is_contacts_channel(target)) return "What is said here has one line";
    return {};
}

void open(Session& session, const Message& message) {
    const std::string_view reference = message.param(0).substr(1);
    const std::string_view type = message.param(1);
    const std::string_view target = message.param(2);
    if (!is_valid_batch_reference(reference)) {
        session.fail_batch("INVALID_REFTAG", {reference}, "A batch is named by letters, digits and hyphens");
        return;
    }
    session.open_batch({std::string(reference), std::string(target), client_only_tags(message.tags)});
    // Refused when it is open: what follows belongs to it, and is passed over.
    if (type != "draft/multiline") {
        session.refuse_batch("UNKNOWN_TYPE", {reference, type}, "There is no such type of batch for clients");
    } else if (const std::string_view problem = problem_of(target); !problem.empty()) {
        session.refuse_batch("MULTILINE_INVALID", {}, problem);
    }
}

void close(Session& session, std::string_view reference) {
    if (!session.in_batch(reference)) {
        session.fail_batch("INVALID_REFTAG", {reference}, "There is no such batch");
        return;
    }
    const std::unique_ptr<OpenBatch> ended = session.end_batch();
    if (ended->refused) return;
    if (ended->message.blank()) {
        session.fail_batch("MULTILINE_INVALID", {}, "There is nothing in the message");
        return;
    }
    send_multiline(session, ended->message);
}

}  // namespace

void batch(Session& session, const Message& message) {
    // Without the capabilities the command does not exist for this client.
    if (!session.has(Cap::multiline) || !session.has(Cap::batch)) {
        session.reply(Numeric::err_unknowncommand, {"BATCH"}, "Unknown command");
        return;
    }
    const std::string_view reference = message.param(0);
    if (reference.starts_with('+')) {
        open(session, message);
    } else if (reference.starts_with('-')) {
        close(session, reference.substr(1));
    } else {
        session.fail_batch("INVALID_REFTAG", {reference}, "A batch is opened with + and ended with -");
    }
}

}  // namespace patchcord::irc::commands

// CTCP DCC whose other end is the gateway: files for people who are not on IRC.

#include "irc/wire/dcc.hpp"

#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/dcc_offers.hpp"

namespace patchcord::irc::commands {
namespace {

struct FromClient {
    Session& session;
    chat::User& to;
    Dcc dcc;
    bool quiet;
};

bool refuse(Session& session, std::string_view target, bool quiet, std::string_view text) {
    if (!quiet) session.standard_reply("FAIL", "PRIVMSG", "DCC_REFUSED", {target}, text);
    return false;
}

bool no_such_offer(const FromClient& said) {
    return refuse(said.session, said.to.name(), said.quiet, said.to.name() + " offers no such file, or no longer");
}

bool offer(const FromClient& said) {
    const std::error_code failed = said.session.dcc().offer(said.to, said.dcc);
    if (!failed) return true;
    if (failed == chat::Errc::no_such_user) {
        said.session.reply(Numeric::err_nosuchnick, {said.to.name()}, "No such nick/channel");
        return false;
    }
    std::string why = failed.message();
    if (failed == chat::FileErrc::address_refused) {
        why += ", the gateway connects to " + said.session.peer().address + " at ports from 1024 on, but for its own";
    }
    return refuse(said.session, said.to.name(), false,
                  chat::clean_file_name(said.dcc.name) + " was not offered to " + said.to.name() + ": " + why);
}

bool take(const FromClient& said) {
    DccOffers& offers = said.session.dcc();
    switch (said.dcc.kind) {
        case Dcc::Kind::reject: return offers.reject(said.to, said.dcc) || no_such_offer(said);
        case Dcc::Kind::resume: return !said.quiet && (offers.resume(said.to, said.dcc) || no_such_offer(said));
        case Dcc::Kind::accept: return !said.quiet && no_such_offer(said);  // we never ask to resume
        case Dcc::Kind::send: break;
    }
    if (said.quiet) return false;
    const bool answers = !said.dcc.token.empty() && said.dcc.port != 0;
    if (answers) return offers.answer(said.to, said.dcc) || no_such_offer(said);
    return offer(said);
}

}  // namespace

bool passes_dcc(Session& session, const chat::Target& target, std::string_view parameters) {
    const chat::ChatClient* client = target.user == nullptr ? nullptr : target.user->client();
    if (client == nullptr || !client->speaks(irc_protocol)) return false;
    if (session.server().environment().files == nullptr) return true;
    const ParsedDcc parsed = parse_dcc(parameters);
    return !parsed.dcc || !session.dcc().is_about_ours(*target.user, *parsed.dcc);
}

bool take_dcc(Session& session, const chat::Target& target, std::string_view parameters, bool quiet) {
    session.charge(1);
    if (target.user == nullptr) {
        return refuse(session, target.group->name(), quiet,
                      "DCC is not passed on to channels; offer the file to one person");
    }
    ParsedDcc parsed = parse_dcc(parameters);
    const std::string& name = target.user->name();
    if (!parsed.dcc) return refuse(session, name, quiet, name + " was offered nothing: " + std::string(parsed.problem));
    if (session.server().environment().files == nullptr) {
        return refuse(session, name, quiet, "Files are not passed on here");
    }
    return take({session, *target.user, std::move(*parsed.dcc), quiet});
}

}  // namespace patchcord::irc::commands

#pragma once

#include <string>
#include <string_view>

#include "chat_core/message.hpp"
#include "chat_core/user.hpp"
#include "msn/server/account_store.hpp"
#include "msn/server/contact_presence.hpp"
#include "msn/wire/command_builder.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

class Server;

/// Who somebody is to MSN.
struct Identity {
    std::string handle;
    std::string name;  // never empty
};

/// A principal's own, or what stands for somebody on IRC: the real name, else the nick; both when the handle names
/// another nick.
[[nodiscard]] Identity identity_of(const Server& server, const chat::User& user);

/// ILN with the TrID of the command it answers, and UBX when there is a personal message (MSNP11 and later).
[[nodiscard]] std::string render_initial_presence(Dialect dialect, std::string_view trid,
                                                  const ContactPresence& presence);
/// NLN, and UBX when the dialect has it.
[[nodiscard]] std::string render_presence(Dialect dialect, const ContactPresence& presence);
/// FLN.
[[nodiscard]] std::string render_offline(std::string_view handle);

/// JOI; with the client id from MSNP12.
[[nodiscard]] std::string render_joined(const Server& server, const Identity& who, bool capabilities);
/// `MSG handle name n` and a payload.
[[nodiscard]] std::string render_payload(const Identity& sender, std::string_view payload);
/// One message of the core as MSG commands: several when it is long; empty when MSN has nothing for it.
[[nodiscard]] std::string render_message(const Server& server, const chat::Message& message);
/// A message that waited in the store, with the time it was sent in its text: MSNP has no place for it.
[[nodiscard]] std::string render_stored(const Server& server, const OfflineMessage& message);
/// The text/x-msmsgscontrol message that shows somebody typing.
[[nodiscard]] std::string render_typing(const Identity& typist);

}  // namespace patchcord::msn

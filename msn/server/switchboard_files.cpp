#include "msn/server/switchboard_files.hpp"

#include <charconv>
#include <utility>

#include "msn/server/principal.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/client_id.hpp"

namespace patchcord::msn {
namespace {

/// Data that waits to be sent to the client: what is written to it meanwhile comes soon after.
constexpr std::size_t most_queued_data = 16 * 1024;

/// A number nobody can guess, which then may grow for long without turning over.
std::uint32_t random_number(Server& server) {
    constexpr std::size_t entropy = 12;
    constexpr std::uint32_t most = 0x0FFF'FFFF;
    std::uint64_t number = 0;
    for (const char c : server.environment().random_text(entropy)) number = number * 37 + static_cast<unsigned char>(c);
    return static_cast<std::uint32_t>(number % most) + 1;
}

/// As the client gave it, decimal; 0 when it is no number.
std::uint32_t client_id(const std::string& text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && end == text.data() + text.size() ? id : 0;
}

FileTalkParts parts_of(Server& server) {
    const ServerEnvironment& environment = server.environment();
    return {*environment.files, *environment.file_network, environment.scheduler,
            [&server] { return random_number(server); }};
}

}  // namespace

SwitchboardFiles::SwitchboardFiles(SwitchboardSession& session, Identity other)
    : session_(session), other_(std::move(other)), talk_(parts_of(session.server()), *this) {}

const std::string& SwitchboardFiles::peer_handle() const {
    return session_.handle();
}

void SwitchboardFiles::send(std::string_view payload, bool) {
    session_.send_from(other_, payload);
}

bool SwitchboardFiles::takes_data() const {
    if (session_.send_queue_size() < most_queued_data) return true;
    session_.notify_when_sent();
    return false;
}

chat::PeerInfo SwitchboardFiles::peer() const {
    return session_.peer();
}

bool SwitchboardFiles::peer_takes_slp() const {
    const Principal* principal = session_.principal();
    return principal != nullptr && takes_slp(client_id(principal->presence().capabilities));
}

chat::Result<chat::FileOfferId> SwitchboardFiles::offer(std::string_view name, std::uint64_t size,
                                                        std::unique_ptr<chat::FileSource> source) {
    return session_.offer_file(name, size, std::move(source));
}

void SwitchboardFiles::hold_peer(bool hold) {
    session_.hold_input(hold);
}

}  // namespace patchcord::msn

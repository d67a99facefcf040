#include "msn/transfer/msnftp_door.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_error.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

/// An address somebody can be told: a numeric one of IPv4, of one machine.
bool is_good(const chat::Endpoint& at) {
    const bool numeric = at.host.find_first_not_of("0123456789.") == std::string::npos;
    return numeric && std::count(at.host.begin(), at.host.end(), '.') == 3 && at.host != "0.0.0.0" && at.port != 0;
}

}  // namespace

MsnftpDoor::MsnftpDoor(FileTalkParts& parts, TransferWire& wire, MsnftpOwner& owner, MakeStream make)
    : parts_(parts), wire_(wire), owner_(owner), make_(std::move(make)) {}

MsnftpDoor::~MsnftpDoor() {
    close(chat::FileErrc::gone);
}

std::unique_ptr<MsnftpStream> MsnftpDoor::new_stream(std::uint32_t cookie) {
    if (link_ != nullptr) *link_ = {};
    link_ = std::make_shared<MsnftpLink>(MsnftpLink{&owner_, this, nullptr});
    return make_(link_, cookie);
}

std::optional<TransferAddress> MsnftpDoor::listen() {
    if (!parts_.network.can_listen()) return std::nullopt;
    const std::uint32_t cookie = parts_.random();
    auto stream = new_stream(cookie);
    const auto at =
        parts_.network.listen(wire_.peer(), {open_time}, std::move(stream), [link = link_](std::error_code why) {
            if (link->door != nullptr) link->door->failed(why);
        });
    if (!at) return std::nullopt;
    listening_ = at->id;
    if (is_good(at->at)) return TransferAddress{at->at.host, at->at.port, std::to_string(cookie)};
    stop_listening();
    return std::nullopt;
}

void MsnftpDoor::stop_listening() {
    if (const auto id = std::exchange(listening_, {})) parts_.network.stop_listening(*id);
}

void MsnftpDoor::connect(const std::vector<TransferAddress>& places) {
    stop_listening();
    connecting_ = true;
    places_.assign(places.rbegin(), places.rend());
    connect_next();
}

void MsnftpDoor::connect_next() {
    const TransferAddress place = std::move(places_.back());
    places_.pop_back();
    auto stream = new_stream(parse_digits(place.auth_cookie, 10, 10).value_or(0));
    parts_.network.connect({place.host, place.port}, wire_.peer(), std::move(stream),
                           [link = link_](std::error_code why) {
                               if (link->door != nullptr) link->door->failed(why);
                           });
}

void MsnftpDoor::failed(std::error_code why) {
    if (!places_.empty()) return connect_next();
    *link_ = {};
    owner_.stream_ended(why);
}

void MsnftpDoor::close(std::error_code why) {
    stop_listening();
    places_.clear();
    if (link_ == nullptr) return;
    const auto link = std::exchange(link_, nullptr);
    MsnftpStream* stream = link->stream;
    *link = {};
    if (stream != nullptr) stream->leave(why);
}

}  // namespace patchcord::msn

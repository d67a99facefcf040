#include "msn/link/line_files.hpp"

#include <utility>

#include "chat_core/error.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/line.hpp"
#include "msn/wire/client_id.hpp"

namespace patchcord::msn {
namespace {

FileTalkParts parts_of(const FarServiceEnvironment& environment) {
    return {*environment.files, *environment.file_network, environment.scheduler, environment.random_number};
}

}  // namespace

LineFiles::LineFiles(Line& line, FarService& service, std::string peer)
    : line_(line), service_(service), peer_(std::move(peer)), talk_(parts_of(service.environment()), *this) {
    service_.add_files(*this);
}

LineFiles::~LineFiles() {
    service_.remove_files(*this);
}

const std::string& LineFiles::own_handle() const {
    static const std::string nobody;
    const SwitchboardClient* client = line_.client();
    return client == nullptr ? nobody : client->user_handle();
}

/// Servers close the switchboard of whoever sends MSNSLP in another mode than D.
void LineFiles::send(std::string_view payload, bool data) {
    SwitchboardClient* client = line_.client();
    if (client == nullptr) return;
    if (!data) return client->send_message(payload, Acknowledge::never);
    ++in_flight_;
    sending_ = true;
    client->send_message(payload, Acknowledge::data, [weak = weak_from_this()](std::error_code why) {
        if (const auto self = weak.lock()) self->answered(why);
    });
    sending_ = false;
}

void LineFiles::answered(std::error_code why) {
    if (sending_) {  // refused at once: the transfer is in the middle of something
        service_.scheduler().after(std::chrono::milliseconds(0), [weak = weak_from_this(), why] {
            if (const auto self = weak.lock()) self->answered(why);
        });
        return;
    }
    --in_flight_;
    if (why) return talk_.undelivered();
    talk_.writable();
}

/// Where the other is, nobody but the service knows.
chat::PeerInfo LineFiles::peer() const {
    const SwitchboardClient* client = line_.client();
    chat::PeerInfo info = client == nullptr ? chat::PeerInfo{} : client->server();
    info.address.clear();
    return info;
}

bool LineFiles::peer_takes_slp() const {
    return takes_slp(line_.capabilities_of(peer_));
}

chat::Result<chat::FileOfferId> LineFiles::offer(std::string_view name, std::uint64_t size,
                                                 std::unique_ptr<chat::FileSource> source) {
    return line_.offer_from(peer_, name, size, std::move(source));
}

void LineFiles::hold_peer(bool hold) {
    if (SwitchboardClient* client = line_.client()) client->hold_input(hold);
}

}  // namespace patchcord::msn

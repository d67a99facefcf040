#include "irc/transfer/dcc_receive.hpp"

#include <array>
#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_relay.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t queue_bytes = 16 * 1024;  // of acknowledgements; a client that does not read them gets fewer

}  // namespace

class DccReceive::Connection final : public chat::Protocol {
  public:
    explicit Connection(std::shared_ptr<Link> link) : link_(std::move(link)) {}

    void connection_made(chat::Transport& transport) override {
        DccReceive* source = link_->source;
        if (source == nullptr || source->relay_ == nullptr)
            return transport.close_now("nobody takes the file any more");
        transport.set_send_queue_limit(queue_bytes);
        source->transport_ = &transport;
        source->listening_ = {};
        if (source->paused_) transport.pause_reading();
        if (source->setup_.size == 0) source->relay_->got({});
    }

    void data_received(std::string_view bytes) override {
        DccReceive* source = link_->source;
        if (source == nullptr || source->relay_ == nullptr) return;
        source->relay_->got(bytes);
        source = link_->source;
        if (source == nullptr || source->relay_ == nullptr) return;
        if (source->relay_->received() < source->setup_.size) source->acknowledge();
    }

    void connection_lost(std::error_code) override {
        DccReceive* source = link_->source;
        if (source == nullptr) return;
        source->transport_ = nullptr;
        if (source->relay_ != nullptr) source->relay_->source_ended();
    }

  private:
    std::shared_ptr<Link> link_;
};

DccReceive::DccReceive(DccReceiveSetup setup) : setup_(std::move(setup)), link_(std::make_shared<Link>(Link{this})) {}

DccReceive::~DccReceive() {
    link_->source = nullptr;
}

chat::FileNetwork::Failed DccReceive::failed() {
    return [link = link_](std::error_code why) {
        if (link->source == nullptr || link->source->relay_ == nullptr) return;
        link->source->listening_ = {};
        link->source->relay_->source_ended(why);
    };
}

void DccReceive::start(chat::FileRelay& relay, std::uint64_t) {
    relay_ = &relay;
    if (setup_.at.port == 0) return listen();
    setup_.network.connect(setup_.at, setup_.peer, std::make_unique<Connection>(link_), failed());
}

void DccReceive::listen() {
    const auto listening =
        setup_.network.listen(setup_.peer, {setup_.patience}, std::make_unique<Connection>(link_), failed());
    if (!listening) return relay_->source_ended(listening.error());
    listening_ = listening->id;
    if (!setup_.announce(listening->at)) relay_->source_ended();
}

void DccReceive::pause() {
    paused_ = true;
    if (transport_ != nullptr) transport_->pause_reading();
}

void DccReceive::resume() {
    paused_ = false;
    if (transport_ != nullptr) transport_->resume_reading();
}

/// One that does not fit is left out: the next counts the same bytes.
void DccReceive::acknowledge() {
    if (transport_ == nullptr) return;
    const auto count = static_cast<std::uint32_t>(relay_->received());
    const std::array<char, sizeof count> bytes{static_cast<char>(count >> 24U), static_cast<char>(count >> 16U),
                                               static_cast<char>(count >> 8U), static_cast<char>(count)};
    (void)transport_->write(std::string_view(bytes.data(), bytes.size()));
}

void DccReceive::stop(std::error_code why) {
    link_->source = nullptr;
    if (listening_ != chat::FileNetwork::ListenId{}) setup_.network.stop_listening(listening_);
    if (!why && relay_ != nullptr) acknowledge();
    relay_ = nullptr;
    if (transport_ == nullptr) return;
    if (why) {
        transport_->close_now("file not taken");
    } else {
        transport_->close("file taken");
    }
}

}  // namespace patchcord::irc

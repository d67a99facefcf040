#include "irc/transfer/dcc_send.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_relay.hpp"
#include "chat_core/ports/transport.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t queue_bytes = 64 * 1024;

class DccSendConnection;

/// What the desk has of the connection. Each of the two tells the other when it goes.
class DccSendSink final : public chat::FileSink {
  public:
    explicit DccSendSink(DccSendConnection& connection) : connection_(&connection) {}
    ~DccSendSink() override;
    DccSendSink(const DccSendSink&) = delete;
    DccSendSink& operator=(const DccSendSink&) = delete;

    void start(chat::FileRelay& relay) override;
    [[nodiscard]] std::size_t take(std::string_view bytes) override;
    void finish() override;
    void stop(std::error_code why) override;

    void connection_gone() { connection_ = nullptr; }
    /// From start to stop.
    [[nodiscard]] chat::FileRelay* relay() const { return relay_; }

  private:
    DccSendConnection* connection_;
    chat::FileRelay* relay_ = nullptr;
};

class DccSendConnection final : public chat::Protocol {
  public:
    explicit DccSendConnection(DccSendSetup setup) : setup_(std::move(setup)) {}
    ~DccSendConnection() override {
        setup_.scheduler.cancel(timer_);
        if (sink_ != nullptr) sink_->connection_gone();
    }
    DccSendConnection(const DccSendConnection&) = delete;
    DccSendConnection& operator=(const DccSendConnection&) = delete;

    void connection_made(chat::Transport& transport) override {
        transport_ = &transport;
        transport.set_send_queue_limit(queue_bytes);
        auto sink = std::make_unique<DccSendSink>(*this);
        sink_ = sink.get();
        if (const std::error_code refused = setup_.accept(std::move(sink))) transport.close("not accepted");
    }

    void data_received(std::string_view bytes) override {
        for (const char byte : bytes) {
            partial_ = partial_ << 8U | static_cast<unsigned char>(byte);
            if (++partial_bytes_ % sizeof partial_ != 0) continue;
            acknowledged_ = partial_;
            partial_bytes_ = 0;
            heard_ = true;
        }
        if (sent_ && has_all()) finished();
    }

    void drained() override {
        chat::FileRelay* relay = running();
        if (relay == nullptr) return;
        if (finishing_) {
            all_is_sent();
        } else {
            relay->sink_ready();
        }
    }

    void connection_lost(std::error_code why) override {
        transport_ = nullptr;
        setup_.scheduler.cancel(std::exchange(timer_, {}));
        chat::FileRelay* relay = running();
        if (relay == nullptr || setup_.size == 0) return;  // of nothing, the client has all
        const bool silent = !heard_ && !why;
        if (sent_ && (silent || has_all())) {
            relay->sink_finished();
        } else {
            relay->sink_failed(chat::FileErrc::receiver_gone);
        }
    }

    // --- from the sink

    std::size_t take(std::string_view bytes) {
        if (transport_ == nullptr) return 0;
        const std::size_t room = queue_bytes - std::min(queue_bytes, transport_->send_queue_size());
        const std::size_t taken = std::min(room, bytes.size());
        if (taken > 0 && transport_->write(bytes.substr(0, taken))) return 0;  // `connection_lost` follows
        if (taken < bytes.size()) transport_->notify_when_drained();
        taken_ += taken;
        return taken;
    }

    void finish() {
        finishing_ = true;
        if (transport_ == nullptr) return;
        if (transport_->send_queue_size() == 0) {
            all_is_sent();
        } else {
            transport_->notify_when_drained();
        }
    }

    void let_go(std::error_code why) {
        sink_ = nullptr;
        setup_.scheduler.cancel(std::exchange(timer_, {}));
        if (transport_ == nullptr) return;
        if (why) {
            transport_->close_now("file not given");
        } else {
            transport_->close("file given");
        }
    }

    void sink_gone() { sink_ = nullptr; }

  private:
    [[nodiscard]] chat::FileRelay* running() const { return sink_ == nullptr ? nullptr : sink_->relay(); }

    /// Some clients count what they had before, others only what came now.
    [[nodiscard]] bool has_all() const {
        const auto same = [&](std::uint64_t bytes) { return acknowledged_ == static_cast<std::uint32_t>(bytes); };
        return taken_ == 0 || (heard_ && (same(setup_.size) || same(taken_)));
    }

    void all_is_sent() {
        sent_ = true;
        if (has_all()) return finished();
        timer_ = setup_.scheduler.after(setup_.patience, [this] {
            timer_ = {};
            finished();
        });
    }

    void finished() {
        if (chat::FileRelay* relay = running()) relay->sink_finished();
    }

    DccSendSetup setup_;
    chat::Transport* transport_ = nullptr;
    DccSendSink* sink_ = nullptr;
    std::uint64_t taken_ = 0;
    std::uint32_t partial_ = 0;
    std::uint32_t acknowledged_ = 0;
    std::size_t partial_bytes_ = 0;
    chat::TimerId timer_;
    bool heard_ = false;      // an acknowledgement came
    bool finishing_ = false;  // there is no more to take
    bool sent_ = false;       // and all of it has left
};

DccSendSink::~DccSendSink() {
    if (connection_ != nullptr) connection_->sink_gone();
}

void DccSendSink::start(chat::FileRelay& relay) {
    relay_ = &relay;
    if (connection_ != nullptr) {
        relay.sink_ready();
    } else {
        relay.sink_failed(chat::FileErrc::receiver_gone);
    }
}

std::size_t DccSendSink::take(std::string_view bytes) {
    return connection_ == nullptr ? 0 : connection_->take(bytes);
}

void DccSendSink::finish() {
    if (connection_ != nullptr) {
        connection_->finish();
    } else {
        relay_->sink_finished();  // irssi closes an empty file before it can be given
    }
}

void DccSendSink::stop(std::error_code why) {
    relay_ = nullptr;
    if (connection_ != nullptr) std::exchange(connection_, nullptr)->let_go(why);
}

}  // namespace

std::unique_ptr<chat::Protocol> make_dcc_send(DccSendSetup setup) {
    return std::make_unique<DccSendConnection>(std::move(setup));
}

}  // namespace patchcord::irc

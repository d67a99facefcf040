#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/ports/transport.hpp"

namespace patchcord::tests {

/// A connection in memory between two protocols. What one writes reaches the other when the scheduler runs next; the
/// test may cut it, or let it fall silent.
class MemoryWire : public std::enable_shared_from_this<MemoryWire> {
  public:
    explicit MemoryWire(chat::Scheduler& scheduler) : scheduler_(scheduler), ends_{End(*this, 0), End(*this, 1)} {}

    void start(std::unique_ptr<chat::Protocol> client, std::unique_ptr<chat::Protocol> server) {
        protocols_[0] = std::move(client);
        protocols_[1] = std::move(server);
        protocols_[1]->connection_made(ends_[1]);
        protocols_[0]->connection_made(ends_[0]);
    }
    [[nodiscard]] bool open() const { return protocols_[0] != nullptr || protocols_[1] != nullptr; }
    /// The connection breaks, for both.
    void cut(std::error_code why = std::make_error_code(std::errc::connection_reset)) {
        for (std::size_t end : {0U, 1U}) lose(end, why);
    }
    /// The same before anything that was written and has not arrived yet.
    void cut_now() {
        ++generation_;
        cut();
    }
    /// The server's end says something that the server does not.
    void say_to_client(std::string_view bytes) { (void)write(1, bytes); }
    /// From now on nothing arrives, neither bytes nor the end.
    void fall_silent() { silent_ = true; }
    /// What the client wrote, in all.
    [[nodiscard]] const std::string& from_client() const { return written_[0]; }
    [[nodiscard]] const std::string& from_server() const { return written_[1]; }

  private:
    class End final : public chat::Transport {
      public:
        End(MemoryWire& wire, std::size_t number) : wire_(&wire), number_(number) {}
        std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
        std::error_code write(std::string_view bytes) override { return wire_->write(number_, bytes); }
        void close(const chat::CloseReason&) override { wire_->close(number_); }
        void close_now(const chat::CloseReason&) override { wire_->close(number_); }
        void pause_reading() override {}
        void resume_reading() override {}
        void set_send_queue_limit(std::size_t) override {}
        [[nodiscard]] std::size_t send_queue_size() const override { return 0; }
        void notify_when_drained() override {}
        [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", "", false, "192.0.2.9"}; }

      private:
        MemoryWire* wire_;
        std::size_t number_;
    };

    std::error_code write(std::size_t from, std::string_view bytes) {
        if (protocols_[from] == nullptr || closing_[from]) return chat::Errc::client_gone;
        written_[from] += bytes;
        later([this, to = 1 - from, text = std::string(bytes)] {
            if (!silent_ && protocols_[to] != nullptr && !closing_[to]) protocols_[to]->data_received(text);
        });
        return {};
    }
    void close(std::size_t end) {
        if (std::exchange(closing_[end], true)) return;
        later([this, end] {
            lose(end, {});
            if (!silent_) lose(1 - end, {});
        });
    }
    void lose(std::size_t end, std::error_code why) {
        if (protocols_[end] == nullptr) return;
        closing_[end] = true;
        protocols_[end]->connection_lost(why);
        // Not from inside its own call.
        scheduler_.after(std::chrono::milliseconds(0),
                         [wire = shared_from_this(), gone = std::shared_ptr(std::move(protocols_[end]))] {});
    }
    void later(std::function<void()> what) {
        scheduler_.after(std::chrono::milliseconds(0),
                         [wire = shared_from_this(), generation = generation_, what = std::move(what)] {
                             if (generation == wire->generation_) what();
                         });
    }

    chat::Scheduler& scheduler_;
    End ends_[2];
    std::unique_ptr<chat::Protocol> protocols_[2];
    bool closing_[2] = {false, false};
    bool silent_ = false;
    int generation_ = 0;
    std::string written_[2];
};

/// Connects to servers in memory, and can be made to fail.
class MemoryConnector final : public chat::Connector {
  public:
    using Serve = std::function<std::unique_ptr<chat::Protocol>(const chat::Endpoint& to)>;

    MemoryConnector(chat::Scheduler& scheduler, Serve serve) : scheduler_(scheduler), serve_(std::move(serve)) {}

    void connect(chat::Endpoint to, chat::Security, std::unique_ptr<chat::Protocol> protocol,
                 std::function<void(std::error_code)> failed) override {
        asked.push_back(to.host + ":" + std::to_string(to.port));
        if (failure) {
            const std::error_code why = failure;
            std::shared_ptr<chat::Protocol> unused = std::move(protocol);
            scheduler_.after(failure_delay, [failed = std::move(failed), why, unused] { failed(why); });
            return;
        }
        auto wire = std::make_shared<MemoryWire>(scheduler_);
        wires.push_back(wire);
        wire->start(std::move(protocol), serve_(to));
    }

    /// All connections that were made, the latest at the end.
    std::vector<std::shared_ptr<MemoryWire>> wires;
    /// Where to, of every attempt.
    std::vector<std::string> asked;
    std::error_code failure;  // of the next attempts
    std::chrono::milliseconds failure_delay{0};

  private:
    chat::Scheduler& scheduler_;
    Serve serve_;
};

}  // namespace patchcord::tests

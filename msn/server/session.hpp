#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/hit_limits.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/token_bucket.hpp"
#include "msn/server/server.hpp"
#include "msn/wire/command.hpp"
#include "msn/wire/command_builder.hpp"
#include "msn/wire/command_framer.hpp"

namespace patchcord::msn {

/// What a notification and a switchboard connection have in common: commands in, commands out, and their limits.
class Session : public chat::Protocol {
  public:
    Session(Server& server, std::string_view role, std::uint64_t number);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] Server& server() const { return server_; }
    [[nodiscard]] const ServerOptions& options() const { return server_.options(); }
    [[nodiscard]] chat::PeerInfo peer() const { return transport_->peer(); }
    [[nodiscard]] bool open() const { return state_ == State::open; }

    /// Sends what `build` makes of a CommandBuilder.
    template <class Build>
    std::error_code emit(Build&& build) {
        std::string out;
        CommandBuilder builder(out);
        build(builder);
        return send(std::string_view(out));
    }
    /// Finished commands. An error closes the connection.
    std::error_code send(const chat::WireBytes& commands);
    std::error_code send(std::string_view commands);
    /// `NNN trid`.
    void error(ErrorCode code, std::string_view trid);
    /// Sends what is queued, then closes. The reason is for the log and must hold nobody's words.
    void close(const chat::CloseReason& log_reason);
    /// The same for a limit that was hit.
    void close(Limit limit, std::string_view log_reason);
    /// The limit was hit: counted, and logged once a connection.
    void limit_hit(Limit limit);

    /// Bytes that wait to be sent, and the wish to be told (`sent_all`) when there are none.
    [[nodiscard]] std::size_t send_queue_size() const { return transport_->send_queue_size(); }
    void notify_when_sent() { transport_->notify_when_drained(); }
    /// Whoever gets what the client sends takes no more at the moment: it is not read until all who said so have said
    /// the reverse.
    void hold_input(bool hold);
    /// No further command is run until `resume`, because an answer is still being found.
    void suspend() { suspended_ = true; }
    void resume();
    /// Wraps the rest of a command that waits for an asynchronous answer: suspends now; when called, does nothing if
    /// this session is gone, else runs `then` guarded and resumes.
    template <class Answer>
    [[nodiscard]] std::function<void(Answer)> when_answered(std::function<void(Answer)> then) {
        suspend();
        return [alive = std::weak_ptr<char>(alive_), this, then = std::move(then)](Answer answer) {
            if (alive.expired() || !open()) return;
            suspended_ = false;  // `then` may have something else to wait for
            guarded([&] { then(std::move(answer)); });
            if (!suspended_) resume();
        };
    }
    /// The same for a timer; cancelled with the session.
    chat::TimerId run_later(std::chrono::milliseconds delay, std::function<void()> then);

    /// The name of the connection in the log, "msn-ns#4".
    [[nodiscard]] std::string log_name() const;
    [[nodiscard]] chat::LogIdentity log_identity() const final { return {log_name(), std::string(account())}; }

    void connection_made(chat::Transport& transport) final;
    void data_received(std::string_view bytes) final;
    void drained() final;
    void connection_lost(std::error_code why) final;

  protected:
    /// One command, within all limits.
    virtual void run_command(const Command& command) = 0;
    /// The connection stands.
    virtual void opened() {}
    /// It ends, by whichever side; called once, before anything else is undone.
    virtual void closed() {}
    /// All that waited has been sent, see `notify_when_sent`.
    virtual void sent_all() {}
    /// Is the peer known? Before, bytes and time are limited more.
    [[nodiscard]] virtual bool authenticated() const = 0;
    /// Whose connection it is, or says it is; empty until then.
    [[nodiscard]] virtual std::string_view account() const { return {}; }

    /// A failure in here ends this session only.
    void guarded(const std::function<void()>& call);
    /// Charges more than one token for a dear command.
    void charge(double tokens) { bucket_.charge(options().flood, server_.scheduler().now(), tokens); }
    /// Gives back what a command cost that is held back in another way.
    void give_back_token() { bucket_.give_back(options().flood, 1); }
    [[nodiscard]] chat::Now heard() const { return heard_; }

  private:
    enum class State : std::uint8_t { open, closing, gone };

    [[nodiscard]] bool held() const { return holds_ > 0; }
    void process_input();
    void hold_back();
    void bad_stream();
    void pause_or_resume();
    std::error_code check(std::error_code written);
    void leave();

    Server& server_;
    std::string_view role_;
    std::uint64_t number_;
    chat::Transport* transport_ = nullptr;
    State state_ = State::open;
    bool suspended_ = false;
    bool processing_ = false;
    bool reading_paused_ = false;
    bool left_ = false;
    std::uint32_t holds_ = 0;  // see hold_input
    chat::HitLimits<Limit> limits_;
    std::size_t unauthenticated_bytes_ = 0;
    CommandFramer framer_;
    chat::TokenBucket bucket_;
    chat::Now heard_{};
    chat::TimerId login_timer_;
    chat::TimerId flood_timer_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace patchcord::msn

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/result.hpp"
#include "msn/client/client_error.hpp"
#include "msn/wire/command.hpp"
#include "msn/wire/command_builder.hpp"
#include "msn/wire/command_framer.hpp"

namespace patchcord::msn {

/// What the client's ends of a notification and a switchboard connection have in common, after Twisted's
/// `MSNEventBase`: commands in and out, transaction identifiers, and requests that wait for their answer.
///
/// Whoever makes one gives it to a transport, which owns it, and is told of everything through an observer, lastly of
/// the end. A call is answered through a function, where Twisted has a Deferred: once, always, and at the latest when
/// the connection is lost; from inside the call only when nothing was sent.
class ClientBase : public chat::Protocol {
  public:
    /// How a request ended; an error of value 0 is success.
    using Done = std::function<void(std::error_code)>;

    /// Requests that may wait for an answer at a time.
    static constexpr std::size_t max_pending_requests = 256;
    /// Output that may wait, in bytes.
    static constexpr std::size_t max_send_queue = 512 * 1024;
    /// The longest line that is taken, in bytes, as in Twisted's LineReceiver (MAX_LENGTH). A longer one is told with
    /// `got_bad_line` and ends the connection (lineLengthExceeded).
    static constexpr std::size_t max_line = max_line_from_server;

    /// An answer that has not come after `request_timeout` will not come.
    ClientBase(chat::Scheduler& scheduler, std::chrono::milliseconds request_timeout);
    ~ClientBase() override;
    ClientBase(const ClientBase&) = delete;
    ClientBase& operator=(const ClientBase&) = delete;

    /// Does the connection stand, and nobody has asked for its end?
    [[nodiscard]] bool open() const { return state_ == State::open; }
    /// Sends what is queued, then closes. Nothing that comes in meanwhile is looked at.
    void close(std::string_view why);

    /// Nothing that comes is looked at, nor read, until told otherwise; answers are not late meanwhile.
    void hold_input(bool hold);

    /// Who we are connected to; nobody when we are not.
    [[nodiscard]] chat::PeerInfo server() const {
        return transport_ == nullptr ? chat::PeerInfo{} : transport_->peer();
    }

    void connection_made(chat::Transport& transport) final;
    void data_received(std::string_view bytes) final;
    void connection_lost(std::error_code why) final;

  protected:
    /// The command that answers a request, good during the call only; or why there is none.
    using Answer = chat::Result<const Command*>;
    using Answered = std::function<void(Answer)>;

    /// Sends a command with a new TrID: `build` is given the line behind it and ends it. `answered` is called with what
    /// the server says to that; with `disconnected` from inside this call when there is no connection to send it on,
    /// with `not_sent` when that takes no more.
    template <class Build>
    void request(std::string_view verb, Build&& build, Answered answered) {
        if (!open() || pending_.size() >= max_pending_requests) {
            answered(open() ? ClientErrc::too_many_requests : ClientErrc::disconnected);
            return;
        }
        const std::uint32_t trid = expect(verb, std::move(answered));
        if (!emit([&](CommandBuilder& line) { build(line.verb(verb).param(trid)); })) not_sent(trid);
    }
    /// Sends what `build` makes of a CommandBuilder. False when it was not sent, and never will be.
    template <class Build>
    bool emit(Build&& build) {
        std::string out;
        CommandBuilder builder(out);
        build(builder);
        return send(out);
    }
    /// How many more requests may wait for an answer.
    [[nodiscard]] std::size_t requests_left() const { return max_pending_requests - pending_.size(); }
    /// Error replies have a payload if their last parameter is a number (MSNP13 and later).
    void expect_error_payloads() { framer_.expect_error_payloads(); }
    /// Closes the connection because of what the other end did not do; `ended` is told why.
    void give_up(ClientErrc why);
    /// A TrID for a command that is never answered.
    [[nodiscard]] std::uint32_t unanswered_trid();
    /// Calls `then` later, unless this is gone or closed by then.
    chat::TimerId run_later(std::chrono::milliseconds delay, std::function<void()> then);
    [[nodiscard]] chat::Scheduler& scheduler() { return scheduler_; }
    [[nodiscard]] std::chrono::milliseconds request_timeout() const { return request_timeout_; }
    /// In the answers to what the end left unanswered: did the other end hang up as one should?
    [[nodiscard]] bool lost_in_good_order() const { return state_ == State::gone && !lost_; }
    /// Ends when the connection does: for functions that others hold.
    [[nodiscard]] std::weak_ptr<char> alive() const { return alive_; }

    /// The connection stands.
    virtual void opened() = 0;
    /// Something came, whatever it is.
    virtual void heard() {}
    /// A command that answers no request and that the protocol knows.
    virtual void handle(const Command& command) = 0;
    /// Any other, which is passed over.
    virtual void got_unknown_command(std::string_view line) { (void)line; }
    /// A refusal of nothing that waits.
    virtual void got_error(ErrorCode code) = 0;
    /// A line that is not as the protocol says. Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) = 0;
    /// The end. All requests have been answered.
    virtual void ended(std::error_code why) = 0;

  private:
    enum class State : std::uint8_t { fresh, open, closing, gone };
    struct Pending {
        std::string verb;
        Answered answered;
        chat::Now deadline{};
    };

    std::uint32_t expect(std::string_view verb, Answered answered);
    void not_sent(std::uint32_t trid);
    [[nodiscard]] bool send(const std::string& bytes);
    void process_input();
    void go_on();
    void run(const Command& command);
    bool answer(const Command& command);
    void bad_stream();
    void arm_timeout();
    void expire();
    void fail_pending(std::error_code why);

    chat::Scheduler& scheduler_;
    std::chrono::milliseconds request_timeout_;
    chat::Transport* transport_ = nullptr;
    State state_ = State::fresh;
    CommandFramer framer_{Direction::to_client};
    std::error_code given_up_;
    std::error_code lost_;
    std::uint32_t last_trid_ = 0;
    std::map<std::uint32_t, Pending> pending_;  // in the order in which they end, too
    chat::TimerId timeout_;
    std::optional<chat::Now> held_since_;  // see hold_input
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

/// An answer that says no more than that it is one.
[[nodiscard]] inline std::function<void(chat::Result<const Command*>)> when_done(ClientBase::Done done) {
    return [done = std::move(done)](const chat::Result<const Command*>& answer) {
        if (done) done(answer.error());
    };
}

}  // namespace patchcord::msn

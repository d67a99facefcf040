#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/line_connection.hpp"
#include "tests/bench/load/speaker.hpp"

namespace patchcord::bench {

class MsnSeat;

/// Is told what happens in switchboards.
class SeatEvents {
  public:
    virtual ~SeatEvents() = default;

    /// It is in its conversation, and everybody it called has come.
    virtual void on_seated(MsnSeat& seat) = 0;

    /// A text/plain message came; `text` dies on return.
    virtual void on_seat_text(MsnSeat& seat, std::string_view text, Nanoseconds at) = 0;

    virtual void on_seat_gone(MsnSeat& seat, std::string_view why) = 0;
};

/// One client's connection to a switchboard: it begins a conversation and calls others, or answers a call.
class MsnSeat final : public LineConnection, public Speaker {
  public:
    /// `number` is the caller's own name for this seat; `callees` are called as soon as it is open.
    MsnSeat(EventLoop& loop, SeatEvents& events, std::size_t number, std::string handle,
            std::vector<std::string> callees);

    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] const std::string& handle() const { return handle_; }

    /// Connects to begin a conversation with the key from XFR.
    void begin(std::uint16_t port, std::string_view key);

    /// Connects to answer a call with the key and the session from RNG.
    void answer(std::uint16_t port, std::string_view key, std::string_view session);

    /// Closes the window.
    void leave();

    void begin_message(std::string& batch, std::size_t length) override;
    void end_message(std::string&) override {}
    void send(std::string_view batch) override { LineConnection::send(batch); }

  protected:
    void on_connected() override;
    void on_line(std::string_view line, Nanoseconds at) override;
    void on_payload(std::string_view payload, Nanoseconds at) override;
    void on_disconnected(std::string_view why) override;

  private:
    void on_command(std::string_view line);
    void opened();

    SeatEvents& events_;
    std::size_t number_;
    std::string handle_;
    std::vector<std::string> callees_;
    std::set<std::string, std::less<>> awaited_;  // callees that have not come yet
    std::string greeting_;
    std::size_t transaction_ = 1;
    bool leaving_ = false;
};

}  // namespace patchcord::bench

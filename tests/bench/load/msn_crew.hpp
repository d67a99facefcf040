#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/load/event_loop.hpp"
#include "tests/bench/load/msn_client.hpp"
#include "tests/bench/load/options.hpp"

namespace patchcord::bench {

/// MSN clients that stay for the whole run, and their seats in conversations. A connection that the server ends in
/// between throws RunFailure.
class MsnCrew final : public MsnEvents, public SeatEvents {
  public:
    using TextHandler = std::function<void(MsnSeat&, std::string_view text, Nanoseconds at)>;

    MsnCrew(const Options& options, EventLoop& loop, TextHandler on_text);

    /// Adds the next account, m0, m1 …; returns its number.
    std::size_t add_client();

    /// A seat in a room, whose contact is called from a switchboard of its own.
    MsnSeat& add_to_room(std::size_t client, std::size_t number, std::string room);

    /// A switchboard in which each of `clients` has a seat; the first calls the others. Seats are numbered from
    /// `first_number` on. Returns them in that order.
    std::vector<MsnSeat*> add_switchboard(const std::vector<std::size_t>& clients, std::size_t first_number);

    [[nodiscard]] const std::string& handle(std::size_t client) const { return clients_[client].handle(); }
    [[nodiscard]] std::size_t size() const { return clients_.size(); }

    /// Signs all in, at most `concurrency` of them on the way at a time.
    void sign_in();

    /// Brings all seats into their conversations; returns when the server has had nothing more to say for a while.
    void take_seats();

    /// Closes all windows and signs out; waits, not for ever, until the server has closed the connections.
    void dismiss();

    void on_signed_in(MsnClient&) override { ++signed_in_; }
    void on_client_gone(MsnClient& client, std::string_view why) override;
    void on_seated(MsnSeat&) override { ++seated_; }
    void on_seat_text(MsnSeat& seat, std::string_view text, Nanoseconds at) override { on_text_(seat, text, at); }
    void on_seat_gone(MsnSeat& seat, std::string_view why) override;

  private:
    struct Beginner {
        std::size_t client;
        MsnSeat* seat;
        std::size_t seats;  // that are taken when this one begins
    };

    MsnSeat& add_seat(std::size_t client, std::size_t number, std::vector<std::string> callees);
    void gone(const std::string& who, std::string_view why);

    const Options& options_;
    EventLoop& loop_;
    TextHandler on_text_;
    std::deque<MsnClient> clients_;
    std::deque<MsnSeat> seats_;
    std::vector<Beginner> beginners_;
    std::size_t signed_in_ = 0;
    std::size_t seated_ = 0;
    std::size_t gone_ = 0;
    bool dismissed_ = false;
};

/// The contact that stands for room `number` on MSN.
std::string room_handle(const Options& options, std::size_t number);

}  // namespace patchcord::bench

#include "tests/bench/load/msn_crew.hpp"

#include <utility>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto poll_interval = 20ms;
constexpr auto goodbye_time = 3s;

std::string account_handle(std::size_t number) {
    return "m" + std::to_string(number) + "@msn.bench";
}

}  // namespace

MsnCrew::MsnCrew(const Options& options, EventLoop& loop, TextHandler on_text)
    : options_(options), loop_(loop), on_text_(std::move(on_text)) {}

std::size_t MsnCrew::add_client() {
    clients_.emplace_back(loop_, *this, account_handle(clients_.size()), options_.password);
    return clients_.size() - 1;
}

MsnSeat& MsnCrew::add_seat(std::size_t client, std::size_t number, std::vector<std::string> callees) {
    return seats_.emplace_back(loop_, *this, number, handle(client), std::move(callees));
}

MsnSeat& MsnCrew::add_to_room(std::size_t client, std::size_t number, std::string room) {
    MsnSeat& seat = add_seat(client, number, {std::move(room)});
    beginners_.push_back({client, &seat, 1});
    return seat;
}

std::vector<MsnSeat*> MsnCrew::add_switchboard(const std::vector<std::size_t>& clients, std::size_t first_number) {
    std::vector<std::string> callees;
    for (const std::size_t client : clients) callees.push_back(handle(client));
    callees.erase(callees.begin());
    std::vector<MsnSeat*> seats{&add_seat(clients.front(), first_number, std::move(callees))};
    beginners_.push_back({clients.front(), seats.front(), clients.size()});
    for (std::size_t i = 1; i < clients.size(); ++i) {
        seats.push_back(&add_seat(clients[i], first_number + i, {}));
        clients_[clients[i]].await_call(*seats.back());
    }
    return seats;
}

void MsnCrew::sign_in() {
    StallWatch watch(from_seconds(options_.stall));
    std::size_t started = 0;
    while (signed_in_ < clients_.size()) {
        while (started < clients_.size() && started - signed_in_ < options_.concurrency) {
            clients_[started].open(options_.msn_port, source_host(options_, started));
            ++started;
        }
        loop_.poll(poll_interval);
        if (watch.stalled(signed_in_)) {
            throw RunFailure("only " + std::to_string(signed_in_) + " of " + std::to_string(clients_.size()) +
                             " clients could sign in");
        }
    }
}

void MsnCrew::take_seats() {
    StallWatch watch(from_seconds(options_.stall));
    std::size_t begun = 0;
    std::size_t expected = 0;
    while (seated_ < seats_.size()) {
        while (begun < beginners_.size() && expected - seated_ < options_.concurrency) {
            const Beginner& beginner = beginners_[begun++];
            expected += beginner.seats;
            clients_[beginner.client].begin(*beginner.seat);
        }
        loop_.poll(poll_interval);
        if (watch.stalled(seated_)) {
            throw RunFailure("only " + std::to_string(seated_) + " of " + std::to_string(seats_.size()) +
                             " seats were taken");
        }
    }
    settle(loop_);
}

void MsnCrew::dismiss() {
    dismissed_ = true;
    for (MsnSeat& seat : seats_) seat.leave();
    for (MsnClient& client : clients_) client.sign_out();
    const std::size_t all = seats_.size() + clients_.size();
    for (const Nanoseconds end = now() + goodbye_time; gone_ < all && now() < end;) loop_.poll(poll_interval);
}

void MsnCrew::gone(const std::string& who, std::string_view why) {
    if (!dismissed_) throw RunFailure(who + " lost its connection: " + std::string(why));
    ++gone_;
}

void MsnCrew::on_client_gone(MsnClient& client, std::string_view why) {
    gone(client.handle(), why);
}

void MsnCrew::on_seat_gone(MsnSeat& seat, std::string_view why) {
    gone(seat.handle() + " in a switchboard", why);
}

std::string room_handle(const Options& options, std::size_t number) {
    return "bench" + std::to_string(number) + "@rooms." + options.gateway;
}

}  // namespace patchcord::bench

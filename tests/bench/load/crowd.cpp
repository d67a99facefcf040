#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/modes.hpp"
#include "tests/bench/load/msn_crew.hpp"
#include "tests/bench/load/talk.hpp"

namespace patchcord::bench {
namespace {

/// Half of what it can do: how much a server may be asked for in earnest.
constexpr double share_at_leisure = 0.5;
constexpr std::size_t most_waiting = 256;  // messages of one sender at leisure; its next one waits for them

/// Everybody talks: MSN clients in switchboards, and people on IRC in rooms, in which some of the MSN clients are too.
class Crowd {
  public:
    explicit Crowd(const Options& options);

    Outcome run();

  private:
    void add_switchboards();
    void add_rooms();
    void assemble();

    const Options& options_;
    Layout switchboards_;
    Layout rooms_;
    ServerMeter meter_;
    DeliveryCheck in_switchboards_;
    DeliveryCheck in_rooms_;
    EventLoop loop_;
    Crew irc_;
    MsnCrew msn_;
    std::vector<Speaker*> switchboard_members_;
    std::vector<Speaker*> room_members_;
};

Crowd::Crowd(const Options& options)
    : options_(options),
      switchboards_{options.switchboards, options.participants, 0},
      rooms_{options.rooms, options.room_irc + options.room_msn, 0},
      meter_(options.pids),
      in_switchboards_(switchboards_, std::max(options.window, most_waiting), options.size),
      in_rooms_(rooms_, std::max(options.window, most_waiting), options.size,
                static_cast<std::uint32_t>(switchboards_.streams())),
      irc_(options, loop_,
           [this](IrcClient& client, std::string_view text, Nanoseconds at) {
               const std::size_t room = client.number() / options_.room_irc;
               in_rooms_.received(room * rooms_.group_size() + client.number() % options_.room_irc, text, at);
           }),
      // Seats in rooms are numbered behind those in switchboards.
      msn_(options, loop_, [this](MsnSeat& seat, std::string_view text, Nanoseconds at) {
          const std::size_t alone = switchboards_.members();
          if (seat.number() < alone) {
              in_switchboards_.received(seat.number(), text, at);
          } else {
              in_rooms_.received(seat.number() - alone, text, at);
          }
      }) {
    add_switchboards();
    add_rooms();
}

void Crowd::add_switchboards() {
    for (std::size_t group = 0; group < switchboards_.groups; ++group) {
        std::vector<std::size_t> clients;
        for (std::size_t i = 0; i < switchboards_.group_size(); ++i) clients.push_back(msn_.add_client());
        const auto seats = msn_.add_switchboard(clients, group * switchboards_.group_size());
        switchboard_members_.insert(switchboard_members_.end(), seats.begin(), seats.end());
    }
}

/// Members 0 to room_irc-1 of each room are on IRC.
void Crowd::add_rooms() {
    std::size_t guest = 0;
    for (std::size_t room = 0; room < rooms_.groups; ++room) {
        for (std::size_t i = 0; i < options_.room_irc; ++i) {
            room_members_.push_back(&irc_.add("#bench" + std::to_string(room)));
        }
        for (std::size_t i = 0; i < options_.room_msn; ++i) {
            const std::size_t number = switchboards_.members() + room_members_.size();
            room_members_.push_back(&msn_.add_to_room(guest++, number, room_handle(options_, room)));
        }
    }
}

void Crowd::assemble() {
    irc_.assemble();
    msn_.sign_in();
    msn_.take_seats();
}

Outcome Crowd::run() {
    assemble();
    Talk talk(options_, loop_, meter_);
    talk.add(in_switchboards_, switchboard_members_);
    talk.add(in_rooms_, room_members_);

    Outcome result;
    JsonObject& figures = result.figures;
    figures.add("mode", "crowd").add("switchboards", switchboards_.groups).add("participants", options_.participants);
    figures.add("rooms", rooms_.groups).add("room_irc", options_.room_irc).add("room_msn", options_.room_msn);
    bool stalled = !talk.run({options_.window, 0});
    if (!stalled) {
        const auto [span, sent, delivered] = talk.figures();
        const double rate = static_cast<double>(sent) / span.elapsed();
        figures.add("messages_per_second", rate);
        figures.add("deliveries_per_second", static_cast<double>(delivered) / span.elapsed());
        figures.add("cpu_us_per_line", span.cpu_each(delivered))
            .add("full_server_cpu_share", seconds(span.server_cpu()) / span.elapsed());
        stalled = !talk.run({1, rate * share_at_leisure});
    }
    if (!stalled) {
        add_latency(figures, "half_switchboard_", talk.latency(0));
        add_latency(figures, "half_room_", talk.latency(1));
        figures.add("half_messages_per_second",
                    static_cast<double>(talk.figures().sent) / talk.figures().span.elapsed());
        talk.figures().span.add_to(figures);
    }
    const Faults faults = in_switchboards_.faults() + in_rooms_.faults();
    result.passed = !stalled && faults.none();
    figures.add("stalled", stalled).add("checked", in_switchboards_.accepted() + in_rooms_.accepted());
    add_faults(figures, faults);
    msn_.dismiss();
    irc_.dismiss();
    return result;
}

}  // namespace

Outcome run_crowd(const Options& options) {
    return Crowd(options).run();
}

}  // namespace patchcord::bench

#include <string>
#include <utility>
#include <vector>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/modes.hpp"
#include "tests/bench/load/msn_crew.hpp"
#include "tests/bench/load/talk.hpp"

namespace patchcord::bench {
namespace {

std::string_view name_of(Side side) {
    return side == Side::irc ? "irc" : "msn";
}

/// A fan-out whose senders speak one protocol and whose receivers the other, or MSN both.
class Bridge {
  public:
    explicit Bridge(const Options& options);

    Outcome run();

  private:
    void add_members();
    void add_room_member(std::size_t member, Side side);
    void add_switchboards();
    [[nodiscard]] Outcome outcome(const Talk& talk, const Span& sign_in, bool stalled) const;

    const Options& options_;
    Layout layout_;
    ServerMeter meter_;
    DeliveryCheck check_;
    EventLoop loop_;
    std::vector<std::size_t> irc_members_;  // by the number of the IRC client
    Crew irc_;
    MsnCrew msn_;
    std::vector<Speaker*> members_;
};

Bridge::Bridge(const Options& options)
    : options_(options),
      layout_{options.channels, options.senders, options.receivers},
      meter_(options.pids),
      check_(layout_, options.window, options.size),
      irc_(options, loop_,
           [this](IrcClient& client, std::string_view text, Nanoseconds at) {
               check_.received(irc_members_[client.number()], text, at);
           }),
      msn_(options, loop_,
           [this](MsnSeat& seat, std::string_view text, Nanoseconds at) { check_.received(seat.number(), text, at); }) {
    add_members();
}

void Bridge::add_members() {
    if (options_.in_switchboard) {
        add_switchboards();
        return;
    }
    for (std::size_t member = 0; member < layout_.members(); ++member) {
        const bool sends = member % layout_.group_size() < layout_.senders;
        add_room_member(member, sends ? options_.from : options_.to);
    }
}

void Bridge::add_room_member(std::size_t member, Side side) {
    const std::size_t room = layout_.group_of_member(member);
    if (side == Side::irc) {
        irc_members_.push_back(member);
        members_.push_back(&irc_.add("#bench" + std::to_string(room)));
    } else {
        members_.push_back(&msn_.add_to_room(msn_.add_client(), member, room_handle(options_, room)));
    }
}

void Bridge::add_switchboards() {
    for (std::size_t group = 0; group < layout_.groups; ++group) {
        std::vector<std::size_t> clients;
        for (std::size_t i = 0; i < layout_.group_size(); ++i) clients.push_back(msn_.add_client());
        const auto seats = msn_.add_switchboard(clients, group * layout_.group_size());
        members_.insert(members_.end(), seats.begin(), seats.end());
    }
}

Outcome Bridge::run() {
    irc_.assemble();
    Span sign_in;
    sign_in.begin = take_reading(meter_);
    msn_.sign_in();
    sign_in.end = take_reading(meter_);
    msn_.take_seats();
    std::vector<Speaker*> speakers;
    for (std::size_t stream = 0; stream < layout_.streams(); ++stream) {
        speakers.push_back(members_[layout_.member_of_stream(stream)]);
    }
    Talk talk(options_, loop_, meter_);
    talk.add(check_, std::move(speakers));
    const bool stalled = !talk.run({options_.window, 0});
    Outcome result = outcome(talk, sign_in, stalled);
    msn_.dismiss();
    irc_.dismiss();
    return result;
}

Outcome Bridge::outcome(const Talk& talk, const Span& sign_in, bool stalled) const {
    const Faults faults = check_.faults();
    Outcome result;
    result.passed = !stalled && faults.none();
    JsonObject& figures = result.figures;
    figures.add("mode", "bridge").add("from", name_of(options_.from)).add("to", name_of(options_.to));
    figures.add("in", options_.in_switchboard ? "switchboard" : "room").add("channels", layout_.groups);
    figures.add("senders", layout_.senders).add("receivers", layout_.receivers).add("window", options_.window);
    figures.add("size", options_.size).add("delivered", talk.figures().delivered);
    figures.add("msn_clients", msn_.size()).add("cpu_us_per_sign_in", sign_in.cpu_each(msn_.size()));
    figures.add("sign_in_seconds", sign_in.elapsed());
    if (!stalled) {
        const auto& [span, sent, delivered] = talk.figures();
        figures.add("cpu_us_per_line", span.cpu_each(delivered));
        figures.add("lines_per_second", static_cast<double>(delivered) / span.elapsed());
        add_latency(figures, "", talk.latency(0));
        span.add_to(figures);
    }
    figures.add("checked", check_.accepted()).add("stalled", stalled);
    add_faults(figures, faults);
    return result;
}

}  // namespace

Outcome run_bridge(const Options& options) {
    return Bridge(options).run();
}

}  // namespace patchcord::bench

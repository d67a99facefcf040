#include "msn/wire/verbs.hpp"

#include <algorithm>
#include <array>

namespace patchcord::msn {
namespace {

constexpr std::size_t max_presence_payload = 8 * 1024;  // UUX, UUN
constexpr std::size_t max_challenge_payload = 64;       // QRY: 32 hex digits

constexpr VerbInfo on(Role role, std::string_view verb, unsigned since) {
    return {verb, rank_of(verb), role, Dialect(since)};
}

constexpr VerbInfo ns(std::string_view verb, unsigned since) {
    return on(Role::notification, verb, since);
}

constexpr VerbInfo sb(std::string_view verb, unsigned since) {
    return on(Role::switchboard, verb, since);
}

// `before`: the least number of parameters in front of the length.
constexpr VerbInfo with_payload(VerbInfo info, unsigned before, std::size_t max_payload,
                                PayloadRule rule = PayloadRule::always) {
    info.payload = rule;
    info.least_length_index = static_cast<std::uint8_t>(before);
    info.max_payload = static_cast<std::uint32_t>(max_payload);
    return info;
}

constexpr std::array to_server{
    ns("ADC", 10),
    ns("ADD", 2),
    ns("ADG", 7),
    with_payload(ns("ADL", 13), 1, max_payload_from_client),
    sb("ANS", 2),
    ns("BLP", 2),
    sb("CAL", 2),
    ns("CHG", 2),
    ns("CVQ", 2),
    ns("CVR", 2),
    with_payload(ns("DEL", 18), 1, max_payload_from_client),
    ns("FND", 2),
    with_payload(ns("FQY", 14), 1, max_payload_from_client),
    ns("GCF", 11),
    ns("GTC", 2),
    ns("IMS", 2),
    ns("INF", 2),
    ns("LKP", 12),
    ns("LSG", 7),
    ns("LST", 2),
    with_payload(sb("MSG", 2), 2, max_message_payload),
    on(Role::both, "OUT", 2),
    with_payload(ns("PAG", 5), 2, max_payload_from_client),
    with_payload(ns("PGD", 9), 1, max_payload_from_client),
    ns("PNG", 2),
    ns("PRP", 5),
    with_payload(ns("PUT", 18), 1, max_payload_from_client),
    with_payload(ns("QRY", 6), 2, max_challenge_payload),
    ns("REA", 2),
    ns("REG", 7),
    ns("REM", 2),
    ns("RMG", 7),
    with_payload(ns("RML", 13), 1, max_payload_from_client),
    ns("SBP", 10),
    with_payload(ns("SDC", 5), 2, max_payload_from_client),
    with_payload(ns("SDG", 18), 1, max_payload_from_client),
    ns("SND", 2),
    ns("SYN", 2),
    ns("URL", 2),
    on(Role::both, "USR", 2),
    with_payload(ns("UUM", 14), 2, max_payload_from_client),
    with_payload(ns("UUN", 13), 2, max_presence_payload),
    with_payload(ns("UUX", 11), 1, max_presence_payload),
    with_payload(ns("VAS", 18), 2, max_payload_from_client),
    ns("VER", 2),
    ns("XFR", 2),
};

constexpr std::array to_client{
    sb("ACK", 2),
    ns("ADC", 10),
    ns("ADD", 2),
    ns("ADG", 7),
    with_payload(ns("ADL", 13), 1, max_payload_from_server, PayloadRule::if_decimal),
    sb("ANS", 2),
    ns("BLP", 2),
    ns("BPR", 5),
    sb("BYE", 2),
    sb("CAL", 2),
    ns("CHG", 2),
    ns("CHL", 6),
    ns("CVQ", 2),
    ns("CVR", 2),
    with_payload(ns("DEL", 18), 1, max_payload_from_server, PayloadRule::if_decimal),
    ns("FLN", 2),
    with_payload(ns("FQY", 14), 1, max_payload_from_server, PayloadRule::if_decimal),
    with_payload(ns("GCF", 11), 1, max_large_payload_from_server),
    ns("GTC", 2),
    ns("ILN", 2),
    ns("IMS", 2),
    ns("INF", 2),
    with_payload(ns("IPG", 5), 0, max_payload_from_server),
    sb("IRO", 2),
    sb("JOI", 2),
    ns("LSG", 7),
    ns("LST", 2),
    with_payload(on(Role::both, "MSG", 2), 2, max_payload_from_server),
    sb("NAK", 2),
    with_payload(ns("NFY", 18), 1, max_payload_from_server),
    ns("NLN", 2),
    with_payload(ns("NOT", 5), 0, max_large_payload_from_server),
    on(Role::both, "OUT", 2),
    ns("PRP", 5),
    with_payload(ns("PUT", 18), 1, max_payload_from_server, PayloadRule::if_decimal),
    ns("QNG", 2),
    ns("QRY", 6),
    ns("REA", 2),
    ns("REG", 7),
    ns("REM", 2),
    ns("RMG", 7),
    with_payload(ns("RML", 13), 1, max_payload_from_server, PayloadRule::if_decimal),
    ns("RNG", 2),
    ns("SBP", 10),
    ns("SBS", 11),
    ns("SDC", 5),
    with_payload(ns("SDG", 18), 1, max_payload_from_server, PayloadRule::if_decimal),
    ns("SND", 2),
    ns("SYN", 2),
    with_payload(ns("UBM", 14), 1, max_payload_from_server),
    with_payload(ns("UBN", 13), 2, max_payload_from_server),
    with_payload(ns("UBX", 11), 1, max_large_payload_from_server),
    ns("URL", 2),
    on(Role::both, "USR", 2),
    ns("UUN", 13),
    with_payload(ns("UUX", 11), 1, max_payload_from_server, PayloadRule::if_decimal),
    ns("VAS", 18),
    ns("VER", 2),
    ns("XFR", 2),
};

constexpr bool before(const VerbInfo& one, const VerbInfo& other) {
    return one.rank < other.rank;
}
static_assert(std::is_sorted(to_server.begin(), to_server.end(), before));
static_assert(std::is_sorted(to_client.begin(), to_client.end(), before));

}  // namespace

std::span<const VerbInfo> all_verbs(Direction direction) {
    if (direction == Direction::to_server) return to_server;
    return to_client;
}

const VerbInfo* find_verb(Direction direction, std::string_view verb) {
    const auto verbs = all_verbs(direction);
    const std::uint32_t rank = rank_of(verb);
    const auto found =
        std::lower_bound(verbs.begin(), verbs.end(), rank,
                         [](const VerbInfo& info, std::uint32_t searched) { return info.rank < searched; });
    if (found == verbs.end() || found->rank != rank) return nullptr;
    return &*found;
}

}  // namespace patchcord::msn

#include "msn/server/command_table.hpp"

#include <algorithm>
#include <array>

#include "msn/server/commands/commands.hpp"

namespace patchcord::msn {
namespace {

using namespace commands;

constexpr Dialect oldest{2};
constexpr Dialect newest{12};

constexpr CommandInfo all(std::string_view verb, void (*run)(NotificationSession&, const Command&), unsigned min_params,
                          Stage stage, double cost = 1) {
    return {verb, run, static_cast<std::uint8_t>(min_params), stage, oldest, newest, cost};
}

/// For some dialects only.
constexpr CommandInfo some(std::string_view verb, unsigned first, unsigned last,
                           void (*run)(NotificationSession&, const Command&), unsigned min_params, Stage stage,
                           double cost = 1) {
    return {verb, run, static_cast<std::uint8_t>(min_params), stage, Dialect(first), Dialect(last), cost};
}

// A cost above 1 is for what takes long, is stored, or reaches many people who did not ask.
constexpr std::array table{
    some("ADC", 10, 12, adc, 3, Stage::signed_in, 2),
    some("ADD", 2, 9, add, 3, Stage::signed_in, 2),
    some("ADG", 7, 12, adg, 2, Stage::signed_in, 2),
    all("BLP", blp, 2, Stage::signed_in, 2),
    all("CHG", chg, 2, Stage::signed_in, 2),
    all("CVQ", cvr, 7, Stage::negotiated),
    all("CVR", cvr, 7, Stage::negotiated),
    all("FND", disabled, 1, Stage::signed_in),
    some("GCF", 11, 12, gcf, 2, Stage::signed_in),
    all("GTC", gtc, 2, Stage::signed_in, 2),
    all("IMS", ims, 2, Stage::signed_in),
    some("INF", 2, 7, inf, 1, Stage::negotiated),
    all("LKP", disabled, 1, Stage::signed_in),
    some("LSG", 7, 7, lsg, 1, Stage::signed_in, 2),
    some("LST", 2, 7, lst, 2, Stage::signed_in, 2),
    all("OUT", out, 0, Stage::any),
    some("PAG", 5, 12, disabled, 1, Stage::signed_in),
    some("PGD", 9, 12, disabled, 1, Stage::signed_in),
    all("PNG", png, 0, Stage::signed_in),
    some("PRP", 5, 12, prp, 2, Stage::signed_in, 2),
    some("QRY", 6, 12, qry, 3, Stage::signed_in),
    some("REA", 2, 9, rea, 3, Stage::signed_in, 2),
    some("REG", 7, 12, reg, 3, Stage::signed_in, 2),
    all("REM", rem, 3, Stage::signed_in, 2),
    some("RMG", 7, 12, rmg, 2, Stage::signed_in, 2),
    some("SBP", 10, 12, sbp, 3, Stage::signed_in, 2),
    some("SDC", 5, 12, snd, 1, Stage::signed_in),
    all("SND", snd, 1, Stage::signed_in),
    all("SYN", syn, 1, Stage::signed_in, 5),
    all("URL", url, 1, Stage::signed_in),
    all("USR", usr, 3, Stage::negotiated),
    some("UUX", 11, 12, uux, 2, Stage::signed_in, 2),
    all("VER", ver, 2, Stage::any),
    all("XFR", xfr, 2, Stage::any, 2),
};

constexpr bool by_verb(const CommandInfo& one, const CommandInfo& other) {
    return one.verb < other.verb;
}
static_assert(std::is_sorted(table.begin(), table.end(), by_verb));

}  // namespace

std::span<const CommandInfo> all_commands() {
    return table;
}

const CommandInfo* find_command(std::string_view verb) {
    const auto found =
        std::lower_bound(table.begin(), table.end(), verb,
                         [](const CommandInfo& info, std::string_view name) { return info.verb < name; });
    return found == table.end() || found->verb != verb ? nullptr : &*found;
}

}  // namespace patchcord::msn

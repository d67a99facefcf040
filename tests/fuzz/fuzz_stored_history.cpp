// The database of the history, whatever is done to it and whatever the disk does: a model of lists says what may be
// read by whom, a loss of power takes what came last and nothing from between.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/history/history_schema.hpp"
#include "gateway/history/history_tables.hpp"
#include "tests/fuzz/history_model.hpp"
#include "tests/fuzz/stored_play.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::HistoryModel;
using fuzz::Script;
using soci::session;
using Change = fuzz::Change<HistoryModel>;
using From = chat::HistoryRange::From;

const std::array<chat::HistoryPlace, 7> places{
    {{"#a", 0}, {"#a", 5}, {"#a", 9}, {"#b", 0}, {"ana\nbob", 0}, {"#a\nbob", 0}, {"an\na", 0}}};
constexpr std::array accounts{"ana", "bob", "an", "a", "#a"};
constexpr std::size_t all_lines = 1'000;

chat::WallTime at(long long time) {
    return chat::WallTime(std::chrono::milliseconds(time));
}
long long number(chat::WallTime time) {
    return time.time_since_epoch().count();
}

std::string describe_lines(const chat::Result<std::vector<chat::HistoryLine>>& lines) {
    if (!lines) return "error " + lines.error().message() + "\n";
    std::string text;
    for (const chat::HistoryLine& line : *lines) {
        text += line.place.key + "|" + std::to_string(line.place.began) + "|";
        text += std::to_string(number(line.at));
        for (const std::string& field : {line.msgid, line.source, line.account, line.command, line.params, line.tags}) {
            text += "|" + field;
        }
        text += line.text ? "|text " + *line.text : "|none";
        text += std::string(line.bot ? "|bot" : "") + (line.event ? "|event" : "") + "\n";
    }
    return text;
}

const fuzz::EmptyDatabase& empty_database() {
    static const fuzz::EmptyDatabase empty([] {
        gateway::DatabaseOptions options;
        options.max_bytes = 128 * 1024;  // little, so that it is full now and then
        options.survives_power_loss = false;
        options.schema = gateway::history_schema_steps();
        return options;
    }());
    return empty;
}

class HistoryPlay final : public fuzz::StoredPlay<HistoryModel> {
  public:
    explicit HistoryPlay(Script script) : StoredPlay(empty_database()), script_(script) {}
    void run() {
        for (int steps = 0; !script_.empty() && steps < 100; ++steps) step();
        mend();
        compare();
        kill();
    }

  private:
    void step() {
        switch (script_.byte() % 16) {
            case 0: fail(script_); break;
            case 1: mend(); break;
            case 2: restart(); break;
            case 3: kill(); break;
            case 4: lose_power(script_); break;
            case 5: sync(); break;
            case 6:
                mend();
                compare();
                break;
            case 7:
                mend();
                read();
                break;
            case 8:
                mend();
                read_targets();
                break;
            default: write(changes());
        }
    }
    Changes changes() {
        Changes made;
        const unsigned first = script_.byte();
        for (unsigned left = first % 4 == 0 ? first / 4 % 8 + 1 : 1; left > 0; --left) made.push_back(change());
        return made;
    }
    Change change() {
        switch (script_.byte() % 12) {
            case 0: return remove();
            case 1: return marker();
            case 2: return rename();
            case 3: return forget_account();
            case 4: return trim();
            case 5: return end_parts();
            default: return lines();
        }
    }

    const chat::HistoryPlace& place() { return places[script_.byte() % places.size()]; }
    std::string account() { return accounts[script_.byte() % accounts.size()]; }
    std::string msgid() { return "m" + std::to_string(script_.byte() % 64); }
    std::string text() {
        std::string text(script_.text());
        std::erase(text, '\0');  // nothing that comes this far holds one
        return text;
    }

    chat::HistoryLine line() {
        chat::HistoryLine made;
        made.place = place();
        made.at = at(script_.byte());
        const unsigned how = script_.byte();
        made.event = how % 4 == 0;
        made.bot = how / 4 % 2 == 1;
        if (!made.event) made.msgid = msgid();
        if (how / 8 % 2 == 1) made.text = text();
        made.source = text();
        made.account = account();
        made.command = made.event ? "JOIN" : "PRIVMSG";
        made.params.assign(how / 16 % 2 * script_.byte() * 16U, 'p');
        made.tags = text();
        const unsigned who = script_.byte();
        for (std::size_t i = 0; i < accounts.size(); ++i) {
            if ((who >> i & 1U) != 0) made.parties.emplace_back(accounts[i]);
        }
        if (made.event && how / 32 % 4 == 1) made.expelled = account();
        if (made.event && how / 32 % 4 == 2) made.left = account();
        return made;
    }
    /// As the writer does it, see `HistoryWriter`.
    Change lines() {
        std::vector<chat::HistoryLine> made;
        for (unsigned left = script_.byte() % 4 + 1; left > 0; --left) made.push_back(line());
        return {[made](HistoryModel& model) -> std::error_code {
                    for (const chat::HistoryLine& each : made) model.insert(each);
                    return {};
                },
                [this, made, again = false](session& sql) mutable -> std::error_code {
                    if (std::exchange(again, true)) inserter_.forget();
                    std::vector<const chat::HistoryLine*> pointers;
                    for (const chat::HistoryLine& each : made) pointers.push_back(&each);
                    inserter_.insert(sql, pointers);
                    return {};
                }};
    }
    /// Anything else that is done: the numbers of places may be others then.
    Change other(std::function<std::error_code(HistoryModel&)> expected, gateway::Work work) {
        return {std::move(expected), [this, work = std::move(work)](session& sql) {
                    inserter_.forget();
                    return work(sql);
                }};
    }
    template <class Expected, class Done>
    Change always(Expected expected, Done done) {
        return other(
            [expected](HistoryModel& model) -> std::error_code {
                expected(model);
                return {};
            },
            [done](session& sql) -> std::error_code {
                done(sql);
                return {};
            });
    }
    Change remove() {
        const std::string id = script_.byte() % 8 == 0 ? "" : msgid();
        return other([=](HistoryModel& model) { return model.remove(id); },
                     [=](session& sql) { return gateway::remove_line(sql, id); });
    }
    Change marker() {
        const std::string whose = account();
        const std::string name = text();
        const chat::WallTime when = at(script_.byte());
        return always([=](HistoryModel& model) { model.set_marker(whose, name, when); },
                      [=](session& sql) { gateway::save_marker(sql, whose, name, when); });
    }
    Change rename() {
        const chat::HistoryPlace from = place();
        const chat::HistoryPlace to = place();
        return always([=](HistoryModel& model) { model.rename(from, to); },
                      [=](session& sql) { gateway::rename_place(sql, from, to); });
    }
    Change forget_account() {
        const std::string whose = account();
        return always([=](HistoryModel& model) { model.forget(whose); },
                      [=](session& sql) { gateway::forget_account(sql, whose); });
    }
    Change trim() {
        gateway::HistoryRetention retention;
        retention.max_age = std::chrono::milliseconds(script_.byte());
        retention.max_lines_per_place = script_.byte() % 16;
        const chat::WallTime now = at(script_.byte());
        return always([=](HistoryModel& model) { model.trim(retention, now); },
                      [=](session& sql) {
                          while (gateway::trim_lines(sql, retention, now)) {
                          }
                      });
    }
    Change end_parts() {
        return always([](HistoryModel& model) { model.end_parts(); },
                      [](session& sql) { gateway::end_parts_in_channels(sql); });
    }

    chat::HistoryPoint point() {
        switch (script_.byte() % 3) {
            case 0: return {};
            case 1: return {msgid()};
            default: return {"", at(script_.byte())};
        }
    }
    /// A piece, from wherever and for whomever.
    void read() {
        chat::HistoryRange range;
        range.place = place();
        range.reader = script_.byte() % 4 == 0 ? "" : account();
        range.from = static_cast<From>(script_.byte() % 3);
        range.after = point();
        range.before = point();
        if (range.from == From::around && range.after.unbounded()) range.after.at = at(script_.byte());
        if (range.from == From::around) range.before = {};
        range.limit = script_.byte() % 16;
        range.events = script_.byte() % 2 == 0;
        ask([&](session& sql) {
            fuzz::demand_same(describe_lines(gateway::read_lines(sql, range)), describe_lines(model().read(range)),
                              "a piece of the history is the model's");
        });
    }
    void read_targets() {
        const std::string reader = account();
        const chat::WallTime after = at(script_.byte());
        const chat::WallTime before = at(script_.byte());
        const std::size_t most = script_.byte() % 8;
        ask([&](session& sql) {
            std::map<std::string, long long> expected = model().targets(reader);
            const auto found = gateway::read_targets(sql, reader, after, before, most);
            const auto [low, high] = std::minmax({number(after), number(before)});
            std::erase_if(expected, [low = low, high = high](const auto& target) {
                return target.second <= low || target.second >= high;
            });
            demand(found.size() == std::min(most, expected.size()), "as many as there are, and no more");
            for (const chat::HistoryTarget& target : found) {
                demand(expected[target.key] == number(target.latest), "a conversation of theirs, with its newest");
            }
        });
    }
    template <class Question>
    void ask(Question question) {
        const std::error_code error = database().read([&](session& sql) -> std::error_code {
            question(sql);
            return {};
        });
        demand(!error, "the history can be read");
    }

    /// Who takes part: what is read may be the same long after this has become different.
    static std::string describe_parts(session& sql) {
        chat::HistoryPlace place;
        long long began = 0;
        long long latest = 0;
        std::string account;
        fuzz::LinePosition left;
        soci::indicator has_account = soci::i_ok;
        soci::indicator has_left = soci::i_ok;
        soci::indicator has_line = soci::i_ok;
        soci::statement select =
            (sql.prepare << "SELECT key, began, latest, account, left_at, left_id FROM place LEFT JOIN party"
                            " ON party.place = place.id ORDER BY key, began, account",
             soci::into(place.key), soci::into(began), soci::into(latest), soci::into(account, has_account),
             soci::into(left.at, has_left), soci::into(left.id, has_line));
        select.execute();
        std::string text;
        while (select.fetch()) {
            place.began = began;
            const auto gone = has_left == soci::i_ok ? std::optional(left) : std::nullopt;
            text += fuzz::describe_part(place, latest, has_account == soci::i_ok ? account : "", gone);
        }
        return text;
    }
    static std::string describe_markers(const chat::HistoryStore::Markers& markers) {
        std::string text;
        for (const auto& [name, when] : markers) text += "marker " + name + std::to_string(number(when)) + "\n";
        return text;
    }
    template <class Read, class Markers>
    static std::string describe_by(Read read, Markers markers) {
        std::string text;
        chat::HistoryRange whole;
        whole.limit = all_lines;
        whole.events = true;
        for (const chat::HistoryPlace& place : places) {
            whole.place = place;
            text += describe_lines(read(whole));
        }
        for (const std::string whose : accounts) text += whose + "\n" + describe_markers(markers(whose));
        return text;
    }
    [[nodiscard]] std::string describe(session& sql) const override {
        return describe_by([&](const auto& range) { return gateway::read_lines(sql, range); },
                           [&](const std::string& whose) { return gateway::read_markers(sql, whose); }) +
               describe_parts(sql) + std::to_string(number(gateway::newest_line(sql)));
    }
    [[nodiscard]] std::string describe(const HistoryModel& model) const override {
        return describe_by([&](const auto& range) { return model.read(range); },
                           [&](const std::string& whose) { return model.markers(whose); }) +
               model.describe_parts() + std::to_string(model.newest());
    }
    void forget() override { inserter_.forget(); }

    Script script_;
    gateway::LineInserter inserter_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    HistoryPlay(Script(data, size)).run();
    return 0;
}

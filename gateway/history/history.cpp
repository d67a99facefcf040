#include "gateway/history/history.hpp"

#include "gateway/history/history_schema.hpp"

namespace patchcord::gateway {

namespace {

/// What is removed is still there while it is being removed.
std::size_t longest_file(std::size_t max_bytes) {
    return max_bytes + max_bytes / 4;
}

}  // namespace

DatabaseOptions history_database_in(const std::string& data_dir, std::size_t max_bytes) {
    DatabaseOptions options;
    options.file = data_dir + "/history.db";
    options.max_bytes = longest_file(max_bytes);
    options.survives_power_loss = false;
    options.schema = history_schema_steps();
    return options;
}

std::string History::open(const std::string& data_dir, const Options& options, const HistoryWriter::Parts& parts,
                          std::unique_ptr<History>& into) {
    DatabaseOptions database = history_database_in(data_dir, options.retention.max_bytes);
    std::unique_ptr<Database> to_write;
    if (std::string error = Database::open(database, to_write); !error.empty()) return error;
    database.is_open = true;
    std::unique_ptr<Database> to_read;
    if (std::string error = Database::open(database, to_read); !error.empty()) return error;
    chat::WallTime newest{};
    const std::error_code failed = to_read->read([&](soci::session& session) -> std::error_code {
        newest = newest_line(session);
        return {};
    });
    if (failed) return failed.message();
    into = std::make_unique<History>(std::move(to_write), std::move(to_read), options, parts);
    into->newest_at_start_ = newest;
    into->end_parts();
    return {};
}

History::History(std::unique_ptr<Database> to_write, std::unique_ptr<Database> to_read, const Options& options,
                 const HistoryWriter::Parts& parts)
    : writer_(std::move(to_write), parts), reader_(std::move(to_read), parts.loop, parts.log) {
    set_options(options);
}

void History::set_options(const Options& options) {
    writer_.set_limits(options.queue, options.retention);
    writer_.change(
        [most = longest_file(options.retention.max_bytes)](soci::session& session) -> std::error_code {
            limit_file(session, most);
            return {};
        },
        {});
}

/// Before any line, as changes are made in their turn. If it fails, places without lines stay until the next start.
void History::end_parts() {
    writer_.change(
        [](soci::session& session) -> std::error_code {
            end_parts_in_channels(session);
            return {};
        },
        {});
}

void History::report_to(StorageHealth& health) {
    writer_.report_to({&health, StoragePart::history});
    reader_.report_to({&health, StoragePart::history});
}

void History::append(chat::HistoryLine line, Kept kept) {
    writer_.append(std::move(line), std::move(kept));
}

template <class T, class Question>
void History::ask(Question question, std::function<void(chat::Result<T>)> done) {
    writer_.when_written([this, question = std::move(question), done = std::move(done)] {
        const auto answer = std::make_shared<chat::Result<T>>(T{});
        reader_.read(
            [question, answer](soci::session& session) -> std::error_code {
                *answer = question(session);
                return {};
            },
            [answer, done](std::error_code failed) { done(failed ? chat::Result<T>(failed) : std::move(*answer)); });
    });
}

void History::read(chat::HistoryRange range, Lines done) {
    ask<std::vector<chat::HistoryLine>>(
        [range = std::move(range)](soci::session& session) { return read_lines(session, range); }, std::move(done));
}

void History::targets(std::string reader, chat::WallTime after, chat::WallTime before, std::size_t limit,
                      Targets done) {
    ask<std::vector<chat::HistoryTarget>>(
        [=, reader = std::move(reader)](soci::session& session) {
            return read_targets(session, reader, after, before, limit);
        },
        std::move(done));
}

void History::find(chat::HistoryPlace place, std::string reader, std::string msgid, Found done) {
    ask<chat::HistoryLine>([place = std::move(place), reader = std::move(reader), msgid = std::move(msgid)](
                               soci::session& session) { return find_line(session, place, reader, msgid); },
                           std::move(done));
}

void History::redact(std::string msgid, Kept done) {
    writer_.change([msgid = std::move(msgid)](soci::session& session) { return remove_line(session, msgid); },
                   std::move(done));
}

void History::markers(std::string account, std::function<void(chat::Result<Markers>)> done) {
    ask<Markers>([account = std::move(account)](soci::session& session) { return read_markers(session, account); },
                 std::move(done));
}

void History::set_marker(std::string account, std::string name, chat::WallTime at) {
    writer_.change(
        [account = std::move(account), name = std::move(name), at](soci::session& session) -> std::error_code {
            save_marker(session, account, name, at);
            return {};
        },
        {});
}

void History::renamed(chat::HistoryPlace from, chat::HistoryPlace to) {
    writer_.change(
        [from = std::move(from), to = std::move(to)](soci::session& session) -> std::error_code {
            rename_place(session, from, to);
            return {};
        },
        {});
}

void History::forget_account(std::string account) {
    writer_.change(
        [account = std::move(account)](soci::session& session) -> std::error_code {
            patchcord::gateway::forget_account(session, account);
            return {};
        },
        {});
}

}  // namespace patchcord::gateway

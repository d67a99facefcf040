#include "gateway/files/spool.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "chat_core/file_error.hpp"
#include "gateway/auth/cloak.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t stored_name_characters = 26;
constexpr std::chrono::milliseconds longest_sweep{60'000};
constexpr std::chrono::milliseconds shortest_sweep{1'000};

}  // namespace

// --- writers ---------------------------------------------------------------------------------------------------------

std::error_code SpoolWriter::append(std::string_view bytes) {
    const auto spool = spool_.lock();
    return spool ? (*spool)->append(token_, bytes) : make_error_code(chat::FileErrc::shutting_down);
}

void SpoolWriter::complete(const std::string& name, std::function<void(std::error_code)> done) {
    if (const auto spool = std::exchange(spool_, {}).lock()) (*spool)->complete(token_, name, std::move(done));
}

void SpoolWriter::complete_or_delete(const std::string& name, std::function<void(std::error_code)> done) {
    complete(name, [spool = spool_, token = token_, done = std::move(done)](std::error_code error) {
        const auto alive = spool.lock();  // the store may answer when the spool has gone
        if (error && alive) (*alive)->remove(token);
        done(error);
    });
}

void SpoolWriter::abandon() {
    if (const auto spool = std::exchange(spool_, {}).lock()) (*spool)->abandon(token_);
    file_->set_broken();  // one that is whole stays so
}

// --- the spool -------------------------------------------------------------------------------------------------------

Spool::Spool(Parts parts, SpoolOptions options)
    : parts_(std::move(parts)), options_(options), metrics_(parts_.metrics) {}

Spool::~Spool() {
    parts_.scheduler.cancel(timer_);
}

void Spool::load(const std::vector<SpooledFile>& known) {
    std::set<std::string> kept;
    for (const SpooledFile& file : known) {
        const bool whole = parts_.directory->size_of(file.stored_name) == file.size;
        if (!whole || file.expires_at <= parts_.scheduler.wall_now()) {
            parts_.index.forget(file.token);
            continue;
        }
        kept.insert(file.stored_name);
        Entry& entry = entries_[file.token];
        entry.file = file;
        entry.reserved = file.size;
        entry.announced = true;
        count(file.owner, file.size, true);
        ++usage_[file.owner].files;
    }
    for (const std::string& name : parts_.directory->names()) {
        if (!kept.contains(name)) parts_.directory->remove(name);
    }
    metrics_.files.set(static_cast<std::int64_t>(entries_.size()));
    arm();
}

std::optional<SpoolLimit> Spool::obstacle(std::string_view owner, std::optional<std::uint64_t> size) const {
    const auto used = usage_.find(owner);
    const Usage usage = used == usage_.end() ? Usage{} : used->second;
    const std::uint64_t bytes = size.value_or(0);
    if (usage.files >= options_.max_files) return SpoolLimit::max_files;
    if (usage.bytes > options_.quota || bytes > options_.quota - usage.bytes) return SpoolLimit::quota;
    if (total_ > options_.total_quota || bytes > options_.total_quota - total_) return SpoolLimit::total_quota;
    return std::nullopt;
}

chat::Result<std::unique_ptr<SpoolWriter>> Spool::begin(const std::string& token, const std::string& owner,
                                                        const std::string& name, std::optional<std::uint64_t> size) {
    if (const auto limit = obstacle(owner, size)) {
        limit_hit(*limit, owner);
        return chat::FileErrc::no_space;
    }
    const std::string stored_name = random_base32(stored_name_characters);
    auto created = parts_.directory->create(stored_name);
    if (!created) {
        if (created.error() == chat::FileErrc::no_space) limit_hit(SpoolLimit::disk, owner);
        return created.error();
    }
    Entry& entry = entries_[token];
    entry.file = {token, stored_name, owner, name, size.value_or(0), {}};
    entry.reserved = size.value_or(0);
    entry.announced = size.has_value();
    entry.growing = std::make_shared<SpoolFile>(std::move(*created));
    count(owner, entry.reserved, true);
    ++usage_[owner].files;
    metrics_.files.set(static_cast<std::int64_t>(entries_.size()));
    return std::make_unique<SpoolWriter>(alive_, token, entry.growing);
}

std::error_code Spool::append(const std::string& token, std::string_view bytes) {
    const auto found = entries_.find(token);
    if (found == entries_.end() || found->second.growing == nullptr) return chat::FileErrc::gone;
    Entry& entry = found->second;
    if (!reserve(entry, bytes.size())) return chat::FileErrc::no_space;
    const std::string owner = entry.file.owner;
    const std::shared_ptr<SpoolFile> file = entry.growing;  // whoever is told of it may take it away
    const std::error_code error = file->append(bytes);
    if (error == chat::FileErrc::no_space) limit_hit(SpoolLimit::disk, owner);
    return error;
}

/// What goes beyond the size that was announced, if any was, counts against the quotas as it comes.
bool Spool::reserve(Entry& entry, std::uint64_t bytes) {
    const std::uint64_t needed = entry.growing->size() + bytes;
    if (needed <= entry.reserved) return true;
    const std::uint64_t more = needed - entry.reserved;
    const Usage& usage = usage_[entry.file.owner];
    if (usage.bytes + more > options_.quota || total_ + more > options_.total_quota) {
        limit_hit(usage.bytes + more > options_.quota ? SpoolLimit::quota : SpoolLimit::total_quota, entry.file.owner);
        return false;
    }
    entry.reserved = needed;
    count(entry.file.owner, more, true);
    return true;
}

void Spool::complete(const std::string& token, const std::string& name, Done done) {
    const auto found = entries_.find(token);
    if (found == entries_.end()) return done(chat::FileErrc::gone);
    Entry& entry = found->second;
    const std::shared_ptr<SpoolFile> file = std::exchange(entry.growing, nullptr);
    count(entry.file.owner, entry.reserved - file->size(), false);
    entry.reserved = entry.file.size = file->size();
    if (!name.empty()) entry.file.name = name;
    entry.file.expires_at = parts_.scheduler.wall_now() + options_.link_time;
    entry.open = file;
    arm();
    parts_.index.save(entry.file, std::move(done));
    file->set_whole();
}

void Spool::abandon(const std::string& token) {
    const auto found = entries_.find(token);
    if (found != entries_.end() && found->second.growing != nullptr) erase(found);
}

std::optional<SpooledFile> Spool::find(std::string_view token) {
    const auto found = entries_.find(token);
    if (found == entries_.end()) return std::nullopt;
    if (has_expired(found->second)) {
        remove(token);
        return std::nullopt;
    }
    if (!found->second.announced && found->second.growing != nullptr) return std::nullopt;
    return found->second.file;
}

std::shared_ptr<SpoolFile> Spool::open(std::string_view token) {
    const auto found = entries_.find(token);
    if (found == entries_.end()) return nullptr;
    Entry& entry = found->second;
    if (entry.growing != nullptr) return entry.growing;
    if (auto file = entry.open.lock()) return file;
    auto opened = parts_.directory->open_file(entry.file.stored_name);
    if (!opened) {
        parts_.log.log(chat::LogLevel::error, {}, "a file that was kept cannot be read",
                       {{"error", opened.error().message()}});
        return nullptr;
    }
    auto file = std::make_shared<SpoolFile>(std::move(*opened), entry.file.size);
    entry.open = file;
    return file;
}

void Spool::remove(std::string_view token) {
    const auto found = entries_.find(token);
    if (found == entries_.end()) return;
    if (found->second.growing == nullptr) parts_.index.forget(found->first);
    erase(found);
}

void Spool::erase(Entries::iterator at) {
    Entry& entry = at->second;
    parts_.directory->remove(entry.file.stored_name);
    const std::string owner = entry.file.owner;
    count(owner, entry.reserved, false);
    const auto used = usage_.find(owner);
    if (used != usage_.end() && --used->second.files == 0) usage_.erase(used);
    const auto gone = entries_.extract(at);
    metrics_.files.set(static_cast<std::int64_t>(entries_.size()));
    if (gone.mapped().growing != nullptr) gone.mapped().growing->set_broken();
}

void Spool::count(const std::string& owner, std::uint64_t bytes, bool more) {
    Usage& usage = usage_[owner];
    if (more) {
        usage.bytes += bytes;
        total_ += bytes;
    } else {
        usage.bytes -= bytes;
        total_ -= bytes;
    }
    metrics_.bytes.set(static_cast<std::int64_t>(total_));
}

bool Spool::has_expired(const Entry& entry) const {
    return entry.growing == nullptr && entry.file.expires_at <= parts_.scheduler.wall_now();
}

void Spool::sweep() {
    std::vector<std::string> over;
    for (const auto& [token, entry] : entries_) {
        if (has_expired(entry)) over.push_back(token);
    }
    for (const std::string& token : over) remove(token);
}

/// A clock that was set forward is noticed within a minute, too.
void Spool::arm() {
    if (timer_ || entries_.empty()) return;
    timer_ = parts_.scheduler.after(std::clamp(options_.link_time, shortest_sweep, longest_sweep), [this] {
        timer_ = {};
        sweep();
        arm();
    });
}

void Spool::limit_hit(SpoolLimit limit, std::string_view owner) {
    metrics_.limit_hits(limit).add();
    parts_.log.log(chat::LogLevel::warn, {}, "limit hit", {{"limit", spool_limit_name(limit)}, {"owner", owner}});
}

}  // namespace patchcord::gateway

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace patchcord::tests {

/// While one lives, databases opened anew are on a disk whose calls can be made to fail, and that can lose its power.
class FailingDisk {
  public:
    FailingDisk() {
        usual_ = sqlite3_vfs_find(nullptr);
        disk_ = *usual_;
        disk_.zName = "failing";
        disk_.xOpen = open;
        disk_.xDelete = remove;
        sqlite3_vfs_register(&disk_, 1);
        syncs_fail_ = false;
        mend();
    }
    ~FailingDisk() {
        sqlite3_vfs_unregister(&disk_);
        sqlite3_vfs_register(usual_, 1);
        files_.clear();
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    static void set_syncs_fail(bool fail) { syncs_fail_ = fail; }
    /// How many syncs have succeeded since the last call.
    static int take_syncs() { return syncs_.exchange(0); }

    /// Of the calls that change a file, `good` more succeed, and then `bad` fail: writes with `write_error`, when half
    /// is written.
    static void fail(std::size_t good, std::size_t bad, int write_error) {
        const std::lock_guard lock(mutex_);
        good_ = good;
        bad_ = bad;
        write_error_ = write_error;
    }
    /// Nothing fails any more.
    static void mend() { fail(0, 0, SQLITE_OK); }
    /// Calls that failed because of `fail`, since the last call.
    static std::size_t take_failed() { return failed_.exchange(0); }

    /// Nothing reaches the disk any more, until the databases are closed and it has its power again.
    static void lose_power() {
        const std::lock_guard lock(mutex_);
        powerless_ = true;
    }
    /// What was written and not synced is there if `stays` says so, for each write anew. No database is open.
    static void give_power_back(const std::function<bool()>& stays) {
        const std::lock_guard lock(mutex_);
        powerless_ = false;
        for (auto& [name, file] : files_) {
            for (const Change& change : file.unsynced) {
                if (stays()) change.apply(file.synced);
            }
            file.unsynced.clear();
            std::ofstream(name, std::ios::binary | std::ios::trunc) << file.synced;
        }
    }

  private:
    /// SQLite has several sets of methods: a file keeps its own, but for what is watched here.
    struct Methods {
        sqlite3_io_methods changed;  // first, so that it has the address of the whole
        const sqlite3_io_methods* usual;
    };
    /// Of a file: bytes at an offset, or an end.
    struct Change {
        sqlite3_int64 at = 0;
        std::string bytes;
        bool is_end = false;

        void apply(std::string& content) const {
            const auto offset = static_cast<std::size_t>(at);
            if (is_end) return content.resize(offset);
            content.resize(std::max(content.size(), offset + bytes.size()));
            content.replace(offset, bytes.size(), bytes);
        }
    };
    struct File {
        std::string synced;
        std::vector<Change> unsynced;
    };

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        const int result = usual_->xOpen(usual_, name, file, flags, out_flags);
        if (file->pMethods == nullptr) return result;
        file->pMethods = &changed(file->pMethods).changed;
        const std::lock_guard lock(mutex_);
        names_[file] = name == nullptr ? "" : name;  // one that has no name is temporary
        const bool is_new = name != nullptr && !files_.contains(name);
        if (is_new) files_[name].synced = content_of(name);
        return result;
    }
    static int remove(sqlite3_vfs*, const char* name, int sync_directory) {
        const std::lock_guard lock(mutex_);
        if (powerless_) return SQLITE_OK;
        files_.erase(name);
        return usual_->xDelete(usual_, name, sync_directory);
    }
    static std::string content_of(const char* name) {
        std::ifstream file(name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static Methods& changed(const sqlite3_io_methods* usual) {
        const auto is_same = [&](const Methods& methods) { return methods.usual == nullptr || methods.usual == usual; };
        Methods& methods = *std::find_if(methods_.begin(), methods_.end() - 1, is_same);
        methods.usual = usual;
        methods.changed = *usual;
        methods.changed.xClose = close;
        methods.changed.xWrite = write;
        methods.changed.xTruncate = truncate;
        methods.changed.xSync = sync;
        return methods;
    }
    static const sqlite3_io_methods& usual(sqlite3_file* file) {
        return *reinterpret_cast<const Methods*>(file->pMethods)->usual;
    }

    /// Is this one of the calls that fail?
    static bool fails() {
        if (good_ > 0) {
            --good_;
            return false;
        }
        if (bad_ == 0) return false;
        --bad_;
        ++failed_;
        return true;
    }
    static void note(sqlite3_file* file, Change change) {
        const std::string& name = names_[file];
        if (!name.empty()) files_[name].unsynced.push_back(std::move(change));
    }

    static int close(sqlite3_file* file) {
        const std::lock_guard lock(mutex_);
        names_.erase(file);
        return usual(file).xClose(file);
    }
    static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
        const std::lock_guard lock(mutex_);
        if (powerless_) return SQLITE_IOERR_WRITE;
        const bool bad = fails();
        if (bad) size /= 2;
        const int result = size == 0 ? SQLITE_OK : usual(file).xWrite(file, bytes, size, at);
        if (result == SQLITE_OK) {
            note(file, {at, std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
        }
        return bad ? write_error_ : result;
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        const std::lock_guard lock(mutex_);
        if (powerless_ || fails()) return SQLITE_IOERR_TRUNCATE;
        note(file, {size, {}, true});
        return usual(file).xTruncate(file, size);
    }
    static int sync(sqlite3_file* file, int flags) {
        if (syncs_fail_) return SQLITE_IOERR_FSYNC;
        const std::lock_guard lock(mutex_);
        if (powerless_ || fails()) return SQLITE_IOERR_FSYNC;
        ++syncs_;
        if (const auto known = files_.find(names_[file]); known != files_.end()) {
            for (const Change& change : known->second.unsynced) change.apply(known->second.synced);
            known->second.unsynced.clear();
        }
        return usual(file).xSync(file, flags);
    }

    static inline sqlite3_vfs* usual_ = nullptr;
    static inline sqlite3_vfs disk_{};
    static inline std::array<Methods, 8> methods_{};
    static inline std::atomic<bool> syncs_fail_ = false;
    static inline std::atomic<int> syncs_ = 0;
    static inline std::atomic<std::size_t> failed_ = 0;

    static inline std::mutex mutex_;  // for what follows
    static inline std::size_t good_ = 0;
    static inline std::size_t bad_ = 0;
    static inline int write_error_ = SQLITE_OK;
    static inline bool powerless_ = false;
    static inline std::map<sqlite3_file*, std::string> names_;
    static inline std::map<std::string, File> files_;  // what would be there after a loss of power
};

}  // namespace patchcord::tests

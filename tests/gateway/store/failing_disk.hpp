#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <sqlite3.h>

namespace patchcord::tests {

/// While one lives, databases opened anew are on a disk whose syncs can be made to fail.
class FailingDisk {
  public:
    FailingDisk() {
        usual_ = sqlite3_vfs_find(nullptr);
        disk_ = *usual_;
        disk_.zName = "failing";
        disk_.xOpen = open;
        sqlite3_vfs_register(&disk_, 1);
        syncs_fail_ = false;
    }
    ~FailingDisk() {
        sqlite3_vfs_unregister(&disk_);
        sqlite3_vfs_register(usual_, 1);
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    static void set_syncs_fail(bool fail) { syncs_fail_ = fail; }
    /// How many syncs have succeeded since the last call.
    static int take_syncs() { return syncs_.exchange(0); }

  private:
    /// SQLite has several sets of methods: a file keeps its own, but for the sync.
    struct Methods {
        sqlite3_io_methods changed;  // first, so that it has the address of the whole
        const sqlite3_io_methods* usual;
    };

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        const int result = usual_->xOpen(usual_, name, file, flags, out_flags);
        if (file->pMethods != nullptr) file->pMethods = &changed(file->pMethods).changed;
        return result;
    }
    static Methods& changed(const sqlite3_io_methods* usual) {
        const auto is_same = [&](const Methods& methods) { return methods.usual == nullptr || methods.usual == usual; };
        Methods& methods = *std::find_if(methods_.begin(), methods_.end() - 1, is_same);
        methods.usual = usual;
        methods.changed = *usual;
        methods.changed.xSync = sync;
        return methods;
    }
    static int sync(sqlite3_file* file, int flags) {
        if (syncs_fail_) return SQLITE_IOERR_FSYNC;
        ++syncs_;
        return reinterpret_cast<const Methods*>(file->pMethods)->usual->xSync(file, flags);
    }

    static inline sqlite3_vfs* usual_ = nullptr;
    static inline sqlite3_vfs disk_{};
    static inline std::array<Methods, 8> methods_{};
    static inline std::atomic<bool> syncs_fail_ = false;
    static inline std::atomic<int> syncs_ = 0;
};

}  // namespace patchcord::tests

#pragma once

#include <exception>
#include <soci/sqlite3/soci-sqlite3.h>
#include <system_error>

#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

/// Runs `work`, which gives an error code, and makes one of whatever it throws.
template <class Function>
[[nodiscard]] std::error_code guarded(Function&& work) {
    try {
        return work();
    } catch (const soci::sqlite3_soci_error& error) {
        return from_sqlite(error.result());
    } catch (const std::exception&) {
        return StoreErrc::failed;
    }
}

}  // namespace patchcord::gateway

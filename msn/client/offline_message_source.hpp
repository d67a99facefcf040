#pragma once

#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/result.hpp"

namespace patchcord::msn {

/// Where messages wait that were left for an account while it was away, and where it leaves some for others (OIM,
/// MSNP11 and later): web services. Each function calls `done` once, from inside the call or later.
class OfflineMessageSource {
  public:
    virtual ~OfflineMessageSource() = default;

    /// What waits, in the form of Mail-Data (`parse_mail_data`).
    virtual void list(std::function<void(chat::Result<std::string>)> done) = 0;
    /// One message, which `parse_offline_mail` reads.
    virtual void read(const std::string& id, std::function<void(chat::Result<std::string>)> done) = 0;
    virtual void remove(const std::vector<std::string>& ids, std::function<void(std::error_code)> done) = 0;

    /// May messages be left for others?
    [[nodiscard]] virtual bool can_store() const = 0;
    /// Leaves a text for `to`, a handle; `name` is our friendly name. Without an error the service has it.
    virtual void store(const std::string& to, const std::string& name, const std::string& text,
                       std::function<void(std::error_code)> done) = 0;
};

}  // namespace patchcord::msn

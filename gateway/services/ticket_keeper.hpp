#pragma once

#include <functional>
#include <map>
#include <string>

#include "msn/client/notification_options.hpp"

namespace patchcord::gateway {

/// Remembers the ticket that each account signed in with last, for web services that take the same one (MSNP11 and
/// MSNP12).
class TicketKeeper final : public msn::TicketSource {
  public:
    /// `source` gives no ticket any more once this has ended.
    explicit TicketKeeper(msn::TicketSource& source) : source_(source) {}
    ~TicketKeeper() override;
    TicketKeeper(const TicketKeeper&) = delete;
    TicketKeeper& operator=(const TicketKeeper&) = delete;

    void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override;
    /// Empty: none.
    [[nodiscard]] std::string ticket_of(const std::string& handle) const;

  private:
    msn::TicketSource& source_;
    std::map<std::string, std::string> tickets_;  // by handle
};

}  // namespace patchcord::gateway

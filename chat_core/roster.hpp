#pragma once

#include <map>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// Somebody on a person's contact list.
struct RosterEntry {
    std::string address;   // names them whether they are here or not, see `Profile::address`
    std::string name;      // what the owner calls them; empty: nothing of their own
    bool listed = false;   // the owner wants to see when they come and go
    bool blocked = false;  // they neither see nor reach the owner
    bool shown = false;    // the owner's client shows them as here; kept by the service
};

/// Whom a person knows, and whom they have shut out: their contact list, ordered by address.
class Roster {
  public:
    using Entries = std::map<std::string, RosterEntry, std::less<>>;

    [[nodiscard]] const Entries& entries() const { return entries_; }
    /// nullptr for somebody who is neither listed nor blocked.
    [[nodiscard]] const RosterEntry* find(std::string_view address) const {
        const auto found = entries_.find(address);
        return found == entries_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] bool blocks(std::string_view address) const {
        const RosterEntry* entry = find(address);
        return entry != nullptr && entry->blocked;
    }

  private:
    friend class ChatService;

    Entries entries_;
};

}  // namespace patchcord::chat

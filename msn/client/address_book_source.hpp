#pragma once

#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/result.hpp"
#include "msn/client/roster.hpp"

namespace patchcord::msn {

/// Lists as they are kept outside of notification servers.
struct AddressBook {
    std::vector<RosterContact> contacts;  ///< handle, name, GUID, groups and lists; the rest does not count
    std::vector<RosterGroup> groups;
    std::string own_name;     ///< friendly name; may be empty
    bool open_to_all = true;  ///< see Roster::open_to_all
};

/// Where an account's lists are from MSNP13 on: a web service. Each function calls `done` once, from inside the call or
/// later.
class AddressBookSource {
  public:
    virtual ~AddressBookSource() = default;

    virtual void fetch(std::function<void(chat::Result<AddressBook>)> done) = 0;
    /// Puts somebody on FL, AL or BL. Gives the contact's GUID, empty for other lists than FL.
    virtual void add(ListBit list, const std::string& handle, std::function<void(chat::Result<std::string>)> done) = 0;
    virtual void remove(ListBit list, const RosterContact& contact, std::function<void(std::error_code)> done) = 0;
};

}  // namespace patchcord::msn

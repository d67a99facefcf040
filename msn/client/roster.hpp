#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/presence_codec.hpp"

namespace patchcord::msn {

/// The lists of MSN, as bits of LST: who one shows, lets see, hides from, is shown by, and has not decided about.
enum class ListBit : std::uint8_t { forward = 1, allow = 2, block = 4, reverse = 8, pending = 16 };

/// "FL", "AL", "BL", "RL", "PL".
[[nodiscard]] std::string_view list_name(ListBit list);
/// Nothing of the kind: 0.
[[nodiscard]] unsigned parse_list_name(std::string_view name);

/// Somebody on one of the lists, after Twisted's `MSNContact`.
struct RosterContact {
    std::string handle;
    std::string name;                 ///< friendly name, decoded; the handle when there is none
    std::string guid;                 ///< MSNP10 and later, of those on FL
    std::vector<std::string> groups;  ///< number or GUID
    unsigned lists = 0;               ///< ListBit
    Status status = Status::offline;
    std::uint32_t capabilities = 0;
    std::string object;  ///< MSN object of the display picture, decoded; empty without one
    PersonalMessage personal;

    [[nodiscard]] bool is_on(ListBit list) const { return (lists & static_cast<unsigned>(list)) != 0; }
    friend bool operator==(const RosterContact&, const RosterContact&) = default;
};

/// A group of the contact list: a folder in the client's window, nothing that one could talk to.
struct RosterGroup {
    std::string id;  ///< number up to MSNP9, GUID from MSNP10
    std::string name;
    friend bool operator==(const RosterGroup&, const RosterGroup&) = default;
};

/// Whom one's account knows, after Twisted's `MSNContactList`, as the server has told so far.
class Roster {
  public:
    /// A server that sends more is not believed.
    static constexpr std::size_t max_contacts = 4000;
    static constexpr std::size_t max_groups = 200;
    static constexpr std::size_t max_groups_per_contact = 60;
    static constexpr std::size_t max_object_bytes = 1024;

    /// In the order of handles.
    [[nodiscard]] const std::map<std::string, RosterContact, std::less<>>& contacts() const { return contacts_; }
    [[nodiscard]] const std::vector<RosterGroup>& groups() const { return groups_; }
    /// Without case; nullptr when there is none.
    [[nodiscard]] const RosterContact* find(std::string_view handle) const;
    [[nodiscard]] const RosterContact* find_guid(std::string_view guid) const;
    /// May everybody who is not blocked see and call (BLP AL), or only who is allowed (BL)?
    [[nodiscard]] bool open_to_all() const { return open_to_all_; }
    /// Should the user be asked when somebody adds them (GTC A)?
    [[nodiscard]] bool asks_when_added() const { return asks_when_added_; }

    // --- for the client that is told of changes

    /// A full list follows: who is not in it is forgotten at `end_list`.
    void begin_list();
    void end_list();
    /// Makes or finds the contact; nullptr for a handle that is none, and when there are too many.
    RosterContact* get(std::string_view handle);
    RosterContact* get_guid(std::string_view guid);
    void add_group(RosterGroup group);
    /// Takes somebody off a list; who is on none is forgotten.
    void remove(std::string_view handle, unsigned lists);
    void set_open_to_all(bool open) { open_to_all_ = open; }
    void set_asks_when_added(bool asks) { asks_when_added_ = asks; }

  private:
    std::map<std::string, RosterContact, std::less<>> contacts_;
    std::vector<RosterGroup> groups_;
    bool open_to_all_ = true;
    bool asks_when_added_ = true;
};

}  // namespace patchcord::msn

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
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

/// The numbers a person may tell (PRP, BPR; MSNP5), after Twisted's HOME_PHONE, WORK_PHONE, MOBILE_PHONE, HAS_PAGER.
enum class Phone : std::uint8_t { home, work, mobile, pager };

/// "PHH", "PHW", "PHM", "MOB".
[[nodiscard]] std::string_view phone_key(Phone phone);
[[nodiscard]] std::optional<Phone> parse_phone_key(std::string_view key);

struct Phones {
    /// Longest number, in bytes.
    static constexpr std::size_t max_bytes = 95;

    std::string home;
    std::string work;
    std::string mobile;
    bool pager = false;  ///< takes messages on a telephone

    /// An empty value: there is none.
    void set(Phone phone, std::string_view value);
    friend bool operator==(const Phones&, const Phones&) = default;
};

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
    Phones phones = {};

    /// They have us on their list, and we have neither allowed nor blocked them.
    [[nodiscard]] bool awaits_decision() const {
        return is_on(ListBit::pending) || (is_on(ListBit::reverse) && !is_on(ListBit::allow) && !is_on(ListBit::block));
    }
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
    [[nodiscard]] const RosterGroup* find_group(std::string_view id) const;
    /// Our own numbers.
    [[nodiscard]] const Phones& own_phones() const { return own_phones_; }
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
    /// One that is known already gets another name.
    void add_group(RosterGroup group);
    void rename_group(std::string_view id, std::string name);
    /// Nobody is in it any more.
    void remove_group(std::string_view id);
    void set_own_phone(Phone phone, std::string_view value) { own_phones_.set(phone, value); }
    /// Takes somebody off a list; who is on none is forgotten.
    void remove(std::string_view handle, unsigned lists);
    void set_open_to_all(bool open) { open_to_all_ = open; }
    void set_asks_when_added(bool asks) { asks_when_added_ = asks; }

  private:
    std::map<std::string, RosterContact, std::less<>> contacts_;
    std::vector<RosterGroup> groups_;
    Phones own_phones_;
    bool open_to_all_ = true;
    bool asks_when_added_ = true;
};

}  // namespace patchcord::msn

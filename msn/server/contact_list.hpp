#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "msn/server/account_store.hpp"
#include "msn/wire/challenge.hpp"
#include "msn/wire/dialect.hpp"
#include "msn/wire/error_code.hpp"

namespace patchcord::msn {

/// Longest name of a contact group, in bytes of UTF-8.
inline constexpr std::size_t max_group_name_bytes = 61;
/// Longest value of a property (PRP), in bytes of its percent-encoded form.
inline constexpr std::size_t max_property_bytes = 95;
/// What MSNP7 to 9 call the group that is always there; number 0.
inline constexpr std::string_view first_group_name = "Other Contacts";

/// How a dialect speaks of the groups of contacts.
enum class GroupStyle : std::uint8_t {
    numbered,  // MSNP7 to 9: everybody on FL is in a group, in number 0 if in no other
    by_guid,   // MSNP10 and later: one may be in none
};
[[nodiscard]] constexpr GroupStyle group_style(Dialect dialect) {
    return dialect >= Dialect(10) ? GroupStyle::by_guid : GroupStyle::numbered;
}

/// The lists' names on the wire, "FL" and so on. Nothing for another name.
[[nodiscard]] std::optional<ListBits> parse_list(std::string_view name);
[[nodiscard]] std::string_view format_list(ListBits list);

/// A change that is allowed, and not made yet; or the error to answer with.
template <class Change>
using Planned = std::variant<Change, ErrorCode>;

/// How many there may be.
struct ContactLimits {
    std::size_t contacts = 0;  // on each list
    std::size_t groups = 0;
};

/// The lists of an account whose owner is signed in, with the protocol's rules.
///
/// A change is made in three steps: a `plan_` function says what it would be or why it is refused, the caller has that
/// stored, and `apply` makes it. The caller plans nothing else meanwhile.
class ContactList {
  public:
    /// `md5` makes GUIDs (RFC 4122 section 4.3): the same for the same owner and contact.
    ContactList(AccountRecord record, Md5 md5);

    [[nodiscard]] const std::string& owner() const { return owner_; }
    [[nodiscard]] std::uint64_t version() const { return version_; }
    [[nodiscard]] std::uint64_t next_version() const { return version_ + 1; }
    [[nodiscard]] const AccountSettings& settings() const { return settings_; }

    // --- who is on it ------------------------------------------------------------------------------------------------

    /// FL, AL and BL as stored, by handle.
    [[nodiscard]] const std::vector<Contact>& contacts() const { return contacts_; }
    /// Who has the owner on FL, and the name they are shown by.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& reverse() const { return reverse_; }
    /// nullptr for somebody who is on none of FL, AL and BL.
    [[nodiscard]] const Contact* find(std::string_view handle) const;
    /// Of contacts on FL.
    [[nodiscard]] const Contact* find_by_guid(std::string_view guid) const;
    /// All lists `handle` is on, RL and PL too.
    [[nodiscard]] unsigned lists_of(std::string_view handle) const;
    [[nodiscard]] bool is_on(ListBits list, std::string_view handle) const;
    /// Everybody on `list`, by handle; with `lists` as `lists_of` has it.
    [[nodiscard]] std::vector<Contact> members(ListBits list) const;
    /// Everybody on any list, the same.
    [[nodiscard]] std::vector<Contact> everybody() const;
    [[nodiscard]] std::size_t count(ListBits list) const;
    /// May `handle` see the owner and talk to it? BLP, AL and BL decide.
    [[nodiscard]] bool is_allowed(std::string_view handle) const;
    /// Is nobody blocked at all? Asked for every message.
    [[nodiscard]] bool allows_everybody() const { return !settings_.only_allowed && !blocks_somebody_; }

    /// Without group 0.
    [[nodiscard]] const std::vector<ContactGroup>& groups() const { return groups_; }
    /// nullptr for group 0, too.
    [[nodiscard]] const ContactGroup* find_group(unsigned number) const;
    /// By GUID, or by name as some clients say it (MSNP10 and later).
    [[nodiscard]] const ContactGroup* find_group(std::string_view guid_or_name) const;
    /// The numbers of the groups a contact on FL is in, as a dialect sees them.
    [[nodiscard]] static std::vector<unsigned> groups_of(const Contact& contact, GroupStyle style);

    // --- planning ----------------------------------------------------------------------------------------------------

    /// ADD and ADC: somebody onto FL, AL or BL; or, with a group's number, somebody on FL into a further group.
    /// Errors: list_full, already_there, on_opposite_list, no_such_group.
    [[nodiscard]] Planned<Contact> plan_add(ListBits list, std::string_view handle, std::string_view name,
                                            std::optional<unsigned> group, GroupStyle style,
                                            const ContactLimits& limits) const;
    /// REM: off FL, AL or BL. A contact with no list left is to be forgotten. Error: not_on_list.
    [[nodiscard]] Planned<Contact> plan_remove(ListBits list, std::string_view handle) const;
    /// REM with a group: out of that; with the last one off FL if the dialect knows nobody without a group.
    /// Errors: not_on_list, invalid_group, not_in_group.
    [[nodiscard]] Planned<Contact> plan_remove_from_group(std::string_view handle, unsigned group,
                                                          GroupStyle style) const;
    /// REA and SBP: the owner's name for a contact. Errors: not_on_list, invalid_friendly_name.
    [[nodiscard]] Planned<Contact> plan_rename(std::string_view handle, std::string_view name) const;
    /// ADG. Errors: too_many_groups, and those of a name: invalid_parameter, group_name_too_long, group_exists.
    [[nodiscard]] Planned<ContactGroup> plan_add_group(std::string_view name, const ContactLimits& limits) const;
    /// REG. Errors: invalid_group, and those of a name.
    [[nodiscard]] Planned<ContactGroup> plan_rename_group(unsigned number, std::string_view name) const;
    /// RMG. Who is in it stays on FL. Errors: invalid_group, cannot_remove_first_group.
    [[nodiscard]] Planned<ContactGroup> plan_remove_group(unsigned number) const;
    /// BLP and GTC. Error: already_in_mode.
    [[nodiscard]] Planned<AccountSettings> plan_only_allowed(bool only_allowed) const;
    [[nodiscard]] Planned<AccountSettings> plan_ask_when_added(bool ask) const;

    // --- changing; each makes the version one higher -----------------------------------------------------------------

    void apply(const Contact& contact);
    void apply(const ContactGroup& group);
    void remove(const ContactGroup& group);
    void apply(AccountSettings settings);
    /// Somebody put the owner on FL, or took it off. False when that was known.
    bool add_reverse(std::string_view handle, std::string_view name);
    bool remove_reverse(std::string_view handle);

  private:
    [[nodiscard]] std::optional<ErrorCode> check_group_name(std::string_view name, unsigned own_number) const;
    [[nodiscard]] std::vector<Contact>::iterator place_of(std::string_view handle);
    [[nodiscard]] bool is_group(unsigned number, GroupStyle style) const;
    [[nodiscard]] std::string make_guid(std::string_view what, std::string_view name) const;
    /// With RL and PL among its lists.
    [[nodiscard]] Contact complete(Contact contact) const;

    std::string owner_;
    std::uint64_t version_;
    AccountSettings settings_;
    std::vector<ContactGroup> groups_;
    std::vector<Contact> contacts_;  // by handle
    std::map<std::string, std::string, std::less<>> reverse_;
    void note_blocked();

    Md5 md5_;
    bool blocks_somebody_ = false;
};

}  // namespace patchcord::msn

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "msn/client/roster.hpp"
#include "msn/wire/command.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

/// The lines that tell a client its contact list, in the shapes of MSNP2 to MSNP15: the answer to SYN, and what changes
/// later. Each writes what it reads into the roster; false or nothing when the line is not as the protocol says.

/// What a line says besides who is on a list.
struct ListEntry {
    std::string handle = {};  ///< empty: there is nobody on that list
    unsigned ended = 0;  ///< ListBit of a list whose last entry this is (up to MSNP7, which tell one after the other)
};
/// `LST`, of a SYN.
std::optional<ListEntry> apply_list_entry(Dialect dialect, const Command& command, Roster& roster);
/// `LSG`, of a SYN.
bool apply_group(Dialect dialect, const Command& command, Roster& roster);

/// A change of somebody's place on a list.
struct ListChange {
    unsigned list = 0;  ///< ListBit
    std::string handle;
    std::string name;           ///< of who was added
    unsigned lists_before = 0;  ///< on which they were
};
/// `ADD`, up to MSNP9, and `ADC`: who was added to a list. No list when the line is malformed.
ListChange apply_addition(const Command& command, Roster& roster);
/// `REM`. No list when the line is malformed or is about a contact's group only.
ListChange apply_removal(Dialect dialect, const Command& command, Roster& roster);

/// `NLN` and `ILN` (which has a TrID in front), `FLN`: gives the contact as it is now, known to the roster or not, with
/// an empty handle when the line is malformed.
RosterContact apply_presence(Dialect dialect, const Command& command, Roster& roster);
/// `UBX`: likewise.
RosterContact apply_personal_message(const Command& command, Roster& roster);

/// A telephone number, `[TrID] [version] [handle] PHH [number]` in most of the dialects, as BPR and PRP tell it.
struct PhoneNumber {
    std::string handle;  ///< may be empty
    Phone phone = Phone::home;
    std::string value;
};
[[nodiscard]] std::optional<PhoneNumber> find_phone(const Command& command);

/// The id in what answers ADG: a number, from MSNP10 on a GUID. Empty when there is none.
[[nodiscard]] std::string new_group_id(Dialect dialect, const Command& command);

/// Counts the lines of a SYN's answer to know where it ends: nothing marks its end but its beginning, which says how
/// many there are; up to MSNP7 each line says how many of its list there are. What comes without being counted (GTC,
/// BLP, PRP, BPR) may come later still.
class ContactSync {
  public:
    /// The line `SYN trid …` came. Does a list follow? No when it is the same as the client is said to have.
    bool begin(Dialect dialect, const Command& command);
    void count_contact(const ListEntry& entry);
    void count_group();
    [[nodiscard]] bool running() const { return running_; }
    [[nodiscard]] bool complete() const { return contacts_left_ == 0 && groups_left_ == 0 && lists_left_ == 0; }
    void end() { running_ = false; }

  private:
    bool running_ = false;
    std::uint32_t contacts_left_ = 0;
    std::uint32_t groups_left_ = 0;
    unsigned lists_left_ = 0;  // ListBit
};

}  // namespace patchcord::msn

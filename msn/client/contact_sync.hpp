#pragma once

#include <cstdint>
#include <string>

#include "msn/client/roster.hpp"
#include "msn/wire/command.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

/// The lines that tell a client its contact list, in the shapes of MSNP8 to MSNP12: the answer to SYN, and what changes
/// later. Each writes what it reads into the roster; false when the line is not as the protocol says.

/// `LST`, of a SYN.
bool apply_list_entry(Dialect dialect, const Command& command, Roster& roster);
/// `LSG`, of a SYN.
bool apply_group(Dialect dialect, const Command& command, Roster& roster);

/// A change of somebody's place on a list.
struct ListChange {
    unsigned list = 0;  ///< ListBit
    std::string handle;
    std::string name;  ///< of who was added
};
/// `ADD`, up to MSNP9, and `ADC`: who was added to a list. No list when the line is malformed.
ListChange apply_addition(const Command& command, Roster& roster);
/// `REM`. No list when the line is malformed or is about a contact's group only.
ListChange apply_removal(Dialect dialect, const Command& command, Roster& roster);

/// `NLN` and `ILN` (which has a TrID in front), `FLN`: gives the contact as it is now, known to the roster or not, with
/// an empty handle when the line is malformed.
RosterContact apply_presence(const Command& command, Roster& roster);
/// `UBX`: likewise.
RosterContact apply_personal_message(const Command& command, Roster& roster);

/// Counts the lines of a SYN's answer to know where it ends: nothing marks its end but its beginning, which says how
/// many there are. What comes without being counted (GTC, BLP, PRP, BPR) may come later still.
class ContactSync {
  public:
    /// The line `SYN trid …` came. Does a list follow? No when it is the same as the client is said to have.
    bool begin(Dialect dialect, const Command& command);
    void count_contact();
    void count_group();
    [[nodiscard]] bool running() const { return running_; }
    [[nodiscard]] bool complete() const { return contacts_left_ == 0 && groups_left_ == 0; }
    void end() { running_ = false; }

  private:
    bool running_ = false;
    std::uint32_t contacts_left_ = 0;
    std::uint32_t groups_left_ = 0;
};

}  // namespace patchcord::msn

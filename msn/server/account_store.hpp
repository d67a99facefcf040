#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/result.hpp"

namespace patchcord::msn {

/// The lists a contact may be on, as bits; the values are the protocol's (LST of MSNP8).
enum ListBits : unsigned {
    list_forward = 1,  // FL: shown, and presence is wanted
    list_allow = 2,    // AL
    list_block = 4,    // BL
    list_reverse = 8,  // RL: has the owner on FL
    list_pending = 16  // PL: on RL, and the owner has not decided
};

/// Somebody on an account's lists.
struct Contact {
    std::string handle;            // lower case
    std::string name;              // friendly name as the owner sees it; may be empty
    std::string guid;              // of contacts on FL, MSNP10 and later; made once and kept
    unsigned lists = 0;            // ListBits; only FL, AL and BL are stored
    std::vector<unsigned> groups;  // numbers of the groups it is in; only on FL
};

/// A group of the contact list. MSNP7 to 9 know its number, MSNP10 and later its GUID.
struct ContactGroup {
    unsigned number = 0;
    std::string guid;
    std::string name;
};

/// What an account has set for itself.
struct AccountSettings {
    std::string friendly_name;
    bool only_allowed = false;                      // BLP BL: who is not on AL is blocked
    bool ask_when_added = true;                     // GTC A
    std::map<std::string, std::string> properties;  // PRP: PHH, PHW, PHM, MOB, MBE ...
};

/// Somebody who has the account on FL.
struct ReverseContact {
    std::string handle;
    std::string name;
};

/// An account's lists as they are stored.
struct AccountRecord {
    std::string handle;
    std::uint64_t version = 1;  // of the lists; grows with every change
    AccountSettings settings;
    std::vector<ContactGroup> groups;
    std::vector<Contact> contacts;
    std::vector<ReverseContact> reverse;
    bool messages_wait = true;  // or may do so
};

/// A message that waits until its receiver signs in; receiver and sender are handles or nicks.
struct OfflineMessage {
    std::uint64_t id = 0;  // given by the store
    std::string to;
    std::string from;
    std::string from_name;
    std::string text;
    chat::WallTime sent_at{};
    std::string from_account = {};  // on IRC; empty for guests, and for those on MSN
};

/// Accounts and what must outlive a restart. Every callback comes later, on the caller's thread, never from inside the
/// call; one that reports success comes after the change is safely on disk. Calls take effect in their order.
class AccountStore {
  public:
    virtual ~AccountStore() = default;

    using Done = std::function<void(std::error_code)>;

    /// Errors: no_such_user, or the database's.
    virtual void load(std::string handle, std::function<void(chat::Result<AccountRecord>)> done) = 0;
    virtual void exists(std::string handle, std::function<void(chat::Result<bool>)> done) = 0;
    /// The password of an account made for MD5 logins (MSNP2 to 7), nothing for others and for unknown ones.
    virtual void legacy_password(std::string handle,
                                 std::function<void(chat::Result<std::optional<std::string>>)> done) = 0;

    /// These write one thing and the version the lists have then.
    virtual void save_contact(std::string owner, Contact contact, std::uint64_t version, Done done) = 0;
    virtual void remove_contact(std::string owner, std::string handle, std::uint64_t version, Done done) = 0;
    virtual void save_group(std::string owner, ContactGroup group, std::uint64_t version, Done done) = 0;
    /// Contacts in the group stay on FL.
    virtual void remove_group(std::string owner, unsigned number, std::uint64_t version, Done done) = 0;
    virtual void save_settings(std::string owner, AccountSettings settings, std::uint64_t version, Done done) = 0;

    /// Keeps a message. Error: `chat::Errc::list_full` when the receiver's box is full.
    virtual void keep_message(OfflineMessage message, Done done) = 0;
    /// What waits for `to`, oldest first; it stays until forgotten.
    virtual void waiting_messages(std::string to,
                                  std::function<void(chat::Result<std::vector<OfflineMessage>>)> done) = 0;
    virtual void forget_messages(std::vector<std::uint64_t> ids, Done done) = 0;
};

}  // namespace patchcord::msn

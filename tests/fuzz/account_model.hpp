#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/roster.hpp"
#include "gateway/store/accounts.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/links.hpp"
#include "gateway/store/spooled_files.hpp"
#include "msn/server/account_store.hpp"

namespace patchcord::fuzz {

/// What one account has.
struct Person {
    gateway::Account account;
    std::uint64_t version = 1;
    msn::AccountSettings settings;
    std::map<unsigned, msn::ContactGroup> groups;
    std::map<std::string, msn::Contact> contacts;
    std::map<std::string, long long> certificates;
    std::map<std::string, std::string> own_settings;
    std::map<std::string, chat::RosterEntry> roster;
    std::map<std::string, gateway::StoredLink> links;
};

/// What the database of accounts has to hold, with nothing but maps.
class AccountModel {
  public:
    using Errc = chat::Errc;

    std::map<std::string, Person> people;
    std::map<std::string, std::string> nicks;
    std::vector<msn::OfflineMessage> messages;
    std::map<std::string, gateway::SpooledFile> files;

    Person* by_name(const std::string& name) {
        const auto found = people.find(name);
        return found == people.end() ? nullptr : &found->second;
    }
    Person* by_handle(const std::string& handle) {
        for (auto& [name, person] : people) {
            if (person.account.handle == handle) return &person;
        }
        return nullptr;
    }

    std::error_code add(const gateway::Account& account) {
        for (const std::string& called : {account.name, account.handle}) {
            if (by_name(called) != nullptr || by_handle(called) != nullptr) return Errc::duplicate_user;
        }
        people[account.name].account = account;
        return {};
    }
    std::error_code remove(const std::string& name) {
        Person* person = by_name(name);
        if (person == nullptr) return Errc::no_such_user;
        const std::string handle = person->account.handle;
        nicks.erase(handle);
        std::erase_if(messages, [&](const msn::OfflineMessage& message) {
            return message.to == name || message.to == handle || message.from == name || message.from == handle;
        });
        people.erase(name);
        return {};
    }
    std::error_code set_passwords(const std::string& name, const gateway::StoredPassword& password) {
        Person* person = by_name(name);
        if (person == nullptr) return Errc::no_such_user;
        person->account.password_hash = password.hash;
        person->account.legacy_secret = password.legacy_secret;
        person->account.scram = password.scram;
        return {};
    }
    std::error_code set_scram(const std::string& name, const std::string& hash, const std::string& scram) {
        Person* person = by_name(name);
        if (person != nullptr && person->account.password_hash == hash) person->account.scram = scram;
        return {};
    }

    std::error_code add_certificate(const std::string& name, const std::string& fingerprint, long long at) {
        Person* person = by_name(name);
        if (person == nullptr) return Errc::no_such_user;
        for (const auto& [other, owner] : people) {
            if (owner.certificates.contains(fingerprint)) {
                return other == name ? Errc::already_a_member : Errc::duplicate_user;
            }
        }
        if (person->certificates.size() >= gateway::most_certificates) return Errc::list_full;
        person->certificates[fingerprint] = at;
        return {};
    }
    std::error_code remove_certificate(const std::string& name, const std::string& fingerprint) {
        Person* person = by_name(name);
        const bool removed = person != nullptr && person->certificates.erase(fingerprint) > 0;
        return removed ? std::error_code() : make_error_code(Errc::not_a_member);
    }
    std::error_code set_setting(const std::string& name, const std::string& key, const std::string& value) {
        Person* person = by_name(name);
        if (value.empty()) {
            if (person != nullptr) person->own_settings.erase(key);
            return {};
        }
        if (person == nullptr) return Errc::no_such_user;
        const bool is_new = !person->own_settings.contains(key);
        if (is_new && person->own_settings.size() >= gateway::most_settings) return Errc::list_full;
        person->own_settings[key] = value;
        return {};
    }
    std::error_code save_roster(const std::string& name, const chat::RosterEntry& entry) {
        Person* person = by_name(name);
        if (!entry.listed && !entry.blocked) {
            if (person != nullptr) person->roster.erase(entry.address);
            return {};
        }
        if (person == nullptr) return Errc::no_such_user;
        person->roster[entry.address] = entry;
        return {};
    }
    std::error_code save_link(const gateway::StoredLink& link) {
        Person* person = by_name(link.account);
        if (person == nullptr) return Errc::no_such_user;
        for (const auto& [other, owner] : people) {
            const auto theirs = owner.links.find(link.service);
            const bool same = theirs != owner.links.end() && theirs->second.handle == link.handle;
            if (same && other != link.account) return Errc::duplicate_user;
        }
        person->links[link.service] = link;
        return {};
    }
    std::error_code remove_link(const std::string& name, const std::string& service) {
        if (Person* person = by_name(name)) person->links.erase(service);
        return {};
    }

    /// Whose lists they are, with their new version; nothing when there is none.
    Person* owner(const std::string& handle, std::uint64_t version) {
        Person* person = by_handle(handle);
        if (person != nullptr) person->version = version;
        return person;
    }
    static std::error_code save_contact(Person& person, msn::Contact contact) {
        contact.lists &= msn::list_forward | msn::list_allow | msn::list_block;
        if (contact.lists == 0) return remove_contact(person, contact.handle);
        std::sort(contact.groups.begin(), contact.groups.end());
        contact.groups.erase(std::unique(contact.groups.begin(), contact.groups.end()), contact.groups.end());
        if ((contact.lists & msn::list_forward) == 0) contact.groups.clear();
        person.contacts[contact.handle] = contact;
        return {};
    }
    static std::error_code remove_contact(Person& person, const std::string& handle) {
        person.contacts.erase(handle);
        return {};
    }
    static std::error_code remove_group(Person& person, unsigned number) {
        person.groups.erase(number);
        for (auto& [handle, contact] : person.contacts) std::erase(contact.groups, number);
        return {};
    }

    std::error_code keep(msn::OfflineMessage message) {
        std::size_t of_receiver = 0;
        std::size_t of_sender = 0;
        std::size_t bytes = size_of(message);
        for (const msn::OfflineMessage& other : messages) {
            if (other.to != message.to) continue;
            ++of_receiver;
            of_sender += other.from == message.from ? 1U : 0U;
            bytes += size_of(other);
        }
        if (of_sender >= gateway::most_messages_per_sender) return Errc::list_full;
        if (of_receiver >= gateway::most_messages_per_receiver) return Errc::list_full;
        if (bytes > gateway::most_message_bytes_per_receiver) return Errc::list_full;
        messages.push_back(std::move(message));
        return {};
    }
    /// The oldest that wait for somebody.
    std::error_code forget(const std::string& receiver, std::size_t number) {
        std::erase_if(messages, [&](const msn::OfflineMessage& message) {
            if (message.to != receiver || number == 0) return false;
            --number;
            return true;
        });
        return {};
    }
    std::error_code save_nick(const std::string& handle, const std::string& nick) {
        for (const auto& [other, theirs] : nicks) {
            if (other != handle && folded(theirs) == folded(nick)) return Errc::duplicate_user;
        }
        nicks[handle] = nick;
        return {};
    }

    static std::string folded(std::string text) {
        for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        return text;
    }

  private:
    static std::size_t size_of(const msn::OfflineMessage& message) {
        return message.from.size() + message.from_name.size() + message.text.size();
    }
};

}  // namespace patchcord::fuzz

// The database of accounts, whatever is done to it and whatever the disk does: what was answered for is there, in the
// words of a model made of maps; what was refused is not.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/store/accounts.hpp"
#include "gateway/store/certificates.hpp"
#include "gateway/store/contacts.hpp"
#include "gateway/store/links.hpp"
#include "gateway/store/messages.hpp"
#include "gateway/store/nicks.hpp"
#include "gateway/store/rosters.hpp"
#include "gateway/store/settings.hpp"
#include "gateway/store/spooled_files.hpp"
#include "tests/fuzz/account_model.hpp"
#include "tests/fuzz/stored_play.hpp"

namespace {

using namespace patchcord;
using fuzz::AccountModel;
using fuzz::demand;
using fuzz::Person;
using fuzz::Script;
using gateway::Work;
using soci::session;
using Change = fuzz::Change<AccountModel>;

constexpr std::array names{"ana", "bob", "cyd", "ana@x", "bob@x", "o'dea\n@x"};
constexpr std::array keys{"always-on", "a", "%_", ""};

chat::WallTime at(long long time) {
    return chat::WallTime(std::chrono::milliseconds(time));
}
long long number(chat::WallTime time) {
    return time.time_since_epoch().count();
}

/// One line of a text that can be compared, and read when it differs.
template <class... Fields>
void write_line(std::string& text, const Fields&... fields) {
    const auto put = [&](const auto& field) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(field)>>) {
            text += std::to_string(field);
        } else {
            text += field;
        }
        text += '|';
    };
    (put(fields), ...);
    text += '\n';
}
void describe_account(std::string& text, const gateway::Account& account) {
    write_line(text, "account", account.name, account.handle, account.password_hash, account.legacy_secret,
               number(account.created_at), account.scram);
}
void describe_settings(std::string& text, std::uint64_t version, const msn::AccountSettings& settings) {
    write_line(text, " lists", version, settings.friendly_name, settings.only_allowed, settings.ask_when_added);
    for (const auto& [name, value] : settings.properties) write_line(text, " property", name, value);
}
void describe_group(std::string& text, const msn::ContactGroup& group) {
    write_line(text, " group", group.number, group.guid, group.name);
}
void describe_contact(std::string& text, const msn::Contact& contact) {
    std::string groups;
    for (const unsigned group : contact.groups) groups += std::to_string(group) + ",";
    write_line(text, " contact", contact.handle, contact.name, contact.guid, contact.lists, groups);
}
void describe_entry(std::string& text, const chat::RosterEntry& entry) {
    write_line(text, " entry", entry.address, entry.name, entry.listed, entry.blocked);
}
void describe_link(std::string& text, const gateway::StoredLink& link) {
    write_line(text, "link", link.account, link.service, link.handle, link.secret);
}
void describe_message(std::string& text, const msn::OfflineMessage& message) {
    write_line(text, "message", message.to, message.from, message.from_name, message.text, number(message.sent_at),
               message.from_account);
}
void describe_file(std::string& text, const gateway::SpooledFile& file) {
    write_line(text, "file", file.token, file.stored_name, file.owner, file.name, file.size, number(file.expires_at));
}

const fuzz::EmptyDatabase& empty_database() {
    static const fuzz::EmptyDatabase empty([] {
        gateway::DatabaseOptions options;
        options.max_bytes = 256 * 1024;  // little, so that it is full now and then
        return options;
    }());
    return empty;
}

class AccountPlay final : public fuzz::StoredPlay<AccountModel> {
  public:
    explicit AccountPlay(Script script) : StoredPlay(empty_database()), script_(script) {}
    void run() {
        for (int steps = 0; !script_.empty() && steps < 100; ++steps) step();
        mend();
        compare();
        kill();
    }

  private:
    void step() {
        switch (script_.byte() % 16) {
            case 0: fail(script_); break;
            case 1: mend(); break;
            case 2: restart(); break;
            case 3: kill(); break;
            case 4: lose_power(script_); break;
            case 5:
                mend();
                compare();
                break;
            default: write(changes());
        }
    }
    Changes changes() {
        Changes made;
        const unsigned first = script_.byte();
        for (unsigned left = first % 4 == 0 ? first / 4 % 8 + 1 : 1; left > 0; --left) made.push_back(change());
        return made;
    }
    Change change() {
        switch (script_.byte() % 16) {
            case 0: return add();
            case 1: return set_passwords();
            case 2: return remove();
            case 3: return certificate();
            case 4: return setting();
            case 5: return roster_entry();
            case 6: return link();
            case 7: return nick();
            case 8: return file();
            case 9: return contact();
            case 10: return group();
            case 11: return settings();
            case 12: return forget_messages();
            default: return message();
        }
    }

    std::string name() { return names[script_.byte() % names.size()]; }
    std::string text() {
        std::string text(script_.text());
        std::erase(text, '\0');  // nothing that comes this far holds one
        return text;
    }

    Change add() {
        const gateway::Account account{name(), name(), text(), text(), at(script_.byte()), text()};
        return {[=](AccountModel& model) { return model.add(account); },
                [=](session& sql) { return gateway::add_account(sql, account); }};
    }
    Change set_passwords() {
        const std::string whose = name();
        if (script_.byte() % 2 == 0) {
            const std::string hash = text();
            const std::string scram = text();
            return {[=](AccountModel& model) { return model.set_scram(whose, hash, scram); },
                    [=](session& sql) -> std::error_code {
                        gateway::set_scram(sql, whose, hash, scram);
                        return {};
                    }};
        }
        const gateway::StoredPassword password{text(), text(), text()};
        return {[=](AccountModel& model) { return model.set_passwords(whose, password); },
                [=](session& sql) { return gateway::set_passwords(sql, whose, password); }};
    }
    Change remove() {
        const std::string whose = name();
        return {[=](AccountModel& model) { return model.remove(whose); },
                [=](session& sql) { return gateway::remove_account(sql, whose); }};
    }
    Change certificate() {
        const std::string whose = name();
        const std::string fingerprint = std::to_string(script_.byte() % 16);
        const long long when = script_.byte();
        if (when % 4 == 0) {
            return {[=](AccountModel& model) { return model.remove_certificate(whose, fingerprint); },
                    [=](session& sql) { return gateway::remove_certificate(sql, whose, fingerprint); }};
        }
        return {[=](AccountModel& model) { return model.add_certificate(whose, fingerprint, when); },
                [=](session& sql) {
                    return gateway::add_certificate(sql, whose, {fingerprint, at(when)});
                }};
    }
    Change setting() {
        const std::string whose = name();
        const std::string key = keys[script_.byte() % keys.size()];
        const std::string value = text();
        return {[=](AccountModel& model) { return model.set_setting(whose, key, value); },
                [=](session& sql) { return gateway::set_account_setting(sql, whose, key, value); }};
    }
    Change roster_entry() {
        const std::string whose = name();
        const unsigned how = script_.byte();
        const chat::RosterEntry entry{name(), text(), how % 2 == 1, how / 2 % 2 == 1};
        return {[=](AccountModel& model) { return model.save_roster(whose, entry); },
                [=](session& sql) { return gateway::save_roster_entry(sql, whose, entry); }};
    }
    Change link() {
        const std::string service = script_.byte() % 2 == 0 ? "far" : "away";
        const gateway::StoredLink link{name(), service, name(), text()};
        if (script_.byte() % 4 == 0) {
            return {[=](AccountModel& model) { return model.remove_link(link.account, service); },
                    [=](session& sql) -> std::error_code {
                        gateway::remove_link(sql, link.account, service);
                        return {};
                    }};
        }
        return {[=](AccountModel& model) { return model.save_link(link); },
                [=](session& sql) { return gateway::save_link(sql, link); }};
    }
    Change nick() {
        const std::string whose = name();
        const std::string nick = text();
        return {[=](AccountModel& model) { return model.save_nick(whose, nick); },
                [=](session& sql) { return gateway::save_nick(sql, whose, nick); }};
    }
    Change file() {
        const std::string token = std::to_string(script_.byte() % 8);
        gateway::SpooledFile file{token, "stored-" + token, name(), text(), script_.byte(), at(script_.byte())};
        const auto remove = [token](session& sql) { gateway::remove_spooled_file(sql, token); };
        return {[=](AccountModel& model) -> std::error_code {
                    model.files[token] = file;
                    return {};
                },
                [=](session& sql) {
                    remove(sql);  // no token is made twice
                    return gateway::save_spooled_file(sql, file);
                }};
    }

    /// Of somebody's lists, whose version comes with it.
    Change of_lists(std::function<std::error_code(Person&)> expected,
                    std::function<std::error_code(session&, const std::string&)> work) {
        const std::string owner = name();
        const std::uint64_t version = script_.byte();
        return {[=](AccountModel& model) -> std::error_code {
                    Person* person = model.owner(owner, version);
                    return person == nullptr ? make_error_code(chat::Errc::no_such_user) : expected(*person);
                },
                [=](session& sql) {
                    const std::error_code error = gateway::set_list_version(sql, owner, version);
                    return error ? error : work(sql, owner);
                }};
    }
    Change contact() {
        msn::Contact contact{name(), text(), text(), script_.byte() % 32U, {}};
        for (unsigned left = script_.byte() % 4; left > 0; --left) contact.groups.push_back(script_.byte() % 5);
        return of_lists(
            [=](Person& person) { return AccountModel::save_contact(person, contact); },
            [=](session& sql, const std::string& owner) { return gateway::save_contact(sql, owner, contact); });
    }
    Change group() {
        const msn::ContactGroup group{script_.byte() % 5, text(), text()};
        if (script_.byte() % 3 == 0) {
            return of_lists([=](Person& person) { return AccountModel::remove_group(person, group.number); },
                            [=](session& sql, const std::string& owner) -> std::error_code {
                                gateway::remove_group(sql, owner, group.number);
                                return {};
                            });
        }
        return of_lists(
            [=](Person& person) -> std::error_code {
                person.groups[group.number] = group;
                return {};
            },
            [=](session& sql, const std::string& owner) { return gateway::save_group(sql, owner, group); });
    }
    Change settings() {
        const unsigned how = script_.byte();
        msn::AccountSettings settings{text(), how % 2 == 0, how / 2 % 2 == 0, {}};
        for (unsigned left = how / 4 % 4; left > 0; --left) settings.properties[text()] = text();
        return of_lists(
            [=](Person& person) -> std::error_code {
                person.settings = settings;
                return {};
            },
            [=](session& sql, const std::string& owner) { return gateway::save_settings(sql, owner, settings); });
    }

    Change message() {
        msn::OfflineMessage message{0, name(), name(), text(), text(), at(script_.byte()), name()};
        message.text.append(script_.byte() * 64U, 'x');
        return {[=](AccountModel& model) { return model.keep(message); },
                [=](session& sql) { return gateway::keep_message(sql, message); }};
    }
    Change forget_messages() {
        const std::string receiver = name();
        const std::size_t most = script_.byte() % 8;
        return {[=](AccountModel& model) { return model.forget(receiver, most); },
                [=](session& sql) -> std::error_code {
                    std::vector<std::uint64_t> ids;
                    for (const auto& message : gateway::waiting_messages(sql, receiver)) ids.push_back(message.id);
                    ids.resize(std::min(most, ids.size()));
                    gateway::forget_messages(sql, ids);
                    return {};
                }};
    }

    [[nodiscard]] std::string describe(session& sql) const override {
        std::string text;
        for (const gateway::Account& account : gateway::list_accounts(sql)) {
            describe_account(text, account);
            const auto record = gateway::load_account(sql, account.handle);
            demand(record.has_value(), "an account has lists");
            describe_settings(text, record->version, record->settings);
            for (const auto& group : record->groups) describe_group(text, group);
            for (const auto& contact : record->contacts) describe_contact(text, contact);
            for (const auto& other : record->reverse) write_line(text, " on the list of", other.handle, other.name);
            std::map<std::string, long long> certificates;
            for (const auto& each : gateway::list_certificates(sql, account.name)) {
                certificates[each.fingerprint] = number(each.added_at);
                demand(gateway::find_certificate(sql, each.fingerprint) == account.name,
                       "a certificate finds its owner");
            }
            for (const auto& [fingerprint, added] : certificates) write_line(text, " certificate", fingerprint, added);
            for (const std::string key : keys) {
                write_line(text, " setting", key, gateway::account_setting(sql, account.name, key));
            }
            for (const auto& entry : gateway::load_roster(sql, account.name, account.handle).entries) {
                describe_entry(text, entry);
            }
        }
        for (const auto& link : gateway::list_links(sql)) describe_link(text, link);
        for (const auto& [handle, nick] : gateway::list_nicks(sql)) write_line(text, "nick", handle, nick);
        for (const std::string receiver : names) {
            for (const auto& message : gateway::waiting_messages(sql, receiver)) describe_message(text, message);
            write_line(text, "anything", gateway::has_messages(sql, receiver));
        }
        for (const auto& file : gateway::list_spooled_files(sql)) describe_file(text, file);
        return text;
    }
    [[nodiscard]] std::string describe(const AccountModel& model) const override {
        std::string text;
        for (const auto& [name, person] : model.people) describe_person(text, model, person);
        for (const auto& [name, person] : model.people) {
            for (const auto& [service, link] : person.links) describe_link(text, link);
        }
        for (const auto& [handle, nick] : model.nicks) write_line(text, "nick", handle, nick);
        for (const std::string receiver : names) {
            bool any = false;
            for (const auto& message : model.messages) {
                if (message.to != receiver) continue;
                any = true;
                describe_message(text, message);
            }
            write_line(text, "anything", any);
        }
        for (const auto& [token, file] : model.files) describe_file(text, file);
        return text;
    }
    static void describe_person(std::string& text, const AccountModel& model, const Person& person) {
        describe_account(text, person.account);
        describe_settings(text, person.version, person.settings);
        for (const auto& [number, group] : person.groups) describe_group(text, group);
        for (const auto& [handle, contact] : person.contacts) describe_contact(text, contact);
        std::map<std::string, std::string> reverse;
        for (const auto& [name, other] : model.people) {
            const auto entry = other.contacts.find(person.account.handle);
            if (entry == other.contacts.end() || (entry->second.lists & msn::list_forward) == 0) continue;
            reverse[other.account.handle] = other.settings.friendly_name;
        }
        for (const auto& [handle, name] : reverse) write_line(text, " on the list of", handle, name);
        for (const auto& [fingerprint, added] : person.certificates) {
            write_line(text, " certificate", fingerprint, added);
        }
        for (const std::string key : keys) {
            const auto set = person.own_settings.find(key);
            write_line(text, " setting", key, set == person.own_settings.end() ? "" : set->second);
        }
        for (const auto& [address, entry] : person.roster) describe_entry(text, entry);
    }

    Script script_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    AccountPlay(Script(data, size)).run();
    return 0;
}

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "msn/server/account_store.hpp"

namespace patchcord::tests {

/// An account store in memory. It does what it is asked in order, each when the scheduler runs next; any call can be
/// made to fail.
class MsnMemoryStore final : public msn::AccountStore {
  public:
    explicit MsnMemoryStore(chat::Scheduler& scheduler) : scheduler_(scheduler) {}

    // --- what a test does with it

    msn::AccountRecord& add(std::string handle, std::string friendly_name = {}) {
        msn::AccountRecord& record = accounts_[handle];
        record.handle = std::move(handle);
        record.settings.friendly_name = std::move(friendly_name);
        return record;
    }
    [[nodiscard]] msn::AccountRecord& account(const std::string& handle) { return accounts_.at(handle); }
    [[nodiscard]] const msn::Contact* contact(const std::string& owner, std::string_view handle) {
        return find(accounts_.at(owner).contacts, handle);
    }
    void set_legacy_password(const std::string& handle, std::string password) {
        passwords_[handle] = std::move(password);
    }
    /// The messages that wait for somebody.
    [[nodiscard]] const std::vector<msn::OfflineMessage>& messages() const { return messages_; }
    /// The call after so many others fails (0: the next one).
    void fail_after(std::size_t calls) { failing_call_ = calls_ + calls; }
    void stop_failing() { failing_call_.reset(); }
    /// Answers nothing until `answer_again`.
    void hold_answers() { held_ = true; }
    void answer_again() {
        held_ = false;
        for (auto& answer : std::exchange(waiting_, {})) answer();
    }
    [[nodiscard]] std::size_t calls() const { return calls_; }

    // --- msn::AccountStore

    void load(std::string handle, std::function<void(chat::Result<msn::AccountRecord>)> done) override {
        later([this, handle = std::move(handle), done = std::move(done)](bool fails) {
            const auto found = accounts_.find(handle);
            if (fails) return done(chat::Errc::queue_full);
            if (found == accounts_.end()) return done(chat::Errc::no_such_user);
            msn::AccountRecord record = found->second;
            for (const auto& [owner, other] : accounts_) {
                const msn::Contact* me = find(other.contacts, handle);
                if (me == nullptr || (me->lists & msn::list_forward) == 0) continue;
                record.reverse.push_back({owner, other.settings.friendly_name});
            }
            done(std::move(record));
        });
    }
    void exists(std::string handle, std::function<void(chat::Result<bool>)> done) override {
        later([this, handle = std::move(handle), done = std::move(done)](bool fails) {
            if (fails) return done(chat::Errc::queue_full);
            done(accounts_.contains(handle));
        });
    }
    void legacy_password(std::string handle,
                         std::function<void(chat::Result<std::optional<std::string>>)> done) override {
        later([this, handle = std::move(handle), done = std::move(done)](bool fails) {
            if (fails) return done(chat::Errc::queue_full);
            const auto found = passwords_.find(handle);
            done(found == passwords_.end() ? std::nullopt : std::optional(found->second));
        });
    }
    void save_contact(std::string owner, msn::Contact contact, std::uint64_t version, Done done) override {
        change(owner, version, std::move(done), [contact = std::move(contact)](msn::AccountRecord& record) {
            std::erase_if(record.contacts, [&](const msn::Contact& old) { return old.handle == contact.handle; });
            record.contacts.push_back(contact);
        });
    }
    void remove_contact(std::string owner, std::string handle, std::uint64_t version, Done done) override {
        change(owner, version, std::move(done), [handle = std::move(handle)](msn::AccountRecord& record) {
            std::erase_if(record.contacts, [&](const msn::Contact& old) { return old.handle == handle; });
        });
    }
    void save_group(std::string owner, msn::ContactGroup group, std::uint64_t version, Done done) override {
        change(owner, version, std::move(done), [group = std::move(group)](msn::AccountRecord& record) {
            std::erase_if(record.groups, [&](const msn::ContactGroup& old) { return old.number == group.number; });
            record.groups.push_back(group);
        });
    }
    void remove_group(std::string owner, unsigned number, std::uint64_t version, Done done) override {
        change(owner, version, std::move(done), [number](msn::AccountRecord& record) {
            std::erase_if(record.groups, [&](const msn::ContactGroup& old) { return old.number == number; });
            for (msn::Contact& contact : record.contacts) std::erase(contact.groups, number);
        });
    }
    void save_settings(std::string owner, msn::AccountSettings settings, std::uint64_t version, Done done) override {
        change(owner, version, std::move(done),
               [settings = std::move(settings)](msn::AccountRecord& record) { record.settings = settings; });
    }
    void keep_message(msn::OfflineMessage message, Done done) override {
        later([this, message = std::move(message), done = std::move(done)](bool fails) mutable {
            if (fails) return done(chat::Errc::queue_full);
            message.id = ++last_message_;
            messages_.push_back(std::move(message));
            done({});
        });
    }
    void waiting_messages(std::string to,
                          std::function<void(chat::Result<std::vector<msn::OfflineMessage>>)> done) override {
        later([this, to = std::move(to), done = std::move(done)](bool fails) {
            if (fails) return done(chat::Errc::queue_full);
            std::vector<msn::OfflineMessage> waiting;
            for (const msn::OfflineMessage& message : messages_) {
                if (message.to == to) waiting.push_back(message);
            }
            done(std::move(waiting));
        });
    }
    void forget_messages(std::vector<std::uint64_t> ids, Done done) override {
        later([this, ids = std::move(ids), done = std::move(done)](bool fails) {
            if (fails) return done(chat::Errc::queue_full);
            std::erase_if(messages_, [&](const msn::OfflineMessage& message) {
                return std::find(ids.begin(), ids.end(), message.id) != ids.end();
            });
            done({});
        });
    }

  private:
    static const msn::Contact* find(const std::vector<msn::Contact>& contacts, std::string_view handle) {
        const auto found = std::find_if(contacts.begin(), contacts.end(),
                                        [&](const msn::Contact& contact) { return contact.handle == handle; });
        return found == contacts.end() ? nullptr : &*found;
    }
    template <class Answer>
    void later(Answer answer) {
        const bool fails = calls_++ == failing_call_;
        scheduler_.after(std::chrono::milliseconds(0), [this, fails, answer = std::move(answer)]() mutable {
            if (held_) {
                waiting_.push_back([fails, answer = std::move(answer)]() mutable { answer(fails); });
            } else {
                answer(fails);
            }
        });
    }
    template <class Change>
    void change(const std::string& owner, std::uint64_t version, Done done, Change change) {
        later([this, owner, version, done = std::move(done), change = std::move(change)](bool fails) {
            if (fails) return done(chat::Errc::queue_full);
            msn::AccountRecord& record = accounts_.at(owner);
            change(record);
            record.version = version;
            done({});
        });
    }

    chat::Scheduler& scheduler_;
    std::map<std::string, msn::AccountRecord> accounts_;
    std::map<std::string, std::string> passwords_;
    std::vector<msn::OfflineMessage> messages_;
    std::uint64_t last_message_ = 0;
    std::size_t calls_ = 0;
    std::optional<std::size_t> failing_call_;
    bool held_ = false;
    std::vector<std::function<void()>> waiting_;
};

}  // namespace patchcord::tests

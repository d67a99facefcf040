#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/store/accounts.hpp"
#include "gateway/store/certificates.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/links.hpp"
#include "gateway/store/rosters.hpp"
#include "gateway/store/secret_box.hpp"
#include "gateway/store/settings.hpp"
#include "gateway/store/spooled_files.hpp"
#include "gateway/store/worker.hpp"
#include "msn/server/account_store.hpp"

namespace patchcord::gateway {

/// The database and the key in `data_dir`, by the names they have there.
[[nodiscard]] DatabaseOptions database_in(const std::string& data_dir);
[[nodiscard]] SecretBox secrets_in(const std::string& data_dir);

/// What outlives a restart. Handles and names may come in any case; they are stored in lower case (ASCII). A call with
/// an answer that the database itself refuses gets a `StoreErrc`.
class Store final : public msn::AccountStore {
  public:
    using Names = std::vector<std::pair<std::string, std::string>>;
    using Nicks = Names;
    template <class T>
    using Answer = std::function<void(chat::Result<T>)>;

    /// Gives an error as a sentence, or nothing. Blocks: for start-up.
    [[nodiscard]] static std::string open(DatabaseOptions options, SecretBox secrets, EventLoop& loop,
                                          chat::LogSink& log, std::unique_ptr<Store>& into);
    Store(std::unique_ptr<Database> database, SecretBox secrets, EventLoop& loop, chat::LogSink& log);

    /// How the database is.
    [[nodiscard]] const StoreWorker& worker() const { return worker_; }

    void load(std::string handle, Answer<msn::AccountRecord> done) override;
    void exists(std::string handle, Answer<bool> done) override;
    void legacy_password(std::string handle, Answer<std::optional<std::string>> done) override;
    void save_contact(std::string owner, msn::Contact contact, std::uint64_t version, Done done) override;
    void remove_contact(std::string owner, std::string handle, std::uint64_t version, Done done) override;
    void save_group(std::string owner, msn::ContactGroup group, std::uint64_t version, Done done) override;
    void remove_group(std::string owner, unsigned number, std::uint64_t version, Done done) override;
    void save_settings(std::string owner, msn::AccountSettings settings, std::uint64_t version, Done done) override;
    void keep_message(msn::OfflineMessage message, Done done) override;
    void waiting_messages(std::string to, Answer<std::vector<msn::OfflineMessage>> done) override;
    void forget_messages(std::vector<std::uint64_t> ids, Done done) override;

    /// Whether the database works is reported there.
    void report_to(StorageHealth& health) { worker_.report_to({&health, StoragePart::accounts}); }
    /// The domain of handles that people on IRC have on MSN: `irc.<gateway name>`.
    void set_person_domain(const std::string& domain);
    /// The contact list of somebody on IRC, by the name of their account; and who on MSN has them on theirs.
    void load_roster(std::string account, Answer<StoredRoster> done);
    /// Errors: no_such_user, list_full, too_long.
    void save_roster_entry(std::string account, chat::RosterEntry entry, Done done);

    /// By name or handle, for logins; nothing when there is none.
    void find_account(std::string name_or_handle, Answer<std::optional<Account>> done);
    /// Without a time, it is made now. Error: duplicate_user.
    void add_account(Account account, Done done);
    /// Replaces the password, and the sealed one of MD5 logins if there is one; `hash` and `scram` are made of
    /// `password`. Errors: no_such_user, no_key.
    void set_password(std::string account, StoredPassword made, std::string password, Done done);
    /// Adds what SCRAM needs, if the password is still the one with this hash.
    void add_scram(std::string account, std::string password_hash, std::string scram);
    /// Errors: no_such_user, list_full, duplicate_user when another account has it, already_a_member when this one has.
    void add_certificate(std::string account, std::string fingerprint, Done done);
    /// Error: not_a_member when the account has no such certificate.
    void remove_certificate(std::string account, std::string fingerprint, Done done);
    void certificates(std::string account, Answer<std::vector<AccountCertificate>> done);
    /// The account that is logged in to with a certificate; nothing when there is none.
    void find_by_certificate(std::string fingerprint, Answer<std::optional<Account>> done);
    /// What an account has set; empty when it has not. Setting the empty value forgets it. Errors: no_such_user,
    /// list_full, too_long.
    void setting(std::string account, std::string key, Answer<std::string> done);
    void set_setting(std::string account, std::string key, std::string value, Done done);
    /// Of all accounts that have set `key`.
    void settings_called(std::string key, Answer<std::vector<AccountSetting>> done);
    /// A secret of this database, the same for ever, that only the gateway knows.
    [[nodiscard]] const std::string& secret_of_unknown_accounts() const { return unknown_accounts_; }
    /// Names of accounts, with their handles, as they were when the store was opened; given away once.
    [[nodiscard]] Names take_account_names() { return std::move(account_names_); }
    /// The same as they are now: the command line may have changed them.
    void account_names(Answer<Names> done);
    /// Handles and the nicks they had when the store was opened; given away once.
    [[nodiscard]] Nicks take_nicks() { return std::move(nicks_); }
    /// Accounts on MSN services, their passwords sealed, as they were when the store was opened; given away once.
    [[nodiscard]] std::vector<StoredLink> take_links() { return std::move(links_); }
    /// Those on MSN services for whom messages waited when the store was opened; given away once.
    [[nodiscard]] std::vector<std::string> take_far_receivers() { return std::move(far_receivers_); }
    /// Seals the password and stores the link; it is given back as it was stored. Errors: no_such_user, duplicate_user,
    /// too_long, no_key.
    void save_link(StoredLink link, std::string password, Answer<StoredLink> done);
    void remove_link(std::string account, std::string service, Done done);
    /// The password of a link; false when the key is missing or another. Blocks for the time that takes to read it.
    [[nodiscard]] bool open_link(const StoredLink& link, std::string& password) const;
    /// Files that are kept for their links, as they were when the store was opened; given away once.
    [[nodiscard]] std::vector<SpooledFile> take_spooled_files() { return std::move(spooled_files_); }
    /// Error: too_long.
    void save_spooled_file(SpooledFile file, Done done);
    void remove_spooled_file(std::string token, Done done);
    /// Error: duplicate_user when another handle has it.
    void save_nick(std::string handle, std::string nick, Done done);

  private:
    template <class T>
    void ask(std::function<chat::Result<T>(soci::session&)> question, Answer<T> done);
    /// A change of the lists and their version with it, or neither.
    void change(std::string owner, std::uint64_t version, std::function<std::error_code(soci::session&)> change,
                Done done);

    void note_key(std::error_code error);

    std::string person_domain_;
    std::string unknown_accounts_;
    SecretBox secrets_;
    EventLoop& loop_;
    chat::LogSink& log_;
    Nicks nicks_;
    Names account_names_;
    std::vector<StoredLink> links_;
    std::vector<std::string> far_receivers_;
    std::vector<SpooledFile> spooled_files_;
    bool key_trouble_noted_ = false;
    StoreWorker worker_;
};

template <class T>
void Store::ask(std::function<chat::Result<T>(soci::session&)> question, Answer<T> done) {
    auto answer = std::make_shared<chat::Result<T>>(StoreErrc::failed);
    worker_.read(
        [answer, question = std::move(question)](soci::session& session) {
            *answer = question(session);
            return answer->error();
        },
        [answer, done = std::move(done)](std::error_code error) {
            done(error ? chat::Result<T>(error) : std::move(*answer));
        });
}

}  // namespace patchcord::gateway

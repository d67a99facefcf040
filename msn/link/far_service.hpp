#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat_core/backoff.hpp"
#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "chat_core/log_sink.hpp"
#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/file_network.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/client/offline_message_source.hpp"
#include "msn/link/echoes.hpp"
#include "msn/link/far_person.hpp"
#include "msn/link/linked_account.hpp"
#include "msn/link/metrics.hpp"
#include "msn/server/server.hpp"

namespace patchcord::msn {

class LineFiles;

class Conversation;

struct FarServiceOptions {
    std::string name;  // what its people are told apart by: bob@example.com/escargot
    chat::Endpoint server;
    NotificationOptions login;  // of every account but for handle and password
    chat::BackoffOptions backoff;
    double connect_rate = 5;                             // sign-ins a second, of all accounts together
    std::chrono::milliseconds steady_after{60'000};      // a sign-in that held so long was no mere flapping
    std::chrono::milliseconds split_after{30'000};       // contacts stay so long when the connection is lost
    std::chrono::milliseconds hold_time{900'000};        // what cannot be sent for so long is reported
    std::chrono::milliseconds idle_timeout{600'000};     // a silent conversation closes its switchboard
    std::chrono::milliseconds presence_interval{2'000};  // between two changes of one's own status
    std::size_t hold_messages = 100;                     // that wait in a conversation
    std::size_t max_conversations = 50;                  // of an account
    std::size_t max_participants = 50;                   // of a conversation; others are not shown
    std::size_t max_message_lines = 50;                  // of one text that are shown
};

struct FarServiceEnvironment {
    chat::ChatService& service;
    chat::Scheduler& scheduler;
    chat::LogSink& log;
    NickNames& nicks;
    const chat::GraphemeBreaker& graphemes;
    TicketSource& tickets;
    chat::Connector& connector;  // to the server that the operator named
    /// Connects to where a server of the service sends us; that server's own address decides what is let through.
    std::function<chat::Connector&(const std::string& server_address)> onward;
    Echoes& echoes;                  // of all services together
    LinkMetrics& metrics;            // likewise
    std::function<double()> random;  // in [0, 1)
    /// Somebody can be reached by an account from now on, who may be one of ours: `address` is what contact lists call
    /// them as one of the service. True: what the owner wrote to them before is being looked for, and is sent, each
    /// with a receipt, before `done` is called, which is later. May be empty.
    std::function<bool(const chat::User& owner, const chat::User& contact, const std::string& address,
                       std::function<void()> done)>
        contact_came = {};
    /// Gives where an account's lists are, if its servers keep none (MSNP15), else nothing.
    std::function<std::unique_ptr<AddressBookSource>(const LinkOptions& link)> address_book = {};
    /// Gives where messages wait that were left for an account while it was away, if the service has such a place.
    std::function<std::unique_ptr<OfflineMessageSource>(const LinkOptions& link)> offline_messages = {};
    /// Where files are offered, and the connections for them (MSNFTP); nullptr: none crosses.
    chat::FileDesk* files = nullptr;
    chat::FileNetwork* file_network = nullptr;
    /// Nobody can guess it; never 0. For the cookies of files.
    std::function<std::uint32_t()> random_number = {};
    /// Fetches display pictures, for all services and our own; nullptr: nobody does.
    PictureFetches* pictures = nullptr;
};

/// An MSN service of somebody else's: the accounts that are signed in there for people and rooms of ours, and its
/// people, as far as these know them.
class FarService final : public chat::ServiceObserver {
  public:
    FarService(FarServiceEnvironment environment, FarServiceOptions options);
    ~FarService() override;
    FarService(const FarService&) = delete;
    FarService& operator=(const FarService&) = delete;

    [[nodiscard]] const FarServiceOptions& options() const { return options_; }
    [[nodiscard]] const FarServiceEnvironment& environment() const { return environment_; }
    [[nodiscard]] chat::ChatService& service() const { return environment_.service; }
    [[nodiscard]] chat::Scheduler& scheduler() const { return environment_.scheduler; }
    [[nodiscard]] LinkMetrics& metrics() const { return environment_.metrics; }
    /// What accounts sign in with: the highest version that works, as far as that is known.
    [[nodiscard]] NotificationOptions login_options() const;
    /// The service does not know `highest`. False when there is no lower one to try.
    bool try_lower_version(Dialect highest);

    /// An account of the service's, for somebody or a room of ours. Signs in as soon as its owner is here.
    LinkedAccount& add(LinkOptions link);
    /// Signs out for good, and forgets it.
    void remove(LinkedAccount& account);
    /// The accounts, in the order in which they were added.
    [[nodiscard]] const std::vector<std::shared_ptr<LinkedAccount>>& accounts() const { return accounts_; }
    /// The account that speaks for somebody; nullptr: none.
    [[nodiscard]] LinkedAccount* account_of(const chat::User& user) const;
    /// The account with that handle on the service.
    [[nodiscard]] LinkedAccount* account_with(const std::string& handle) const;
    /// The account that is linked to an account of ours, whether its owner is here or not.
    [[nodiscard]] LinkedAccount* account_for(const std::string& owner) const;
    /// Somebody of ours who is that person on the service; nullptr: nobody, or not here.
    [[nodiscard]] chat::User* local_user(const std::string& handle) const;
    /// How long a sign-in has to wait for others; the time after it is the next one's.
    [[nodiscard]] std::chrono::milliseconds take_turn();
    /// The way to the service may be another one, or there again, or not any more.
    void network_changed();
    /// Signs all accounts out.
    void shut_down();

    // --- the service's people

    /// The service as one more server, for those who see its people go and come together.
    [[nodiscard]] std::string server_name() const { return options_.name + ".msn"; }
    /// `bob@example.com/escargot`: how contact lists name somebody there.
    [[nodiscard]] std::string address_of(std::string_view handle) const;
    /// The handle in such an address; empty when it is none of this service's.
    [[nodiscard]] std::string handle_in(std::string_view address) const;
    /// Made when first asked for.
    [[nodiscard]] FarPerson& person(const std::string& handle);
    [[nodiscard]] FarPerson* find_person(std::string_view handle) const;
    /// Somebody would like to see the picture of `user`, if that is one of them.
    void want_picture(const chat::User& user);
    /// Nobody sees or talks to them any more.
    void forget(FarPerson& person);

    // --- conversations that stand for a group

    void stands_for(chat::GroupId group, Conversation& conversation);
    void stands_no_more(chat::GroupId group, Conversation& conversation);
    [[nodiscard]] std::vector<Conversation*> conversations_of(const chat::Group& group) const;
    /// Several accounts of ours may be in one switchboard session: all of them stand for one group.
    void note_session(const std::string& session_id, chat::GroupId group);
    void forget_session(const std::string& session_id);
    [[nodiscard]] chat::Group* group_of_session(const std::string& session_id) const;

    /// What goes on in the service's switchboards about files hears of each change.
    void add_files(LineFiles& files) { files_.insert(&files); }
    void remove_files(LineFiles& files) { files_.erase(&files); }
    void file_changed(const chat::FileOffer& offer);

    // --- chat::ServiceObserver

    void user_signed_on(const chat::User& user) override;
    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void user_changed(const chat::User& user) override;
    void account_changed(const chat::User& user) override;
    void contact_changed(const chat::User& owner, const chat::RosterEntry& before,
                         const chat::RosterEntry& after) override;
    void roster_restored(const chat::User& owner) override;

  private:
    void attach_waiting(const chat::User& user);
    [[nodiscard]] chat::User* another_login(const LinkedAccount& account, const chat::User& gone) const;

    FarServiceEnvironment environment_;
    FarServiceOptions options_;
    Dialect highest_;  // that is worth trying
    std::vector<std::shared_ptr<LinkedAccount>> accounts_;
    std::unordered_map<std::string, LinkedAccount*> by_owner_;   // by the name of the owner's account
    std::unordered_map<std::string, LinkedAccount*> by_handle_;  // in lower case
    std::map<std::string, std::unique_ptr<FarPerson>, std::less<>> people_;
    std::set<LineFiles*> files_;
    std::vector<std::unique_ptr<FarPerson>> departed_;  // until the end of the turn
    std::unordered_map<std::uint64_t, std::vector<Conversation*>> conversations_;
    std::unordered_map<std::string, chat::GroupId> sessions_;
    chat::TimerId burial_;
    chat::Now next_turn_{};
};

}  // namespace patchcord::msn

#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "gateway/auth/account_check.hpp"
#include "gateway/auth/account_names.hpp"
#include "gateway/auth/irc_account_desk.hpp"
#include "gateway/auth/irc_accounts.hpp"
#include "gateway/auth/login_book.hpp"
#include "gateway/auth/login_guard.hpp"
#include "gateway/auth/login_throttle.hpp"
#include "gateway/auth/passwords.hpp"
#include "gateway/auth/tickets.hpp"
#include "gateway/bridge/account_mail.hpp"
#include "gateway/bridge/always_on_list.hpp"
#include "gateway/bridge/contact_book.hpp"
#include "gateway/bridge/mailbox.hpp"
#include "gateway/bridge/name_map.hpp"
#include "gateway/config/config.hpp"
#include "gateway/files/file_drop.hpp"
#include "gateway/files/picture_shelf.hpp"
#include "gateway/files/upload_service.hpp"
#include "gateway/http/http_server.hpp"
#include "gateway/http/passport_service.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/network_watch.hpp"
#include "gateway/services/link_edge.hpp"
#include "gateway/store/store.hpp"
#include "gateway/text/icu_graphemes.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

/// The MSN side put together: store, Passport over HTTP, names, and the MSN server; and the accounts, also those that
/// people on IRC log in to.
class MsnEdge {
  public:
    struct Parts {
        EventLoop& loop;
        chat::LogSink& log;
        chat::MetricRegistry& metrics;
        chat::ChatService& service;
        Passwords& passwords;
        const IcuGraphemes& graphemes;
        chat::FileDesk& files;
        chat::FileNetwork& file_network;
    };

    explicit MsnEdge(const Parts& parts);
    ~MsnEdge();

    /// Opens the database and makes the servers. An error as a sentence, or nothing.
    [[nodiscard]] std::string open(const Config& config);
    /// Whether the database works is reported there.
    void report_storage_to(StorageHealth& health) { store_->report_to(health); }
    /// Takes new options at once.
    void reload(const Config& config);
    void shut_down();
    /// Signs out of the services of others.
    void end_links() { links_->shut_down(); }
    /// The ports clients are sent to; known only when they are listened on.
    void set_ports(std::uint16_t notification, std::uint16_t switchboard);
    /// Where people reach the HTTP server, without a slash at the end: what links to files begin with.
    void set_http_address(const std::string& url) { http_address_ = url; }

    /// Where messages for people on MSN who are not signed in wait.
    [[nodiscard]] chat::OfflineBox& mailbox() { return *mailbox_; }
    /// Whom people on IRC can have on their contact lists.
    [[nodiscard]] const chat::AddressBook& address_book() const { return *contacts_; }
    [[nodiscard]] LinkEdge& links() { return *links_; }
    [[nodiscard]] const Store& store() const { return *store_; }
    [[nodiscard]] const msn::ServerMetrics& metrics() const { return msn_->metrics(); }
    /// Takes files over HTTP.
    [[nodiscard]] UploadService& uploads() { return *uploads_; }
    /// Display pictures of people on MSN.
    [[nodiscard]] chat::PictureShelf& pictures() { return *pictures_; }
    /// Whom they are shown to: would anybody be told of somebody's, and that it is another now.
    void show_pictures_to(std::function<bool(const chat::User&)> is_wanted,
                          std::function<void(const chat::User&)> changed);
    /// Who may log in to an account on IRC.
    [[nodiscard]] chat::AccountVerifier& irc_accounts() { return *irc_accounts_; }
    /// What they do with their accounts.
    /// Told the names of all accounts when the configuration is read again: some may have been removed meanwhile.
    void tell_of_accounts(std::function<void(const std::unordered_set<std::string>& names)> tell) {
        accounts_changed_ = std::move(tell);
    }
    [[nodiscard]] AlwaysOnList& always_on() { return *always_on_; }
    [[nodiscard]] chat::AccountDesk& account_desk() { return *account_desk_; }
    [[nodiscard]] Service notification_service();
    [[nodiscard]] Service switchboard_service();
    [[nodiscard]] Service http_service();
    [[nodiscard]] ConnectionLimiter& msn_limiter() { return msn_limiter_; }
    [[nodiscard]] ConnectionLimiter& http_limiter() { return http_limiter_; }

  private:
    void make_names(const Config& config);
    void make_bridge();
    [[nodiscard]] bool is_ours(const std::string& handle) const;
    void make_accounts(const Config& config);
    void watch_network();
    [[nodiscard]] std::string make_files(const Config& config);
    void make_http(const Config& config);
    void reload_files(const Config& config);
    void accounts_are(const Store::Names& all);
    [[nodiscard]] std::string refuse(Refusal why);

    Parts parts_;
    std::function<void(const std::unordered_set<std::string>& names)> accounts_changed_;
    ConnectionLimiter msn_limiter_{ConnectionLimits{}};
    ConnectionLimiter http_limiter_{ConnectionLimits{}};
    std::uint16_t notification_port_ = 0;
    std::uint16_t switchboard_port_ = 0;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Tickets> tickets_;
    // Wrong passwords by address, on MSN and on IRC. Beyond so many addresses, the one unused longest is forgotten.
    static constexpr std::size_t most_addresses = 4096;
    LoginThrottle throttle_{{}, most_addresses};
    LoginGuard guard_{throttle_, most_addresses};  // on IRC
    std::unique_ptr<AccountMetrics> account_metrics_;
    std::unique_ptr<AccountNames> account_names_;
    std::unique_ptr<AccountCheck> accounts_;
    std::unique_ptr<LoginBook> login_book_;
    std::unique_ptr<IrcAccounts> irc_accounts_;
    std::unique_ptr<IrcAccountDesk> account_desk_;
    std::unique_ptr<AlwaysOnList> always_on_;
    std::unique_ptr<NameMap> names_;
    std::unique_ptr<ContactBook> contacts_;
    std::unique_ptr<HttpMetrics> http_metrics_;
    std::unique_ptr<PassportService> passport_;
    LoginThrottle link_throttle_{{}, most_addresses};  // wrong links by address
    std::string http_address_;
    std::unique_ptr<Spool> spool_;
    std::unique_ptr<HttpFileDrop> drop_;
    std::unique_ptr<UploadService> uploads_;
    std::unique_ptr<HttpPictureShelf> pictures_;
    std::unique_ptr<HttpServer> http_;
    std::unique_ptr<msn::Server> msn_;
    std::unique_ptr<AccountMail> mail_;
    std::unique_ptr<FarMail> far_mail_;
    std::unique_ptr<Mailbox> mailbox_;
    std::unique_ptr<LinkEdge> links_;
    std::unique_ptr<NetworkWatch> network_;
};

}  // namespace patchcord::gateway

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/link_desk.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/services/service_access.hpp"
#include "gateway/store/store.hpp"
#include "msn/link/far_service.hpp"

namespace patchcord::gateway {

/// The MSN services of others, and who is signed in there as whom: by the configuration, or by their own wish, which is
/// stored.
class LinkEdge final : public chat::LinkDesk {
  public:
    struct Parts {
        EventLoop& loop;
        chat::LogSink& log;
        chat::MetricRegistry& metrics;
        chat::ChatService& service;
        msn::NickNames& nicks;
        const chat::GraphemeBreaker& graphemes;
        Store& store;
        /// Has somebody of that handle been on this gateway's own MSN side?
        std::function<bool(const std::string& handle)> is_known_here;
        /// Somebody's account sees somebody of its contacts online from now on, who may be one of ours: `address` is
        /// what they are called by there.
        /// (msn::FarServiceEnvironment)
        std::function<bool(const chat::User& owner, const chat::User& contact, const std::string& address,
                           std::function<void()> done)>
            contact_came;
        chat::FileDesk* files = nullptr;
        chat::FileNetwork* file_network = nullptr;
        msn::PictureFetches* pictures = nullptr;
    };

    explicit LinkEdge(Parts parts);
    ~LinkEdge() override;
    LinkEdge(const LinkEdge&) = delete;
    LinkEdge& operator=(const LinkEdge&) = delete;

    /// Takes the services and links of a configuration instead of those before. What is the same stays as it is.
    void reload(const Config& config);
    /// Signs out whom an account linked that is none of these, for it has been removed.
    void keep_only(const std::unordered_set<std::string>& accounts);
    /// Somebody would like to see the picture of `user`, if that is somebody on a service.
    void want_picture(const chat::User& user);
    /// This machine has other addresses than before: connections may be gone, or be possible again.
    void network_changed();
    /// Signs everybody out.
    void shut_down();
    /// All accounts there, by service; good until the next call of anything else.
    [[nodiscard]] std::vector<const msn::LinkedAccount*> accounts() const;
    /// What `asker` means by a handle when it is somebody on a service: `bob@example.com/escargot`. Bare handles mean
    /// somebody there when the asker has one such account, and nobody here has had that handle.
    [[nodiscard]] std::optional<std::string> address_on_service(std::string_view text, const chat::User& asker) const;

    /// Has `from` an account, not stopped, on the service of that address?
    [[nodiscard]] bool has_way(const chat::User& from, std::string_view address) const;
    /// Leaves a text of `from` with the service of that address (`msn::LinkedAccount::leave`).
    bool leave(const chat::User& from, std::string_view address, const std::string& text,
               std::function<void(std::error_code)> done);

    [[nodiscard]] std::vector<std::string> services() const override;
    [[nodiscard]] std::vector<Link> links_of(const chat::User& user) const override;
    void link(const chat::User& user, std::string service, std::string address, std::string password,
              Done done) override;
    void unlink(const chat::User& user, std::string service, Done done) override;
    bool connect(const chat::User& user, std::string_view service) override;
    bool disconnect(const chat::User& user, std::string_view service) override;

  private:
    struct Service {
        Service() = default;
        Service(const Service&) = delete;
        Service& operator=(const Service&) = delete;
        /// Attempts to connect hold accounts, which need the service; and these what they fetch their lists with.
        ~Service() {
            if (access) access->hang_up();
        }
        Config::MsnService config;
        std::unique_ptr<ServiceAccess> access;
        std::unique_ptr<msn::FarService> far;
    };

    std::unique_ptr<Service> make(const Config::MsnService& config);
    std::unique_ptr<Service> refresh(std::unique_ptr<Service> service);
    void retire(std::unique_ptr<Service> service);
    void add_configured(const Config::Link& link);
    void remove_configured(const Config::Link& link);
    void add_stored(const StoredLink& link);
    void apply_links();
    void keep(const StoredLink& link);
    [[nodiscard]] Service* find(std::string_view name) const;
    [[nodiscard]] msn::LinkedAccount* account_of(const chat::User& user, std::string_view service) const;
    [[nodiscard]] bool is_linked(const msn::LinkedAccount& account, const std::string& service) const;
    [[nodiscard]] bool is_configured(std::string_view account, std::string_view service) const;
    [[nodiscard]] std::string problem_with(const chat::User& user, const std::string& service,
                                           const std::string& address) const;

    Parts parts_;
    msn::Echoes echoes_;
    msn::LinkMetrics metrics_;
    std::vector<std::unique_ptr<Service>> services_;
    std::vector<std::unique_ptr<Service>> retired_;  // their connections may still say something
    std::vector<Config::Link> configured_;
    std::vector<StoredLink> stored_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for answers that come after the end
};

}  // namespace patchcord::gateway

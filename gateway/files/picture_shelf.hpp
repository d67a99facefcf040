#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/picture_shelf.hpp"
#include "gateway/auth/login_throttle.hpp"
#include "gateway/files/spool.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// Pictures of people, in memory, for whoever has their links, over HTTP. A picture that nobody shows any more stays
/// until its place is needed: whoever comes back shows it again.
class HttpPictureShelf final : public chat::PictureShelf, private chat::ServiceObserver {
  public:
    struct Parts {
        chat::ChatService& service;
        chat::Scheduler& scheduler;
        Spool& spool;             // counts wrong links
        LoginThrottle& throttle;  // of wrong links, by address
    };
    /// Who fetches pictures, and who shows them.
    struct Edges {
        std::function<void(const chat::User&)> fetch;
        std::function<bool(const chat::User&)> is_wanted;
        std::function<void(const chat::User&)> changed;
    };

    explicit HttpPictureShelf(Parts parts);
    ~HttpPictureShelf() override;
    HttpPictureShelf(const HttpPictureShelf&) = delete;
    HttpPictureShelf& operator=(const HttpPictureShelf&) = delete;

    void set_edges(Edges edges) { edges_ = std::move(edges); }
    /// Under which people reach us, without a slash at the end; empty: nothing is fetched, and there are no links.
    void set_base_url(std::string url) { base_url_ = std::move(url); }
    /// How many are kept.
    void set_most(std::size_t most) { most_ = most; }
    /// The routes refer to this, which must outlive them.
    void add_routes(HttpRoutes& routes);

    // --- chat::PictureShelf
    [[nodiscard]] bool is_wanted(const chat::User& user) const override;
    [[nodiscard]] bool has(std::string_view digest) const override { return pictures_.contains(digest); }
    std::error_code keep(std::string_view digest, std::string bytes) override;
    void show(const chat::User& user, std::string_view digest) override;
    [[nodiscard]] std::string link_of(const chat::User& user) const override;
    void want(const chat::User& user) override;

  private:
    struct Picture {
        std::string token;
        std::string_view type;
        std::string bytes;
        std::size_t shown = 0;  // by so many people
    };

    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void give(const HttpRequest& request, const HttpRespond& respond);
    /// Makes room for one more; false when all are shown.
    [[nodiscard]] bool make_room();
    void take_down(const chat::User& user);

    Parts parts_;
    Edges edges_;
    std::string base_url_;
    std::size_t most_ = 0;
    std::map<std::string, Picture, std::less<>> pictures_;      // by digest
    std::deque<std::string> order_;                             // digests, the oldest first
    std::map<std::string, std::string, std::less<>> digests_;   // by token
    std::unordered_map<const chat::User*, std::string> shown_;  // digests
};

}  // namespace patchcord::gateway

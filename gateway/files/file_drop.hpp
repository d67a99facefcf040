#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "chat_core/file_desk.hpp"
#include "chat_core/ports/file_drop.hpp"
#include "gateway/auth/login_throttle.hpp"
#include "gateway/files/conditions.hpp"
#include "gateway/files/spool.hpp"
#include "gateway/files/spool_streams.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// Gives files to whoever has their links, over HTTP. The first who comes by the link of an offer accepts it: what its
/// sender gives is kept, and everybody is given it out of the spool, while it still comes, until its time is over.
class HttpFileDrop final : public chat::FileDrop {
  public:
    struct Parts {
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        chat::FileDesk& desk;
        Spool& spool;
        LoginThrottle& throttle;  // wrong links, by address
        SpoolSource::Defer defer;
    };

    explicit HttpFileDrop(Parts parts) : parts_(std::move(parts)) {}
    ~HttpFileDrop() override = default;
    HttpFileDrop(const HttpFileDrop&) = delete;
    HttpFileDrop& operator=(const HttpFileDrop&) = delete;

    /// Under which people reach us, without a slash at the end; empty: there are no links.
    void set_base_url(std::string url) { base_url_ = std::move(url); }
    [[nodiscard]] const std::string& base_url() const { return base_url_; }
    /// The routes refer to this, which must outlive them.
    void add_routes(HttpRoutes& routes);

    [[nodiscard]] std::string link_for(const chat::FileOffer& offer) override;
    void ended(const chat::FileOffer& offer) override;

    /// The link of something that is kept.
    [[nodiscard]] std::string link_to(std::string_view token, std::string_view name) const;
    /// Offers something that is kept; to a person, until somebody has all of it by its link or has it in another way.
    /// Errors: those of `FileDesk::offer`, gone.
    chat::Result<chat::FileOfferId> offer_kept(chat::User& from, const chat::Target& to, const std::string& token);

    /// Whose quota counts what somebody sends: an account, or whoever has that address or name.
    [[nodiscard]] static std::string owner_of(const chat::User& user);
    /// The answer to a wrong link, which costs its address something: 404, or 429 for whoever tried too many. Right
    /// ones cost nothing: behind one address may be many people, and nobody guesses 130 bits.
    [[nodiscard]] static HttpResponse answer_wrong_link(LoginThrottle& throttle, Spool& spool,
                                                        const std::string& address, chat::Now now);

  private:
    struct Offer {
        chat::FileOfferId id{};
        std::string owner;
        std::string name;
        std::uint64_t size = 0;
    };

    void give(const HttpRequest& request, const HttpRespond& respond);
    void fetched(const std::string& token);
    [[nodiscard]] bool is_right(const std::string& token);
    [[nodiscard]] HttpResponse answer(const HttpRequest& request, const std::string& token);
    [[nodiscard]] HttpResponse answer_offer(const HttpRequest& request, const std::string& token, const Offer& offer);
    [[nodiscard]] HttpResponse begin(const std::string& token, const Offer& offer, HttpResponse response,
                                     const FilePart& part);
    void remember_taken(const std::string& token);

    Parts parts_;
    std::string base_url_;
    std::map<std::string, Offer, std::less<>> offers_;
    std::map<chat::FileOfferId, std::string> tokens_;
    std::map<chat::FileOfferId, std::string> kept_;  // offers of what is kept, and its token
    std::deque<std::string> taken_order_;            // the oldest first
    std::set<std::string, std::less<>> taken_;
    std::shared_ptr<HttpFileDrop*> alive_ = std::make_shared<HttpFileDrop*>(this);
};

}  // namespace patchcord::gateway

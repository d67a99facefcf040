#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat_core/ports/scheduler.hpp"
#include "msn/server/metrics.hpp"
#include "msn/transfer/picture_fetch.hpp"
#include "msn/wire/msn_object.hpp"

namespace patchcord::chat {
class PictureShelf;
class User;
}  // namespace patchcord::chat

namespace patchcord::msn {

class PictureFetches;
class Server;

/// The display picture of somebody on MSN, for people elsewhere: fetched when somebody wants to see it, through a
/// conversation that is open anyway. Nobody is rung for it.
class OwnPicture {
  public:
    /// Whose it is.
    struct Owner {
        /// nullptr while they are not in the core.
        std::function<const chat::User*()> user;
        /// Asks their client, in a conversation. False, and the order is untouched: there is none.
        std::function<bool(PictureOrder&)> ask;
        std::function<void(Limit)> limit_hit;
    };

    /// `fetches` outlives it; nullptr: nothing is ever fetched.
    OwnPicture(PictureFetches* fetches, Owner owner) : fetches_(fetches), owner_(std::move(owner)) {}
    OwnPicture(const OwnPicture&) = delete;
    OwnPicture& operator=(const OwnPicture&) = delete;

    /// What the client's presence describes, percent-encoded; all but a display picture is none.
    void set(std::string_view object);
    /// Somebody would like to see it.
    void want();
    /// The owner goes from the core.
    void left();
    /// Shows it if it is there; asks the client for it if it is wanted and there is a conversation for that.
    void look();
    void limit_hit(Limit limit) { owner_.limit_hit(limit); }
    /// Is there something that `look` could do?
    [[nodiscard]] bool is_due() const { return object_ && !shown_ && !failed_ && !fetching_; }
    /// Expires with this.
    [[nodiscard]] std::weak_ptr<OwnPicture*> token() const { return alive_; }

  private:
    void fetch();
    void fetched(const std::string& digest, std::error_code why, std::string bytes);
    void fail(std::error_code why);
    [[nodiscard]] chat::PictureShelf* shelf() const;

    PictureFetches* fetches_;
    Owner owner_;
    std::string described_;  // as the client gave it
    std::optional<MsnObject> object_;
    bool shown_ = false;
    bool wanted_ = false;
    bool fetching_ = false;  // this one, or the one before
    bool failed_ = false;    // until there is another
    std::shared_ptr<OwnPicture*> alive_ = std::make_shared<OwnPicture*>(this);
};

/// The pictures that are fetched at a time, of our own people and those of other services; who would be one too many
/// waits.
class PictureFetches {
  public:
    explicit PictureFetches(Server& server) : server_(server) {}
    ~PictureFetches();
    PictureFetches(const PictureFetches&) = delete;
    PictureFetches& operator=(const PictureFetches&) = delete;

    /// Somebody would like to see the picture of `user`, if that is somebody of ours.
    void want(const chat::User& user);
    /// nullptr: nobody would be shown any.
    [[nodiscard]] chat::PictureShelf* shelf() const;
    [[nodiscard]] std::size_t max_bytes() const;
    [[nodiscard]] std::chrono::milliseconds time() const;
    /// Is there a place? Else that is counted, and `OwnPicture::look` is called later.
    [[nodiscard]] bool has_room_for(OwnPicture& picture);
    void begin() { ++under_way_; }
    /// There was nothing to begin.
    void take_back() { --under_way_; }
    void end();
    void count(Limit limit);
    /// Expires with this.
    [[nodiscard]] std::weak_ptr<char> token() const { return alive_; }

  private:
    void go_on();

    Server& server_;
    std::size_t under_way_ = 0;
    std::deque<std::weak_ptr<OwnPicture*>> waiting_;
    chat::TimerId timer_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace patchcord::msn

#include "msn/server/pictures.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/ports/picture_shelf.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/server.hpp"

namespace patchcord::msn {

using chat::FileErrc;

chat::PictureShelf* OwnPicture::shelf() const {
    return fetches_ == nullptr ? nullptr : fetches_->shelf();
}

void OwnPicture::set(std::string_view object) {
    if (object != described_) {
        described_ = object;
        object_ = parse_msn_object(object);
        if (object_ && object_->type != display_picture) object_.reset();
        failed_ = false;
        const bool was_shown = std::exchange(shown_, false);
        const chat::User* user = owner_.user();
        chat::PictureShelf* const shelf = this->shelf();
        const bool follows = object_ && shelf != nullptr && shelf->has(object_->digest);
        if (was_shown && !follows && shelf != nullptr && user != nullptr) shelf->show(*user, {});
    }
    look();
}

void OwnPicture::want() {
    wanted_ = true;
    look();
}

void OwnPicture::left() {
    shown_ = false;
    wanted_ = false;
}

void OwnPicture::look() {
    chat::PictureShelf* const shelf = this->shelf();
    const chat::User* user = owner_.user();
    if (shelf == nullptr || user == nullptr || !object_ || shown_) return;
    if (shelf->has(object_->digest)) {
        shown_ = true;
        shelf->show(*user, object_->digest);
    } else if (is_due() && (wanted_ || shelf->is_wanted(*user))) {
        fetch();
    }
}

void OwnPicture::fetch() {
    if (object_->size > fetches_->max_bytes()) return fail(FileErrc::too_big);
    if (!fetches_->has_room_for(*this)) return;
    PictureOrder order{*object_, fetches_->time(),
                       [fetches = fetches_, here = fetches_->token(), self = token(), digest = object_->digest](
                           std::error_code why, std::string bytes) {
                           if (here.expired()) return;
                           fetches->end();
                           if (const auto alive = self.lock()) (*alive)->fetched(digest, why, std::move(bytes));
                       }};
    fetching_ = true;
    fetches_->begin();
    if (owner_.ask(order)) return;
    fetching_ = false;
    fetches_->take_back();
}

/// What broke off with its conversation is asked for in the next one.
void OwnPicture::fetched(const std::string& digest, std::error_code why, std::string bytes) {
    fetching_ = false;
    const bool is_old = !object_ || object_->digest != digest;
    if (!is_old && !why) why = shelf()->keep(digest, std::move(bytes));
    if (!is_old && why && why != FileErrc::sender_gone) return fail(why);
    if (why != FileErrc::sender_gone) look();
}

void OwnPicture::fail(std::error_code why) {
    failed_ = true;
    if (why == FileErrc::too_big) owner_.limit_hit(Limit::avatar_size);
    if (why == FileErrc::stalled) owner_.limit_hit(Limit::avatar_time);
    if (why == FileErrc::no_space) owner_.limit_hit(Limit::avatars);
}

PictureFetches::~PictureFetches() {
    server_.scheduler().cancel(timer_);
}

void PictureFetches::want(const chat::User& user) {
    if (Principal* owner = server_.find_principal(user)) owner->picture().want();
}

chat::PictureShelf* PictureFetches::shelf() const {
    return server_.environment().pictures;
}

std::size_t PictureFetches::max_bytes() const {
    return server_.options().max_avatar_bytes;
}

std::chrono::milliseconds PictureFetches::time() const {
    return server_.options().avatar_time;
}

void PictureFetches::count(Limit limit) {
    server_.metrics().limit_hits(limit).add();
}

/// Those that are gone leave the queue when there is a place.
bool PictureFetches::has_room_for(OwnPicture& picture) {
    if (under_way_ < server_.options().max_avatar_fetches) return true;
    const auto is_it = [&](const auto& waiting) { return waiting.lock() == picture.token().lock(); };
    if (std::any_of(waiting_.begin(), waiting_.end(), is_it)) return false;
    waiting_.push_back(picture.token());
    picture.limit_hit(Limit::avatar_fetches);
    return false;
}

/// Not at once: the conversation of the one that ended may be about to go.
void PictureFetches::end() {
    --under_way_;
    if (waiting_.empty() || timer_) return;
    timer_ = server_.scheduler().after(std::chrono::milliseconds(0), [this] { go_on(); });
}

void PictureFetches::go_on() {
    timer_ = {};
    for (const auto& waiting : std::exchange(waiting_, {})) {
        if (const auto picture = waiting.lock()) (*picture)->look();
    }
}

}  // namespace patchcord::msn

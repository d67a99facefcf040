#include "msn/transfer/file_talk.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "chat_core/file_error.hpp"
#include "msn/transfer/msnftp_receive.hpp"
#include "msn/transfer/msnftp_send.hpp"
#include "msn/transfer/p2p_receive.hpp"
#include "msn/transfer/p2p_send.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/file_invitation.hpp"

namespace patchcord::msn {

using chat::FileErrc;

class FileTalk::Impl final : private TransferHost, private P2pSessions {
  public:
    Impl(FileTalkParts parts, TransferWire& wire)
        : scope_{std::move(parts), wire, *this}, writer_(wire, scope_.parts.random), p2p_(writer_, *this) {}
    ~Impl() override;

    bool got_invitation(const MimeMessage& message);
    P2pUse got_p2p(const MimeMessage& message) { return p2p_.got(message); }
    std::error_code offer(const chat::FileOffer& offer);
    void fetch(PictureOrder order) { add(std::make_unique<PictureFetch>(scope_, writer_, std::move(order))).begin(); }
    void changed(const chat::FileOffer& offer);
    void writable();
    void undelivered();
    [[nodiscard]] bool idle() const;

  private:
    // --- TransferHost
    void over(FileTransfer& transfer) override;
    void fall_back(const SendTransfer& transfer) override;
    void hold_changed() override;
    [[nodiscard]] bool holding() const override { return holding_; }
    // --- P2pSessions
    P2pSession* find_session(const std::function<bool(P2pSession&)>& is_it) override;
    bool file_offered(const SlpRequest& request) override;

    [[nodiscard]] std::size_t count(bool sending) const;
    [[nodiscard]] std::vector<SendTransfer*> senders() const;
    [[nodiscard]] bool has(const FileTransfer* transfer) const;
    [[nodiscard]] MsnftpSession* find_cookie(std::uint32_t cookie) const;
    template <class Made>
    Made& add(std::unique_ptr<Made> transfer);
    void invited(const Invitation& invite);
    void begin_msnftp(const chat::FileOffer& offer);
    void bury();

    TransferScope scope_;
    P2pWriter writer_;
    P2pTalk p2p_;
    std::vector<std::unique_ptr<FileTransfer>> transfers_;
    std::vector<std::unique_ptr<FileTransfer>> ended_;  // until the end of the turn: they may be on the stack
    chat::TimerId burial_;
    std::size_t next_to_send_ = 0;
    bool holding_ = false;
};

FileTalk::Impl::~Impl() {
    while (!transfers_.empty()) transfers_.back()->abandon();
    scope_.parts.scheduler.cancel(burial_);
}

// --- what is under way -----------------------------------------------------------------------------------------------

template <class Made>
Made& FileTalk::Impl::add(std::unique_ptr<Made> transfer) {
    Made& made = *transfer;
    transfers_.push_back(std::move(transfer));
    return made;
}

void FileTalk::Impl::over(FileTransfer& transfer) {
    const auto found =
        std::find_if(transfers_.begin(), transfers_.end(), [&](const auto& known) { return known.get() == &transfer; });
    if (found == transfers_.end()) return;
    ended_.push_back(std::move(*found));
    transfers_.erase(found);
    hold_changed();
    if (!burial_) burial_ = scope_.parts.scheduler.after(std::chrono::milliseconds(0), [this] { bury(); });
}

void FileTalk::Impl::bury() {
    burial_ = {};
    const auto gone = std::exchange(ended_, {});
}

std::size_t FileTalk::Impl::count(bool sending) const {
    return static_cast<std::size_t>(std::count_if(transfers_.begin(), transfers_.end(), [&](const auto& known) {
        return known->under_way() && (known->sending() != nullptr) == sending;
    }));
}

std::vector<SendTransfer*> FileTalk::Impl::senders() const {
    std::vector<SendTransfer*> found;
    for (const auto& known : transfers_) {
        if (SendTransfer* sender = known->sending()) found.push_back(sender);
    }
    return found;
}

bool FileTalk::Impl::has(const FileTransfer* transfer) const {
    return std::any_of(transfers_.begin(), transfers_.end(),
                       [&](const auto& known) { return known.get() == transfer; });
}

bool FileTalk::Impl::idle() const {
    return std::none_of(transfers_.begin(), transfers_.end(), [](const auto& known) { return known->under_way(); });
}

void FileTalk::Impl::hold_changed() {
    const bool hold =
        std::any_of(transfers_.begin(), transfers_.end(), [](const auto& known) { return known->holds(); });
    if (std::exchange(holding_, hold) == hold) return;
    scope_.wire.hold_peer(hold);
    if (hold) return;
    for (const auto& known : transfers_) known->renew_limit();
}

// --- to the peer -----------------------------------------------------------------------------------------------------

std::error_code FileTalk::Impl::offer(const chat::FileOffer& offer) {
    if (count(true) >= max_transfers) return FileErrc::too_many;
    if (scope_.wire.peer_takes_slp()) {
        add(std::make_unique<P2pSend>(scope_, writer_, offer)).begin();
        return {};
    }
    if (offer.size > std::numeric_limits<std::uint32_t>::max()) return FileErrc::too_big;
    begin_msnftp(offer);
    return {};
}

/// Cookies are drawn at random: one that could be guessed would let others answer.
void FileTalk::Impl::begin_msnftp(const chat::FileOffer& offer) {
    std::uint32_t cookie = scope_.parts.random();
    while (find_cookie(cookie) != nullptr) ++cookie;
    add(std::make_unique<MsnftpSend>(scope_, offer, cookie)).begin();
}

void FileTalk::Impl::fall_back(const SendTransfer& transfer) {
    const chat::FileOffer offer = transfer.offer();
    if (offer.size > std::numeric_limits<std::uint32_t>::max()) {
        return scope_.parts.desk.decline(offer.id, FileErrc::not_possible);
    }
    begin_msnftp(offer);
}

void FileTalk::Impl::changed(const chat::FileOffer& offer) {
    for (SendTransfer* sender : senders()) {
        if (sender->offer().id == offer.id) return sender->changed(offer);
    }
}

/// Each has its turn to be the first.
void FileTalk::Impl::writable() {
    const std::vector<SendTransfer*> all = senders();
    if (all.empty()) return;
    ++next_to_send_;
    for (std::size_t i = 0; i < all.size() && scope_.wire.takes_data(); ++i) {
        SendTransfer* sender = all[(next_to_send_ + i) % all.size()];
        if (has(sender)) sender->writable();
    }
}

void FileTalk::Impl::undelivered() {
    for (SendTransfer* sender : senders()) {
        if (has(sender)) sender->undelivered();
    }
}

// --- from the peer ---------------------------------------------------------------------------------------------------

P2pSession* FileTalk::Impl::find_session(const std::function<bool(P2pSession&)>& is_it) {
    for (std::size_t i = 0; i < transfers_.size(); ++i) {
        P2pSession* session = transfers_[i]->p2p();
        if (session != nullptr && is_it(*session)) return session;
    }
    return nullptr;
}

bool FileTalk::Impl::file_offered(const SlpRequest& request) {
    const auto file = parse_file_context(request.context);
    const bool known =
        find_session([&](P2pSession& session) {
            return session.session_id() == request.session_id || same_word(session.call_id(), request.call_id);
        }) != nullptr;
    if (!file || !file->size || request.session_id == 0 || known) return false;
    if (count(false) >= max_transfers) {
        writer_.send_signalling(format_slp_decline(request, scope_.wire.own_handle(), scope_.wire.peer_handle()));
        return true;
    }
    add(std::make_unique<P2pReceive>(scope_, writer_, request, *file->size)).begin(file->name);
    return true;
}

MsnftpSession* FileTalk::Impl::find_cookie(std::uint32_t cookie) const {
    for (const auto& known : transfers_) {
        MsnftpSession* session = known->msnftp();
        if (session != nullptr && session->cookie() == cookie) return session;
    }
    return nullptr;
}

/// What cannot be read is dropped, and a CANCEL is never answered.
bool FileTalk::Impl::got_invitation(const MimeMessage& message) {
    const auto invitation = parse_invitation(message);
    const auto cookie = invitation ? parse_digits(invitation->cookie, 10, 10) : std::nullopt;
    if (!cookie) return true;
    MsnftpSession* session = find_cookie(*cookie);
    switch (invitation->command) {
        case Invitation::Command::invite:
            if (session == nullptr) invited(*invitation);
            break;
        case Invitation::Command::accept:
            if (session != nullptr) session->got_accept(*invitation);
            break;
        case Invitation::Command::cancel:
            if (session != nullptr) session->got_cancel(*invitation);
            break;
    }
    return true;
}

void FileTalk::Impl::invited(const Invitation& invite) {
    const bool sound = offers_file(invite) && invite.file->size;
    if (sound && count(false) < max_transfers) {
        add(std::make_unique<MsnftpReceive>(scope_, invite)).begin(invite.file->name);
        return;
    }
    const std::string_view code = offers_file(invite) ? "REJECT" : "REJECT_NOT_INSTALLED";
    scope_.wire.send(format_cancel(invite.cookie, code), false);
}

// --- the outside -----------------------------------------------------------------------------------------------------

FileTalk::FileTalk(FileTalkParts parts, TransferWire& wire) : impl_(std::make_unique<Impl>(std::move(parts), wire)) {}

FileTalk::~FileTalk() = default;

bool FileTalk::got_invitation(const MimeMessage& message) {
    return impl_->got_invitation(message);
}

P2pUse FileTalk::got_p2p(const MimeMessage& message) {
    return impl_->got_p2p(message);
}

std::error_code FileTalk::offer(const chat::FileOffer& offer) {
    return impl_->offer(offer);
}

void FileTalk::fetch(PictureOrder order) {
    impl_->fetch(std::move(order));
}

void FileTalk::changed(const chat::FileOffer& offer) {
    impl_->changed(offer);
}

void FileTalk::writable() {
    impl_->writable();
}

void FileTalk::undelivered() {
    impl_->undelivered();
}

bool FileTalk::idle() const {
    return impl_->idle();
}

}  // namespace patchcord::msn

#include "msn/transfer/transfer.hpp"

#include <utility>

#include "chat_core/file_error.hpp"

namespace patchcord::msn {

using chat::FileErrc;

FileTransfer::~FileTransfer() {
    no_limit();
}

void FileTransfer::limit(std::chrono::milliseconds time, std::function<void()> then, Limited whose) {
    no_limit();
    limit_time_ = time;
    at_limit_ = std::move(then);
    limited_ = whose;
    arm_limit();
}

void FileTransfer::arm_limit() {
    limit_ = scope_.parts.scheduler.after(limit_time_, [this] {
        limit_ = {};
        if (limited_ == Limited::peer && scope_.host.holding()) return arm_limit();
        const auto then = std::exchange(at_limit_, {});
        then();
    });
}

void FileTransfer::renew_limit() {
    if (!limit_ || limited_ != Limited::peer) return;
    scope_.parts.scheduler.cancel(std::exchange(limit_, {}));
    arm_limit();
}

void FileTransfer::no_limit() {
    scope_.parts.scheduler.cancel(std::exchange(limit_, {}));
    at_limit_ = {};
}

void FileTransfer::conclude(std::error_code why) {
    if (std::exchange(over_, true)) return;
    no_limit();
    close(why);
    if (!silent_) say_goodbye(why);
    scope_.host.over(*this);
}

// --- to the peer -----------------------------------------------------------------------------------------------------

/// What the desk has of it.
class SendTransfer::Sink final : public chat::FileSink {
  public:
    explicit Sink(SendTransfer& owner) : owner_(&owner) { owner.sink_ = this; }
    ~Sink() override {
        if (owner_ != nullptr) owner_->sink_ = nullptr;
    }
    void forget() { owner_ = nullptr; }

    void start(chat::FileRelay& relay) override {
        if (owner_ == nullptr) return;
        owner_->relay_ = &relay;
        owner_->start();
    }
    [[nodiscard]] std::size_t take(std::string_view bytes) override {
        return owner_ == nullptr ? 0 : owner_->take(bytes);
    }
    void finish() override {
        if (owner_ != nullptr) owner_->finish();
    }
    void stop(std::error_code why) override {
        if (owner_ == nullptr) return;
        SendTransfer& owner = *std::exchange(owner_, nullptr);
        owner.sink_ = nullptr;
        owner.stopped(why);
    }

  private:
    SendTransfer* owner_;
};

SendTransfer::SendTransfer(TransferScope& scope, const chat::FileOffer& offer) : FileTransfer(scope), offer_(offer) {
    offer_.from = nullptr;
    offer_.to = {};
}

SendTransfer::~SendTransfer() {
    if (sink_ != nullptr) sink_->forget();
}

void SendTransfer::accept() {
    if (is_over() || std::exchange(accepted_, true)) return;
    const std::error_code refused = desk().accept(offer_.id, std::make_unique<Sink>(*this));
    if (!refused) return;
    conclude(refused);
    if (refused != FileErrc::taken) desk().decline(offer_.id, refused);
}

void SendTransfer::changed(const chat::FileOffer& offer) {
    if (accepted_ || offer.state == chat::FileState::offered) return;
    const bool taken = !has_ended(offer.state) || offer.state == chat::FileState::completed;
    conclude(taken ? make_error_code(FileErrc::taken) : offer.why);
}

void SendTransfer::fail(std::error_code why) {
    const bool theirs = why == FileErrc::cancelled || why == FileErrc::declined;
    if (relay_ != nullptr && !theirs) {
        relay_->sink_failed(why);
    } else {
        const bool known = std::exchange(accepted_, true);  // what the desk tells of it now is no news
        if (known && sink_ == nullptr) return;
        desk().decline(offer_.id, why);
        if (!known) conclude(why);
    }
}

void SendTransfer::abandon() {
    keep_silent();
    fail(FileErrc::receiver_gone);
    conclude(FileErrc::receiver_gone);
}

void SendTransfer::stopped(std::error_code why) {
    relay_ = nullptr;
    conclude(why);
}

// --- from the peer ---------------------------------------------------------------------------------------------------

/// What the desk has of it.
class ReceiveTransfer::Source final : public chat::FileSource {
  public:
    explicit Source(ReceiveTransfer& owner) : owner_(&owner) { owner.source_ = this; }
    ~Source() override {
        if (owner_ != nullptr) owner_->source_ = nullptr;
    }
    void forget() { owner_ = nullptr; }

    void start(chat::FileRelay& relay, std::uint64_t) override {
        if (owner_ == nullptr) return;
        owner_->relay_ = &relay;
        owner_->accepted_ = true;
        owner_->start();
    }
    void pause() override {
        if (owner_ != nullptr) owner_->set_paused(true);
    }
    void resume() override {
        if (owner_ != nullptr) owner_->set_paused(false);
    }
    void stop(std::error_code why) override {
        if (owner_ == nullptr) return;
        ReceiveTransfer& owner = *std::exchange(owner_, nullptr);
        owner.source_ = nullptr;
        owner.relay_ = nullptr;
        owner.set_paused(false);
        owner.stopped(why);
    }

  private:
    ReceiveTransfer* owner_;
};

ReceiveTransfer::~ReceiveTransfer() {
    if (source_ != nullptr) source_->forget();
}

void ReceiveTransfer::begin(std::string_view name) {
    const auto made = wire().offer(name, size_, std::make_unique<Source>(*this));
    if (made) {
        id_ = *made;
    } else {
        conclude(made.error());
    }
}

void ReceiveTransfer::set_paused(bool paused) {
    if (std::exchange(paused_, paused) == paused) return;
    pause_changed(paused);
    scope().host.hold_changed();
}

void ReceiveTransfer::got_empty() {
    if (relay_ == nullptr) return;
    got_empty_ = true;
    relay_->got({});
}

bool ReceiveTransfer::complete() const {
    if (relay_ == nullptr) return accepted_;
    return size_ == 0 ? got_empty_ : relay_->received() == size_;
}

void ReceiveTransfer::fail(std::error_code why) {
    if (complete()) return;
    if (relay_ != nullptr) {
        relay_->cancel(why);
    } else {
        desk().withdraw(id_, why);
    }
}

void ReceiveTransfer::withdraw(std::error_code why) {
    if (!complete()) desk().withdraw(id_, why);
}

void ReceiveTransfer::abandon() {
    keep_silent();
    fail(FileErrc::sender_gone);
    conclude(FileErrc::sender_gone);
}

}  // namespace patchcord::msn

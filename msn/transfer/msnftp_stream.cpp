#include "msn/transfer/msnftp_stream.hpp"

#include <utility>

#include "chat_core/file_error.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {

using chat::FileErrc;

MsnftpStream::~MsnftpStream() {
    if (link_->stream == this) link_->stream = nullptr;
}

void MsnftpStream::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    if (link_->owner == nullptr) return close(FileErrc::gone);
    link_->stream = this;
    transport.set_send_queue_limit(2 * queue_bytes);
    opened();
}

void MsnftpStream::data_received(std::string_view bytes) {
    while (!left() && !bytes.empty()) {
        if (in_blocks_) return got_blocks(bytes);
        const auto text = lines_.next(bytes);
        if (!text) {
            if (lines_.too_long()) end(FileErrc::protocol_error);
            return;
        }
        const auto line = parse_msnftp_line(*text);
        if (!line) return end(FileErrc::protocol_error);
        got_line(*line);
    }
}

void MsnftpStream::drained() {
    if (!left()) owner().stream_ready();
}

void MsnftpStream::connection_lost(std::error_code) {
    transport_ = nullptr;
    link_->stream = nullptr;
    link_->door = nullptr;
    if (MsnftpOwner* owner = std::exchange(link_->owner, nullptr)) owner->stream_ended({});
}

void MsnftpStream::say(std::string_view bytes) {
    if (left()) return;
    if (transport_->write(bytes)) end(FileErrc::stalled);
}

void MsnftpStream::close(std::error_code why) {
    if (transport_ == nullptr) return;
    chat::Transport& transport = *std::exchange(transport_, nullptr);
    const std::string words = last_words(why);
    if (!words.empty() && !transport.write(words)) return transport.close("the file has come to its end");
    transport.close_now("the file has come to its end");
}

void MsnftpStream::leave(std::error_code why) {
    link_->owner = nullptr;
    link_->door = nullptr;
    close(why);
}

void MsnftpStream::end(std::error_code why) {
    MsnftpOwner* owner = std::exchange(link_->owner, nullptr);
    leave(why);
    if (owner != nullptr) owner->stream_ended(why);
}

void MsnftpStream::set_paused(bool paused) {
    if (transport_ == nullptr) return;
    if (paused) {
        transport_->pause_reading();
    } else {
        transport_->resume_reading();
    }
}

// --- the sender ------------------------------------------------------------------------------------------------------

MsnftpSenderStream::MsnftpSenderStream(std::shared_ptr<MsnftpLink> link, std::string handle, std::uint32_t cookie,
                                       std::uint64_t size)
    : MsnftpStream(std::move(link)),
      handle_(std::move(handle)),
      cookie_(cookie),
      size_(size),
      cutter_(max_msnftp_block_bytes, size) {}

void MsnftpSenderStream::got_line(const MsnftpLine& line) {
    using Verb = MsnftpLine::Verb;
    if (line.verb == Verb::ccl) return end(FileErrc::cancelled);
    if (line.verb == Verb::bye) {
        const auto why = static_cast<MsnftpBye>(line.number);
        if (why == MsnftpBye::receiver_done || why == MsnftpBye::sender_done) return owner().stream_done();
        return end(why == MsnftpBye::cannot_store ? FileErrc::no_space : FileErrc::cancelled);
    }
    if (state_ == State::version && line.verb == Verb::ver) {
        state_ = State::user;
        return say(format_msnftp_ver());
    }
    if (state_ == State::user && line.verb == Verb::usr) return got_user(line);
    if (state_ != State::transfer || line.verb != Verb::tfr) return end(FileErrc::protocol_error);
    state_ = State::sending;
    owner().stream_ready();
}

/// Comparing two machine words takes as long whatever is in them.
void MsnftpSenderStream::got_user(const MsnftpLine& line) {
    const bool right = ((line.number ^ cookie_) == 0) & same_word(line.handle, handle_);
    if (!right) return end(FileErrc::protocol_error);
    state_ = State::transfer;
    say(format_msnftp_fil(size_));
}

std::size_t MsnftpSenderStream::take(std::string_view bytes) {
    if (state_ != State::sending || left()) return 0;
    const std::size_t taken = cutter_.take(
        bytes, [this] { return !left() && transport().send_queue_size() < queue_bytes; },
        [this](std::string_view data, std::uint64_t) { say(format_msnftp_block(data)); });
    if (taken < bytes.size() && !left()) transport().notify_when_drained();
    return taken;
}

/// Half way, the one thing that is no part of the file; before, there are no words for it.
std::string MsnftpSenderStream::last_words(std::error_code why) const {
    return state_ == State::sending && why ? format_msnftp_end() : std::string();
}

// --- the receiver ----------------------------------------------------------------------------------------------------

MsnftpReceiverStream::MsnftpReceiverStream(std::shared_ptr<MsnftpLink> link, std::string handle, std::uint32_t cookie,
                                           std::uint64_t size)
    : MsnftpStream(std::move(link)), handle_(std::move(handle)), cookie_(cookie), size_(size) {}

void MsnftpReceiverStream::opened() {
    say(format_msnftp_ver());
}

void MsnftpReceiverStream::got_line(const MsnftpLine& line) {
    using Verb = MsnftpLine::Verb;
    if (line.verb == Verb::bye || line.verb == Verb::ccl) return end(FileErrc::cancelled);
    if (state_ == State::version && line.verb == Verb::ver) {
        state_ = State::size;
        return say(format_msnftp_usr(handle_, std::to_string(cookie_)));
    }
    if (state_ != State::size || line.verb != Verb::fil) return end(FileErrc::protocol_error);
    if (line.size != size_) return end(FileErrc::wrong_size);
    state_ = State::receiving;
    expect_blocks();
    say(format_msnftp_tfr());
    if (!left()) owner().stream_ready();
}

void MsnftpReceiverStream::got_blocks(std::string_view bytes) {
    std::string_view data;
    while (!left()) {
        switch (blocks_.next(bytes, data)) {
            case MsnftpBlocks::Event::more: return;
            case MsnftpBlocks::Event::bad:
                // Once all is there, a sender may say good bye in words.
                if (received_ == size_) return;
                return end(FileErrc::protocol_error);
            case MsnftpBlocks::Event::end:
                if (received_ != size_) return end(FileErrc::cancelled);
                break;
            case MsnftpBlocks::Event::data:
                if (data.size() > size_ - received_) return end(FileErrc::wrong_size);
                received_ += data.size();
                owner().stream_got(data);
        }
    }
}

std::string MsnftpReceiverStream::last_words(std::error_code why) const {
    if (!why) return format_msnftp_bye(MsnftpBye::receiver_done);
    if (why == FileErrc::no_space) return format_msnftp_bye(MsnftpBye::cannot_store);
    return state_ == State::receiving ? format_msnftp_ccl() : std::string();
}

}  // namespace patchcord::msn

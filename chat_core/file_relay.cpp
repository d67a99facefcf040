#include "chat_core/file_relay.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_error.hpp"

namespace patchcord::chat {
namespace {

constexpr std::size_t a_piece = 16 * 1024;  // that may come when the buffer is nearly full

}  // namespace

FileRelay::FileRelay(FileSource& source, FileSink& sink, Scheduler& scheduler, FileRelayOptions options, Began began,
                     Ended ended)
    : source_(source),
      sink_(sink),
      scheduler_(scheduler),
      options_(options),
      began_(std::move(began)),
      ended_(std::move(ended)),
      bucket_(options.rate.burst),
      moved_(scheduler.now()) {}

FileRelay::~FileRelay() {
    scheduler_.cancel(pace_timer_);
    scheduler_.cancel(stall_timer_);
}

void FileRelay::start() {
    watch();
    sink_.start(*this);
    if (ended()) return;
    source_.start(*this, options_.offset);
}

// --- from the source -------------------------------------------------------------------------------------------------

void FileRelay::got(std::string_view bytes) {
    if (ended()) return;
    if (bytes.size() > options_.size - received()) return end(FileErrc::wrong_size);
    moved_ = scheduler_.now();
    if (const Began began = std::exchange(began_, nullptr)) began();
    if (bytes.empty()) return finish_when_all_is_there();
    received_ += bytes.size();
    bucket_.charge(options_.rate, moved_, static_cast<double>(bytes.size()));
    pass(bytes);
    if (ended()) return;
    finish_when_all_is_there();
    pace();
}

void FileRelay::pass(std::string_view bytes) {
    if (buffer_.empty() && sink_takes_) {
        const std::size_t taken = sink_.take(bytes);
        if (ended()) return;
        taken_ += taken;
        bytes.remove_prefix(taken);
        sink_takes_ = bytes.empty();
    }
    if (bytes.empty()) return;
    if (buffer_.size() - drained_ + bytes.size() > max_buffer_bytes) return end(FileErrc::protocol_error);
    if (buffer_.empty()) buffer_.reserve(std::min<std::uint64_t>(options_.size, buffer_bytes + a_piece));
    buffer_.append(bytes);
}

/// The rate and the buffer both hold the source back.
void FileRelay::pace() {
    if (ended()) return;
    if (!waiting_ && !bucket_.has(options_.rate, scheduler_.now())) {
        waiting_ = true;
        pace_timer_ = scheduler_.after(bucket_.wait(options_.rate), [this] {
            pace_timer_ = {};
            waiting_ = false;
            moved_ = scheduler_.now();  // it was us who waited
            pace();
        });
    }
    hold_back(waiting_ || buffer_.size() - drained_ >= buffer_bytes);
}

void FileRelay::hold_back(bool hold) {
    if (paused_ == hold) return;
    paused_ = hold;
    if (hold) {
        source_.pause();
    } else {
        source_.resume();
    }
}

void FileRelay::source_ended(std::error_code why) {
    if (ended() || (received() == options_.size && !began_)) return;
    end(why ? why : make_error_code(FileErrc::sender_gone));
}

// --- from the sink ---------------------------------------------------------------------------------------------------

void FileRelay::sink_ready() {
    if (ended()) return;
    sink_takes_ = sink_opened_ = true;
    moved_ = scheduler_.now();
    drain();
    if (ended()) return;
    finish_when_all_is_there();
    pace();
}

void FileRelay::drain() {
    if (std::exchange(draining_, true)) return;
    while (sink_takes_ && drained_ < buffer_.size()) {
        const std::size_t left = buffer_.size() - drained_;
        const std::size_t taken = sink_.take(std::string_view(buffer_).substr(drained_));
        if (ended()) return;
        if (taken > 0) moved_ = scheduler_.now();
        taken_ += taken;
        drained_ += taken;
        sink_takes_ = taken == left;
    }
    draining_ = false;
    if (drained_ == buffer_.size()) {
        std::string().swap(buffer_);  // an idle transfer holds none
        drained_ = 0;
    } else if (drained_ >= buffer_bytes / 2) {
        buffer_.erase(0, drained_);
        drained_ = 0;
    }
}

void FileRelay::finish_when_all_is_there() {
    if (ended() || finishing_ || transferred() != options_.size || began_ || !sink_opened_) return;
    finishing_ = true;
    sink_.finish();
}

void FileRelay::sink_finished() {
    if (ended()) return;
    end(transferred() == options_.size ? std::error_code() : make_error_code(FileErrc::receiver_gone));
}

void FileRelay::sink_failed(std::error_code why) {
    end(why);
}

// --- the end ---------------------------------------------------------------------------------------------------------

void FileRelay::watch() {
    const auto quiet = scheduler_.now() - moved_;
    if (quiet >= options_.stall_time && !waiting_) return end(FileErrc::stalled);
    stall_timer_ = scheduler_.after(waiting_ ? options_.stall_time : options_.stall_time - quiet, [this] {
        stall_timer_ = {};
        watch();
    });
}

void FileRelay::end(std::error_code why) {
    if (ended()) return;
    scheduler_.cancel(std::exchange(pace_timer_, {}));
    scheduler_.cancel(std::exchange(stall_timer_, {}));
    const Ended ended = std::exchange(ended_, nullptr);
    ended(why);
}

}  // namespace patchcord::chat

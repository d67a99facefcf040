// Bodies that come or go as a stream.

#include <algorithm>
#include <utility>

#include "gateway/http/http_session.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t stream_queue = 64 * 1024;  // bytes that wait for one slow reader
constexpr std::size_t stream_piece = 32 * 1024;

}  // namespace

// --- requests --------------------------------------------------------------------------------------------------------

void HttpSession::dispatch_upload(HttpRequest& request) {
    begin_request(request);
    body_unread_ = true;
    expects_leave_ = request.expects_leave;
    const auto guarded = [this](auto then) {
        return [alive = std::weak_ptr(alive_), number = requests_, then](auto&& value) {
            if (const auto session = alive.lock()) ((*session)->*then)(number, std::forward<decltype(value)>(value));
        };
    };
    HttpIntake intake;
    intake.respond = [answer = guarded(&HttpSession::answer)](const HttpResponse& response) { answer(response); };
    intake.take = [take = guarded(&HttpSession::receive)](std::unique_ptr<HttpBodySink> sink) {
        take(std::move(sink));
    };
    server_.routes().dispatch_upload(request, std::move(intake));
    if (blocked() && !closing_) transport_->pause_reading();
}

void HttpSession::receive(std::size_t request, std::unique_ptr<HttpBodySink> sink) {
    if (closing_ || !due_ || request != requests_ || receiving_ || !body_unread_) return;
    sink_ = std::move(sink);
    receiving_ = true;
    if (std::exchange(expects_leave_, false)) (void)transport_->write("HTTP/1.1 100 Continue\r\n\r\n");
    transport_->resume_reading();
    if (!working_) work();
}

void HttpSession::take_piece(const std::string& piece) {
    moved_ += piece.size();
    const std::shared_ptr<HttpBodySink> sink = sink_;  // it may answer, and be let go of by that
    if (sink != nullptr) sink->take(piece);
}

void HttpSession::end_of_body() {
    receiving_ = body_unread_ = false;
    const std::shared_ptr<HttpBodySink> sink = sink_;
    if (sink != nullptr) sink->finish();
    if (blocked() && !closing_) transport_->pause_reading();
}

// --- answers ---------------------------------------------------------------------------------------------------------

/// As much as may wait here; the rest when that has left. A connection that closes is not given long to send what
/// waits, so the end comes when nothing does.
void HttpSession::pump() {
    while (stream_left_ > 0 && transport_->send_queue_size() + stream_piece <= stream_queue) {
        if (!give_piece()) return;
    }
    if (stream_left_ == 0 && transport_->send_queue_size() == 0) {
        const std::shared_ptr<HttpBodySource> whole = std::exchange(stream_, nullptr);
        whole->finished();
        answered();
        return;
    }
    transport_->notify_when_drained();
    enter(Phase::sending);
}

bool HttpSession::give_piece() {
    std::string piece;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(stream_left_, stream_piece));
    switch (stream_->give(piece, most)) {
        case HttpBodySource::Given::bytes: break;
        case HttpBodySource::Given::later:
            server_.scheduler().cancel(timer_);  // not the reader's fault
            phase_ = Phase::none;
            stream_->when_there_is_more([alive = std::weak_ptr(alive_)] {
                const auto session = alive.lock();
                if (session != nullptr && (*session)->stream_ != nullptr) (*session)->pump();
            });
            return false;
        case HttpBodySource::Given::failed: break_off({chat::CloseKind::lost, "the file broke off"}); return false;
    }
    stream_left_ -= piece.size();
    moved_ += piece.size();
    if (transport_->write(piece)) break_off({chat::CloseKind::lost, "the client is gone"});
    return !closing_;
}

void HttpSession::drained() {
    if (!closing_ && stream_ != nullptr) pump();
}

/// Whoever takes or gives next to nothing holds a connection for it.
void HttpSession::check_rate() {
    const HttpOptions& options = server_.options();
    const auto seconds = std::chrono::duration<double>(options.stall_time).count();
    const std::uint64_t waiting = phase_ == Phase::sending ? transport_->send_queue_size() : 0;
    if (static_cast<double>(moved_ - waiting) < static_cast<double>(options.least_rate) * seconds) {
        limit_hit(HttpLimit::transfer_rate);
        if (phase_ == Phase::receiving) {
            refuse(408, close_reason(HttpLimit::transfer_rate, "body too slow"));
        } else {
            break_off(close_reason(HttpLimit::transfer_rate, "reader too slow"));
        }
        return;
    }
    const Phase phase = std::exchange(phase_, Phase::none);
    enter(phase);
}

}  // namespace patchcord::gateway

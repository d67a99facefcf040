#include "gateway/files/spool_streams.hpp"

#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_relay.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t piece_bytes = 32 * 1024;
constexpr int pieces_a_turn = 8;  // then the others have theirs

}  // namespace

HttpBodySource::Given SpoolReader::give(std::string& into, std::size_t most) {
    if (offset_ >= file_->size()) return file_->state() == SpoolFile::State::growing ? Given::later : Given::failed;
    const std::size_t before = into.size();
    if (file_->read(offset_, most, into)) return Given::failed;
    offset_ += into.size() - before;
    return Given::bytes;
}

// --- into the spool --------------------------------------------------------------------------------------------------

void SpoolSink::start(chat::FileRelay& relay) {
    relay_ = &relay;
    relay.sink_ready();
}

std::size_t SpoolSink::take(std::string_view bytes) {
    const std::error_code error = writer_->append(bytes);
    if (!error) return bytes.size();
    if (relay_ != nullptr) relay_->sink_failed(error);
    return 0;
}

/// Should the index fail, the link is good until the next start, which the store has told the log of.
void SpoolSink::finish() {
    writer_->complete([](std::error_code) {});
    if (relay_ != nullptr) relay_->sink_finished();
}

void SpoolSink::stop(std::error_code) {
    relay_ = nullptr;
    writer_->abandon();
}

// --- out of the spool ------------------------------------------------------------------------------------------------

void SpoolSource::start(chat::FileRelay& relay, std::uint64_t offset) {
    relay_ = &relay;
    offset_ = offset;
    go_on_later();
}

void SpoolSource::resume() {
    paused_ = false;
    go_on_later();
}

void SpoolSource::stop(std::error_code) {
    relay_ = nullptr;
}

void SpoolSource::go_on_later() {
    if (std::exchange(waiting_, true)) return;
    defer_([alive = std::weak_ptr(alive_)] {
        const auto source = alive.lock();
        if (!source) return;
        (*source)->waiting_ = false;
        (*source)->give();
    });
}

void SpoolSource::give() {
    if (relay_ != nullptr && offset_ >= file_->size()) {
        relay_->got({});  // what begins at the end has to say so
        return;
    }
    std::string piece;
    for (int pieces = 0; relay_ != nullptr && !paused_ && offset_ < file_->size(); ++pieces) {
        if (pieces == pieces_a_turn) return go_on_later();
        piece.clear();
        if (const std::error_code error = file_->read(offset_, piece_bytes, piece)) return relay_->source_ended(error);
        offset_ += piece.size();
        relay_->got(piece);
    }
}

}  // namespace patchcord::gateway

#include "chat_core/outbox.hpp"

#include <algorithm>
#include <utility>

namespace patchcord::chat {

bool Outbox::push(const WireBytes& bytes, TurnBuffer& turn) {
    if (!fits(bytes->size())) return false;
    if (kept_.empty()) {
        add_piece(turn.place(bytes));
    } else {
        keep(*bytes);
    }
    return true;
}

bool Outbox::push(std::string_view bytes, TurnBuffer& turn) {
    if (!fits(bytes.size())) return false;
    if (kept_.empty()) {
        add_piece(turn.copy(bytes));
    } else {
        keep(bytes);
    }
    return true;
}

void Outbox::add_piece(std::string_view piece) {
    size_ += piece.size();
    std::string_view& last = pieces_ ? pieces_->back() : piece_;
    if (last.data() + last.size() == piece.data()) {
        last = {last.data(), last.size() + piece.size()};
    } else if (last.empty()) {
        last = piece;
    } else if (!piece.empty()) {
        if (!pieces_) pieces_ = std::make_unique<std::vector<std::string_view>>();
        pieces_->push_back(piece);
    }
}

void Outbox::keep(std::string_view bytes) {
    // What was written makes room first, else a reader who never quite catches up would make this grow for ever.
    if (kept_written_ != 0 && kept_.size() + bytes.size() > kept_.capacity()) {
        kept_.erase(0, kept_written_);
        kept_written_ = 0;
    }
    kept_ += bytes;
    size_ += bytes.size();
}

void Outbox::gather(std::vector<std::string_view>& pieces, std::size_t max_pieces) const {
    pieces.clear();
    const auto add = [&](std::string_view piece) {
        if (!piece.empty() && pieces.size() < max_pieces) pieces.push_back(piece);
    };
    add(std::string_view(kept_).substr(kept_written_));
    add(piece_);
    if (!pieces_) return;
    for (const std::string_view piece : *pieces_) add(piece);
}

void Outbox::consume(std::size_t count) {
    size_ -= count;
    if (!kept_.empty()) {
        const std::size_t from_kept = std::min(count, kept_.size() - kept_written_);
        kept_written_ += from_kept;
        count -= from_kept;
        if (kept_written_ < kept_.size()) return;
        std::string().swap(kept_);  // assigning would keep the memory
        kept_written_ = 0;
    }
    const std::size_t from_piece = std::min(count, piece_.size());
    piece_.remove_prefix(from_piece);
    count -= from_piece;
    if (!pieces_) return;
    auto first = pieces_->begin();
    while (first != pieces_->end() && count >= first->size()) count -= (first++)->size();
    if (first != pieces_->end()) first->remove_prefix(count);
    pieces_->erase(pieces_->begin(), first);
    if (pieces_->empty()) pieces_.reset();
}

void Outbox::settle() {
    if (settled()) return;
    const std::string_view piece = std::exchange(piece_, {});
    const auto pieces = std::move(pieces_);
    size_ -= piece.size();
    keep(piece);
    if (!pieces) return;
    for (const std::string_view more : *pieces) {
        size_ -= more.size();
        keep(more);
    }
}

void Outbox::clear() {
    size_ = 0;
    std::string().swap(kept_);
    kept_written_ = 0;
    piece_ = {};
    pieces_.reset();
}

}  // namespace patchcord::chat

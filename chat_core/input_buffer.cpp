#include "chat_core/input_buffer.hpp"

namespace patchcord::chat {

void InputBuffer::feed(std::string_view bytes) {
    if (input_.empty()) {
        kept_.clear();
        input_ = bytes;
    } else {
        keep();
        kept_ += bytes;
        input_ = kept_;
    }
}

void InputBuffer::keep() {
    if (input_.empty()) {
        std::string().swap(kept_);
        input_ = {};
        return;
    }
    const bool inside = !kept_.empty() && input_.data() >= kept_.data() && input_.data() <= kept_.data() + kept_.size();
    if (inside) {
        kept_.erase(0, kept_.size() - input_.size());
    } else {
        kept_.assign(input_);
    }
    input_ = kept_;
}

}  // namespace patchcord::chat

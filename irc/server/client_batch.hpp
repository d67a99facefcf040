#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/message.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "irc/server/label.hpp"

namespace patchcord::irc {

/// A message of several lines while it comes in (IRCv3 draft/multiline): what its lines say together, and where they
/// were cut. Never holds more than the limits allow.
class ClientBatch {
  public:
    /// In bytes of the whole text, a line feed between two lines counted, and in lines as they came.
    struct Limits {
        std::size_t bytes = 0;
        std::size_t lines = 0;
    };
    /// Why a line cannot be part of the message.
    enum class Fault : std::uint8_t { none, too_many_bytes, too_many_lines, blank_joined, other_verb, ctcp };

    /// `tags`: the client-only ones of the whole message, in wire form.
    ClientBatch(std::string reference, std::string target, std::string tags)
        : reference_(std::move(reference)), target_(std::move(target)), tags_(std::move(tags)) {}

    /// Adds a line, PRIVMSG or NOTICE; `joined`: it goes on in the line before.
    [[nodiscard]] Fault add(bool notice, std::string_view text, bool joined, const Limits& limits);
    /// Forgets what came so far.
    void clear();

    [[nodiscard]] const std::string& reference() const { return reference_; }
    [[nodiscard]] const std::string& target() const { return target_; }
    [[nodiscard]] const std::string& tags() const { return tags_; }
    [[nodiscard]] bool notice() const { return notice_; }
    /// Is there nothing in it to be read?
    [[nodiscard]] bool blank() const;
    [[nodiscard]] const std::string& text() const { return text_; }
    /// The lines as they came; they look into `text`.
    [[nodiscard]] std::vector<chat::TextPart> parts() const;

  private:
    struct Piece {
        std::size_t begin;
        std::size_t size;
        bool joined;
    };

    std::string reference_;
    std::string target_;
    std::string tags_;
    std::string text_;
    std::vector<Piece> pieces_;
    bool notice_ = false;
};

/// A batch that a session is in the middle of.
struct OpenBatch {
    ClientBatch message;
    std::unique_ptr<LabelledReply> label = nullptr;  // of the line that opened it: what is answered at its end
    chat::TimerId timeout = {};
    bool refused = false;  // the client knows already; the rest is passed over
};

/// May a batch be called so? ASCII letters, digits and hyphens (IRCv3 batch), and not too many.
[[nodiscard]] bool is_valid_batch_reference(std::string_view reference);

}  // namespace patchcord::irc

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/ports/history_store.hpp"

namespace patchcord::irc {

class LineBuilder;
class Server;
class Session;

/// A piece of a conversation's history on its way to one client, in slices: what `Session::stream` runs. It goes in a
/// batch `chathistory` to clients that know batches.
class Playback {
  public:
    /// `name` is what the client calls the conversation, `query` whether that is somebody. `label` is that of the
    /// command that asked; empty: none did.
    Playback(Session& session, std::vector<chat::HistoryLine> lines, std::string name, bool query, std::string label);

    /// Lines with one of these msgids are left out: the client is shown them otherwise. Asked for each.
    void skip(std::function<bool(const std::string& msgid)> shown) { shown_ = std::move(shown); }
    /// Sends a slice; false when that was the last.
    bool operator()();

  private:
    void begin();
    void end();
    void send(const chat::HistoryLine& line);
    /// `joined`: it goes on in the line before.
    struct Piece {
        std::string_view text;
        bool joined;
    };
    [[nodiscard]] std::vector<Piece> cut(std::string_view text, std::size_t budget) const;
    [[nodiscard]] bool wants_batch(std::string_view text, std::size_t pieces) const;
    void send_text(const chat::HistoryLine& line);
    void send_multiline(const chat::HistoryLine& line, const std::vector<Piece>& pieces, const std::string& dated);
    void add_tags(LineBuilder& built, const chat::HistoryLine& line, bool first) const;
    void send_piece(const chat::HistoryLine& line, std::string_view text, bool first);
    [[nodiscard]] std::string source_of(const chat::HistoryLine& line) const;
    [[nodiscard]] std::string named(const std::string& params) const;
    [[nodiscard]] std::string params_of(const chat::HistoryLine& line) const;
    [[nodiscard]] bool is_own(const chat::HistoryLine& line) const;

    Session* session_;
    std::vector<chat::HistoryLine> lines_;
    std::string name_;
    bool query_;
    std::string label_;
    std::string reference_;  // of the batch; empty: the client knows none
    std::function<bool(const std::string&)> shown_;
    std::size_t next_ = 0;
    std::size_t pieces_ = 0;  // lines of the protocol that were sent
    bool begun_ = false;
};

/// "[2026-01-31T12:00Z] ", before the text for clients that cannot show when it was sent.
[[nodiscard]] std::string dated_prefix(const Server& server, chat::WallTime at);

}  // namespace patchcord::irc

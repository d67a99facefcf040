#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/result.hpp"

namespace patchcord::chat {

/// A conversation whose lines are kept: a room, or a query between two people.
struct HistoryPlace {
    /// What names it, folded: a room's name, or the two parties of a query as `query_key` puts them.
    std::string key;
    /// When it began, in milliseconds since 1970, for a room that ends with its last member: whoever opens one of that
    /// name later must not read what was said in the earlier. 0 for rooms that stay, and for queries.
    std::int64_t began = 0;
    friend bool operator==(const HistoryPlace&, const HistoryPlace&) = default;
};

/// One line that was said, or one thing that happened, as the edge that reads it back wrote it.
struct HistoryLine {
    HistoryPlace place;
    WallTime at{};
    std::string msgid;    // unique for ever; empty for events, which nobody refers to
    std::string source;   // nick!user@host at that time
    std::string account;  // of who caused it; empty without one
    bool bot = false;
    bool event = false;  // not a message: somebody came, left, changed something
    std::string command;
    /// The parameters between the command and the text, for a message its target as it was written; separated by
    /// blanks.
    std::string params;
    std::optional<std::string> text;
    std::string tags;  // client-only ones, in wire form
    /// Accounts that may read the place from now on, also when it has ended: those of who takes part.
    std::vector<std::string> parties;
    /// An account that was removed from the place, and may read it no longer once it has ended.
    std::string expelled = {};
    /// An account that left the place by itself: once it has ended, it reads what was said until then. Whoever is made
    /// a party again reads all.
    std::string left = {};
};

/// Which end of time something lies at: at a line, at a moment, or nowhere (no bound).
struct HistoryPoint {
    std::string msgid;                // empty: see `at`
    std::optional<WallTime> at = {};  // none, with no msgid: no bound
    [[nodiscard]] bool unbounded() const { return msgid.empty() && !at; }
};

/// A piece of a conversation. Its bounds are not part of it.
struct HistoryRange {
    /// Where to look: the place that is open now. Earlier ones of the same key count when `reader` took part in them.
    HistoryPlace place;
    std::string reader;  // an account; empty: a guest, who reads the place itself only
    enum class From : std::uint8_t {
        oldest,  // the first `limit` lines after `after`
        newest,  // the last `limit` lines before `before`
        around,  // half of `limit` before `after`, that line itself, and the rest behind it
    };
    From from = From::newest;
    HistoryPoint after;
    HistoryPoint before;
    std::size_t limit = 0;
    bool events = false;  // with what happened, not only what was said
};

/// A conversation, and when its last message was sent.
struct HistoryTarget {
    std::string key;
    WallTime latest{};
};

/// Keeps what was said and gives it back. Nothing here waits: answers come later, never from inside the call.
class HistoryStore {
  public:
    virtual ~HistoryStore() = default;

    using Kept = std::function<void(std::error_code)>;
    /// Keeps a line. `kept`, if any, is called once the line outlives the process, or with why it will not be there.
    virtual void append(HistoryLine line, Kept kept = {}) = 0;

    using Lines = std::function<void(Result<std::vector<HistoryLine>>)>;
    /// Lines in the order of time, oldest first. Whatever was appended before the call is among them. Errors:
    /// no_such_message for a msgid that is not in the place; list_full when too many questions wait; those of the
    /// store.
    virtual void read(HistoryRange range, Lines done) = 0;

    using Targets = std::function<void(Result<std::vector<HistoryTarget>>)>;
    /// The conversations `reader` took part in that have a message between two times, exclusive; the oldest `limit` of
    /// them, by their latest message. Errors: list_full, those of the store.
    virtual void targets(std::string reader, WallTime after, WallTime before, std::size_t limit, Targets done) = 0;

    using Found = std::function<void(Result<HistoryLine>)>;
    /// The message of that id in the place; see `HistoryRange` for what a reader may see. Errors: no_such_message,
    /// list_full, those of the store.
    virtual void find(HistoryPlace place, std::string reader, std::string msgid, Found done) = 0;
    /// Removes the text for good, wherever it is. Errors: no_such_message, those of the store.
    virtual void redact(std::string msgid, Kept done) = 0;

    /// Moments that are remembered for an account, each under a name: how far it has read a conversation, when a
    /// device of theirs was here last.
    using Markers = std::map<std::string, WallTime>;
    static constexpr std::size_t most_markers = 1000;  // of an account
    /// Errors: list_full, those of the store.
    virtual void markers(std::string account, std::function<void(Result<Markers>)> done) = 0;
    /// Only moves forward. Nothing happens when the account has too many.
    virtual void set_marker(std::string account, std::string name, WallTime at) = 0;
    /// The place is called otherwise from now on; what was said in it, and who may read that, stays as it is.
    virtual void renamed(HistoryPlace from, HistoryPlace to) = 0;
    /// All there is of an account that is removed: its queries, its markers, its being a party.
    virtual void forget_account(std::string account) = 0;
};

}  // namespace patchcord::chat

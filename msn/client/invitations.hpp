#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/ports/scheduler.hpp"
#include "chat_core/result.hpp"
#include "msn/wire/invitation.hpp"

namespace patchcord::msn {

/// A file that somebody in a switchboard would like to send.
struct SendRequest {
    std::string handle;  ///< who
    std::string cookie;  ///< names the offer, in this switchboard and for this person
    FileInvitation file;
};

/// What was said to an offer: ACCEPT or CANCEL; or why nothing was.
using InvitationAnswered = std::function<void(chat::Result<Invitation>)>;

/// Which offers of files in one switchboard wait for an answer, by the person who owes it and the offer's cookie.
class Invitations {
  public:
    /// Offers that may wait at a time, of both sides.
    static constexpr std::size_t max_waiting = 16;

    explicit Invitations(std::uint32_t first_cookie) : last_cookie_(first_cookie) {}

    /// May the answer of `handle` to `cookie` be waited for?
    [[nodiscard]] bool has_room(const std::string& handle, const std::string& cookie) const;
    /// A cookie that nobody waits for.
    [[nodiscard]] std::string fresh_cookie();
    void add(const std::string& handle, const std::string& cookie, InvitationAnswered done, chat::TimerId timer);

    struct Waiting {
        InvitationAnswered done;
        chat::TimerId timer;
    };
    /// Gives back what waits and forgets it; without a function when nothing does.
    [[nodiscard]] Waiting take(const std::string& handle, const std::string& cookie);
    /// The same, whoever owes the answer.
    [[nodiscard]] Waiting take(const std::string& cookie);
    [[nodiscard]] std::vector<Waiting> take_all_of(const std::string& handle);
    [[nodiscard]] std::vector<Waiting> take_all();

  private:
    using Key = std::pair<std::string, std::string>;
    template <class Wanted>
    [[nodiscard]] std::vector<Waiting> take_if(const Wanted& wanted);

    std::uint32_t last_cookie_;
    std::map<Key, Waiting> waiting_;
};

}  // namespace patchcord::msn

#pragma once

#include <string>

namespace patchcord::chat {

struct FileOffer;

/// Gives files to whoever has their link: for clients that know no other way, and for rooms.
class FileDrop {
  public:
    virtual ~FileDrop() = default;

    /// A link for an offer, good until it is withdrawn or expires, and if somebody fetches the file by it, as long as
    /// links are kept; empty when there can be none.
    [[nodiscard]] virtual std::string link_for(const FileOffer& offer) = 0;
    /// The offer has ended: without anybody having come by the link, that is good no longer.
    virtual void ended(const FileOffer& offer) = 0;
};

}  // namespace patchcord::chat

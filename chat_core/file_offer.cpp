#include "chat_core/file_offer.hpp"

#include "chat_core/file_name.hpp"

namespace patchcord::chat {

std::string describe(const FileOffer& offer) {
    const std::string link = offer.link.empty() ? std::string() : ": " + offer.link;
    return "offers a file: " + offer.name + " (" + format_file_size(offer.size) + ")" + link;
}

}  // namespace patchcord::chat

#pragma once

#include <string>
#include <vector>

#include "chat_core/file_offer.hpp"
#include "chat_core/ports/file_drop.hpp"

namespace patchcord::tests {

/// Has a link for every file, "http://here/cat.png", and writes down which are over.
class MemoryDrop final : public chat::FileDrop {
  public:
    std::string link_for(const chat::FileOffer& offer) override { return "http://here/" + offer.name; }
    void ended(const chat::FileOffer& offer) override { over.push_back(offer.name); }

    std::vector<std::string> over;
};

}  // namespace patchcord::tests

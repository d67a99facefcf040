#pragma once

#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/ports/picture_shelf.hpp"
#include "chat_core/user.hpp"

namespace patchcord::tests {

/// A shelf that takes what it is given, and writes down who shows what.
class MemoryShelf final : public chat::PictureShelf {
  public:
    [[nodiscard]] bool is_wanted(const chat::User& user) const override { return wants && is_ours(user); }
    [[nodiscard]] bool has(std::string_view digest) const override { return kept.contains(digest); }
    std::error_code keep(std::string_view digest, std::string bytes) override {
        if (!refuses) kept[std::string(digest)] = std::move(bytes);
        return refuses;
    }
    void show(const chat::User& user, std::string_view digest) override {
        if (!is_ours(user)) return;
        log.push_back(user.name() + " shows " + (digest.empty() ? "none" : kept.at(std::string(digest))));
    }
    [[nodiscard]] std::string link_of(const chat::User& user) const override {
        const auto found = links.find(user.name());
        return found == links.end() ? std::string() : found->second;
    }
    void want(const chat::User& user) override { log.push_back("wants " + user.name()); }
    std::vector<std::string> take() { return std::exchange(log, {}); }

    const chat::ChatService* only = nullptr;  // whose people it is for; nullptr: everybody's
    bool wants = false;
    std::error_code refuses;
    std::map<std::string, std::string, std::less<>> kept;
    std::map<std::string, std::string> links;
    std::vector<std::string> log;

  private:
    [[nodiscard]] bool is_ours(const chat::User& user) const { return only == nullptr || &user.service() == only; }
};

}  // namespace patchcord::tests

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/ports/address_book.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::tests {

/// Knows the people it is told of; whether an address exists is answered when the test says so.
class ManualAddressBook final : public chat::AddressBook {
  public:
    /// Somebody called `nick`, with the handle `nick@example.com`.
    void know(const std::string& nick) { by_nick_[nick] = nick + "@example.com"; }
    /// Gives the oldest question its answer.
    void answer(chat::Result<bool> found) const {
        ASSERT_FALSE(asked_.empty());
        const auto done = std::move(asked_.front().second);
        asked_.erase(asked_.begin());
        done(found);
    }
    [[nodiscard]] std::size_t pending() const { return asked_.size(); }

    [[nodiscard]] std::optional<std::string> address_of(std::string_view name, const chat::User&) const override {
        if (name.find('@') != std::string_view::npos) return std::string(name);
        const auto found = by_nick_.find(std::string(name));
        if (found == by_nick_.end()) return std::nullopt;
        return found->second;
    }
    [[nodiscard]] std::string name_of(std::string_view address) const override {
        for (const auto& [nick, known] : by_nick_) {
            if (known == address) return nick;
        }
        return {};
    }
    void exists(std::string address, std::function<void(chat::Result<bool>)> done) const override {
        asked_.emplace_back(std::move(address), std::move(done));
    }

  private:
    std::map<std::string, std::string> by_nick_;
    mutable std::vector<std::pair<std::string, std::function<void(chat::Result<bool>)>>> asked_;
};

/// An IRC server with people elsewhere who can be on contact lists.
class IrcContactsTest : public IrcTest {
  protected:
    IrcContactsTest() {
        server_.environment().address_book = &book_;
        for (const char* nick : {"bob", "carol", "mal"}) book_.know(nick);
    }

    static std::string address_of(std::string_view nick) { return std::string(nick) + "@example.com"; }
    /// Somebody who is here, with an address.
    std::unique_ptr<Visitor> visit(const std::string& nick) {
        chat::Profile profile;
        profile.username = nick;
        profile.host = "example.com";
        profile.real_name = "Real " + nick;
        profile.account = profile.address = address_of(nick);
        return std::make_unique<Visitor>(service_, nick, std::move(profile));
    }
    /// Puts somebody on a list, past the service nick.
    void list(std::string_view owner, std::string_view nick, std::string name = {}) {
        ASSERT_FALSE(user(owner).set_contact({address_of(nick), std::move(name), true, false, false}));
    }
    void block(std::string_view owner, std::string_view nick) {
        const chat::RosterEntry* known = user(owner).roster().find(address_of(nick));
        const bool listed = known != nullptr && known->listed;
        ASSERT_FALSE(user(owner).set_contact({address_of(nick), {}, listed, true, false}));
    }
    /// What the service nick says to `client`, without its source, when it is told `words`.
    Lines tell(IrcClient& client, std::string_view words, std::string_view nick = "ana") {
        return said(client.ask("PRIVMSG *patchcord :" + std::string(words)), nick);
    }
    /// The texts among the lines that come from the service nick.
    static Lines said(const Lines& lines, std::string_view target = "ana") {
        const std::string head = ":*patchcord!patchcord@irc.test PRIVMSG " + std::string(target) + " :";
        Lines texts;
        for (const std::string& line : lines) {
            const std::size_t at = line.find(head);
            if (at != std::string::npos) texts.push_back(line.substr(at + head.size()));
        }
        return texts;
    }

    ManualAddressBook book_;
};

}  // namespace patchcord::tests

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "gateway/bridge/name_map.hpp"
#include "msn/server/account_store.hpp"

namespace patchcord::gateway {

/// Keeps what people on IRC write to their contacts on MSN services while these are away, or the service is: with the
/// service, if it takes such messages, else here, until the account of the one who wrote sees them there.
class FarMail {
  public:
    struct Parts {
        chat::ChatService& service;
        const NameMap& names;
        msn::AccountStore& store;
        /// Can messages of `from` reach that address, now or later?
        std::function<bool(const chat::User& from, std::string_view address)> has_way;
        /// Leaves a text with the service of that address. False: it takes none now, and `done` is not called.
        std::function<bool(const chat::User& from, std::string_view address, const std::string& text,
                           std::function<void(std::error_code)> done)>
            leave = {};
    };

    /// `receivers` are those for whom something waits already.
    FarMail(Parts parts, const std::vector<std::string>& receivers)
        : parts_(std::move(parts)), receivers_(receivers.begin(), receivers.end()) {}

    /// The address behind the nick of somebody on a service who is not here; nothing for anybody else.
    [[nodiscard]] std::optional<std::string> receiver(std::string_view nick) const;
    [[nodiscard]] bool expects(std::string_view nick, const chat::User& from) const;
    void keep(const chat::User& from, std::string_view nick, std::string text,
              std::function<void(std::error_code)> done);
    /// `owner` sees `contact` from now on, who is that address on a service: what the owner wrote to them is sent. They
    /// may be one of ours, who is called otherwise here. True: something may wait, and `done` is called, later, when it
    /// has been sent; until then nothing newer may be.
    bool contact_came(const chat::User& owner, const chat::User& contact, const std::string& address,
                      std::function<void()> done);

  private:
    void keep_here(msn::OfflineMessage message, std::function<void(std::error_code)> done);
    void send(chat::UserId from, chat::UserId to, const std::string& address,
              const std::vector<msn::OfflineMessage>& messages);
    void ended(std::uint64_t id, bool settled);

    Parts parts_;
    std::set<std::string, std::less<>> receivers_;
    std::set<std::uint64_t> under_way_;                       // ids of those that were sent, until they are forgotten
    std::set<std::uint64_t> tried_;                           // likewise, and of those that were kept on then
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for answers that come after the end
};

}  // namespace patchcord::gateway

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/file_desk.hpp"
#include "chat_core/ports/file_network.hpp"
#include "irc/wire/dcc.hpp"

namespace patchcord::irc {

class Session;

/// The files that an IRC client is offered, and those it offers, as far as they go by DCC: whom which connection is
/// for, and what client and gateway say to each other about it. Where the other is on IRC too, the two have no need of
/// it.
class DccOffers {
  public:
    explicit DccOffers(Session& session);
    /// Nobody is waited for any more; what is on its way goes on.
    ~DccOffers();
    DccOffers(const DccOffers&) = delete;
    DccOffers& operator=(const DccOffers&) = delete;

    /// Offers the client a file. False: there can be no connection for it.
    [[nodiscard]] bool show(const chat::FileOffer& offer);
    /// An offer, of either kind, is not what it was.
    void changed(const chat::FileOffer& offer);

    // --- what the client says to `other`

    /// A file is offered. The error is the desk's, or at once that of the network.
    [[nodiscard]] std::error_code offer(chat::User& other, const Dcc& dcc);
    /// A passive offer is accepted: the client waits for us. False: there is none.
    [[nodiscard]] bool answer(const chat::User& other, const Dcc& dcc);
    /// It has the first bytes already, and is told where the file will begin. False: there is no such offer.
    [[nodiscard]] bool resume(const chat::User& other, const Dcc& dcc);
    /// It wants none, or takes back its own. False: there is no such offer.
    [[nodiscard]] bool reject(const chat::User& other, const Dcc& dcc);
    /// Is it about an offer that we made in the name of `other`? Where both are on IRC, all else is between them.
    [[nodiscard]] bool is_about_ours(const chat::User& other, const Dcc& dcc) const;
    /// Ends an offer or a transfer of the client's user.
    void cancel(const chat::FileOffer& offer);
    /// The client knows already what became of it.
    [[nodiscard]] bool is_known(chat::FileOfferId id) const { return known_ == id; }

  private:
    /// An offer to the client.
    struct Shown {
        chat::FileOfferId id{};
        chat::UserId from;
        std::string name;  // as the client was told it
        std::uint64_t size = 0;
        std::uint64_t offset = 0;
        std::uint16_t port = 0;  // at which we wait for the client; 0: passive
        std::string token;
        chat::FileNetwork::ListenId listening{};
        bool connecting = false;
    };
    /// An offer of the client.
    struct Given {
        std::string name;  // as the client calls it
        bool accepted = false;
    };
    using ShownPtr = std::shared_ptr<Shown>;
    /// Runs something with the session if it is still there.
    using WithSession = std::function<void(const std::function<void(Session&)>&)>;

    [[nodiscard]] chat::FileDesk& desk() const;
    [[nodiscard]] chat::FileNetwork* network() const;
    [[nodiscard]] WithSession with_session() const;
    [[nodiscard]] std::unique_ptr<chat::Protocol> connection_for(const ShownPtr& shown) const;
    [[nodiscard]] std::error_code listen(const ShownPtr& shown, chat::Endpoint& at);
    [[nodiscard]] ShownPtr find(const chat::User& from, const Dcc& dcc) const;
    bool decline(chat::FileOfferId id);
    [[nodiscard]] bool take_back(const chat::User& other, const Dcc& dcc);
    void stop_listening(Shown& shown);

    Session& session_;
    std::map<chat::FileOfferId, ShownPtr> shown_;
    std::map<chat::FileOfferId, Given> given_;
    chat::FileOfferId known_{};
};

/// CTCP DCC to a client, from somebody who is not on IRC. `notice`: as an answer that needs none.
void send_dcc(Session& session, const chat::User& from, const Dcc& dcc, bool notice = false);

}  // namespace patchcord::irc

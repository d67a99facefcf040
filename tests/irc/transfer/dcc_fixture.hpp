#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/file_desk.hpp"
#include "chat_core/ports/file_network.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::tests {

/// A connection for a file, of which the test is the client's end.
class FileTransport final : public TestTransport {
  public:
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    std::string take() { return std::exchange(bytes_, {}); }

  private:
    void note(std::string_view bytes) override { bytes_ += bytes; }

    std::string bytes_;
};

/// Connections for files that the test makes or refuses. What waits and what is asked for is in the order of the calls.
class DccNetwork final : public chat::FileNetwork {
  public:
    struct Waiting {
        ListenId id{};
        chat::Endpoint at;
        std::string peer;
        std::unique_ptr<chat::Protocol> protocol;
        Failed failed;
        bool stopped = false;
    };

    void connect(const chat::Endpoint& to, const chat::PeerInfo& peer, std::unique_ptr<chat::Protocol> protocol,
                 Failed failed) override {
        connects.push_back({{}, to, peer.address, std::move(protocol), std::move(failed)});
    }
    chat::Result<Listening> listen(const chat::PeerInfo& peer, const Wait& wait,
                                   std::unique_ptr<chat::Protocol> protocol, Failed failed) override {
        if (!listens_) return chat::FileErrc::unreachable;
        if (wait.offerer && offers_have_enough) return chat::FileErrc::too_many;
        patience = wait.within;
        const ListenId id{listens.size() + 1};
        const auto port = static_cast<std::uint16_t>(6891 + listens.size());
        const chat::Endpoint at{peer.local_address.empty() ? "192.0.2.254" : peer.local_address, port};
        listens.push_back({id, at, peer.address, std::move(protocol), std::move(failed)});
        return Listening{id, at};
    }
    void stop_listening(ListenId id) override { listens.at(static_cast<std::size_t>(id) - 1).stopped = true; }
    [[nodiscard]] bool can_listen() const override { return listens_; }
    [[nodiscard]] std::error_code refusal(const chat::Endpoint& to, const chat::PeerInfo& peer) const override {
        if (to.host == peer.address && to.port >= 1024) return refusal_of_peer;
        return chat::FileErrc::address_refused;
    }

    bool listens_ = true;
    bool offers_have_enough = false;  // ports
    std::error_code refusal_of_peer;
    std::vector<Waiting> connects;
    std::vector<Waiting> listens;
    std::chrono::milliseconds patience{};
};

/// A connection that stands, from the protocol's first call to `hang_up` or the end of the scope.
class FileConnection {
  public:
    explicit FileConnection(DccNetwork::Waiting& waiting) : protocol_(std::move(waiting.protocol)) {
        protocol_->connection_made(*transport_);
    }
    ~FileConnection() { hang_up(); }
    FileConnection(const FileConnection&) = delete;
    FileConnection& operator=(const FileConnection&) = delete;

    void send(std::string_view bytes) { protocol_->data_received(bytes); }
    /// All that waits is read, and more if there is more.
    void read() {
        transport_->drain();
        while (transport_->take_drained_wanted()) protocol_->drained();
    }
    void hang_up(std::error_code why = {}) {
        if (protocol_ == nullptr) return;
        protocol_->connection_lost(why);
        protocol_.reset();
    }
    [[nodiscard]] FileTransport& transport() { return *transport_; }

  private:
    std::unique_ptr<FileTransport> transport_ = std::make_unique<FileTransport>();
    std::unique_ptr<chat::Protocol> protocol_;
};

/// ana on IRC, bob elsewhere, and files between them.
class DccTest : public IrcTest {
  protected:
    class Drop final : public chat::FileDrop {
      public:
        std::string link_for(const chat::FileOffer&) override { return link; }
        void ended(const chat::FileOffer&) override {}
        std::string link = "https://irc.test/f/abc";
    };

    DccTest() {
        server_.environment().files = &desk_;
        server_.environment().file_network = &network_;
    }

    /// bob offers ana a file of that size.
    chat::Result<chat::FileOfferId> offer(std::uint64_t size = 5, std::string_view name = "cat.jpg",
                                          bool seeks = false) {
        return desk_.offer(bob_.user(), {nullptr, &user("ana"), {}}, name, size,
                           std::make_unique<ManualSource>(giver_, seeks));
    }
    std::error_code accept(chat::FileOfferId id) { return desk_.accept(id, std::make_unique<ManualSink>(taker_)); }
    /// The id of the only offer there is.
    chat::FileOfferId only_offer() {
        const auto all = desk_.all();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? chat::FileOfferId{} : all.front().id;
    }
    /// What ana says to bob, and what she is answered.
    Lines dcc(std::string_view words, std::string_view verb = "PRIVMSG") {
        return ana_.ask(std::string(verb) + " bob :\x01" + "DCC " + std::string(words) + "\x01");
    }
    /// What ana is told by the service nick.
    static std::string told(std::string_view words) {
        return ":*patchcord!patchcord@irc.test NOTICE ana :" + std::string(words);
    }
    static std::string from_bob(std::string_view verb, std::string_view words) {
        return ":bob!bob@example.com " + std::string(verb) + " ana :\x01" + std::string(words) + "\x01";
    }

    DccNetwork network_;
    Drop drop_;
    chat::FileDesk desk_{service_, metrics_, {}};
    std::shared_ptr<FileEnd> giver_ = std::make_shared<FileEnd>();
    std::shared_ptr<FileEnd> taker_ = std::make_shared<FileEnd>();
    IrcClient ana_ = connect("ana");
    Visitor bob_{service_, "bob", profile()};

  private:
    static chat::Profile profile() {
        chat::Profile profile;
        profile.username = "bob";
        profile.host = "example.com";
        profile.address = "bob@example.com";
        return profile;
    }
};

}  // namespace patchcord::tests

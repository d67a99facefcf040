#include "gateway/net/file_connections.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "chat_core/file_error.hpp"
#include "tests/gateway/support/net_test.hpp"
#include "tests/gateway/support/no_more_descriptors.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Session;

class FileConnectionsTest : public tests::NetTest {
  protected:
    struct Call {
        std::shared_ptr<Session> session = std::make_shared<Session>();
        std::optional<std::error_code> failed;
    };

    void SetUp() override { listen(); }
    void TearDown() override {
        for (const auto& call : calls_) {
            if (call->session->transport != nullptr) call->session->transport->close_now("the test is over");
        }
        NetTest::TearDown();
    }

    /// A client that reached us where it says it is itself.
    static chat::PeerInfo peer(std::string address) {
        chat::PeerInfo info;
        info.local_address = address.find(':') == std::string::npos ? "127.0.0.1" : "::1";
        info.address = std::move(address);
        return info;
    }
    std::shared_ptr<Call> new_call() { return calls_.emplace_back(std::make_shared<Call>()); }
    static std::unique_ptr<chat::Protocol> protocol(const std::shared_ptr<Call>& call) {
        return std::make_unique<tests::ScriptedProtocol>(call->session, tests::Script{});
    }
    static chat::FileNetwork::Failed failed(const std::shared_ptr<Call>& call) {
        return [call](std::error_code why) { call->failed = why; };
    }
    std::optional<std::error_code> connect(const std::string& host, std::uint16_t port,
                                           const std::string& peer_address) {
        const auto call = new_call();
        connections().connect({host, port}, peer(peer_address), protocol(call), failed(call));
        EXPECT_TRUE(until([&] { return call->failed || call->session->transport != nullptr; }));
        return call->failed;
    }
    chat::Result<chat::FileNetwork::Listening> wait_for(const std::shared_ptr<Call>& call, const std::string& address,
                                                        std::chrono::milliseconds within = 60s,
                                                        chat::UserId offerer = {}) {
        return connections().listen(peer(address), {within, offerer}, protocol(call), failed(call));
    }
    /// Somebody of 127.0.0.1 who finds a port that waits.
    static tests::Peer visit(const chat::Result<chat::FileNetwork::Listening>& listening) {
        return tests::Peer({asio::ip::make_address("127.0.0.1"), listening->at.port});
    }
    FileConnections& connections() {
        if (!connections_) connections_ = std::make_unique<FileConnections>(loop_, log_, options_);
        return *connections_;
    }

    FileConnectionOptions options_{20000, 20099, "", false, true, 5s, 5};
    std::unique_ptr<FileConnections> connections_;
    std::vector<std::shared_ptr<Call>> calls_;
};

TEST_F(FileConnectionsTest, ThePeersOwnAddressIsConnectedToWhereverItIs) {
    EXPECT_FALSE(connect("127.0.0.1", listener_->endpoint().port(), "127.0.0.1"));
    EXPECT_FALSE(connect("127.0.0.1", listener_->endpoint().port(), "::ffff:127.0.0.1"));
}

TEST_F(FileConnectionsTest, ThisMachineIsConnectedToOnlyWhereThatIsAllowed) {
    options_.allow_loopback = false;
    for (const char* host : {"127.0.0.1", "::ffff:127.0.0.1", "::1"}) {
        EXPECT_EQ(connect(host, listener_->endpoint().port(), host), FileErrc::loopback_refused) << host;
    }
    EXPECT_EQ(connect("127.0.0.1", 5000, "192.0.2.7"), FileErrc::address_refused) << "no key helps here";
}

TEST_F(FileConnectionsTest, TheGatewaysOwnPortsAreNotConnectedToWhereverTheyAre) {
    connections().set_own_ports({6667, listener_->endpoint().port()});
    EXPECT_EQ(connect("127.0.0.1", listener_->endpoint().port(), "127.0.0.1"), FileErrc::address_refused);
    EXPECT_EQ(connect("192.0.2.7", 6667, "192.0.2.7"), FileErrc::address_refused);
}

TEST_F(FileConnectionsTest, AnotherFilesPortIsNotConnectedToForAClientOfTheSameAddress) {
    const auto call = new_call();
    const auto listening = wait_for(call, "127.0.0.1");
    EXPECT_EQ(connect("127.0.0.1", listening->at.port, "127.0.0.1"), FileErrc::address_refused);
    EXPECT_EQ(call->session->transport, nullptr);
    EXPECT_EQ(connections().waiting(), 1U);
}

TEST_F(FileConnectionsTest, NobodyElsesAddressIsConnectedTo) {
    for (const char* host : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.2.1", "0.0.0.0", "::1",
                             "::", "224.0.0.1", "localhost", "0x7f.1", "2130706433", ""}) {
        EXPECT_EQ(connect(host, 5000, "192.0.2.7"), FileErrc::address_refused) << host;
    }
}

TEST(FileConnectionPolicyTest, WithThePolicyPublicAddressesAreConnectedToAndOthersNot) {
    FileConnectionOptions options;
    EXPECT_EQ(refusal_for_file({"8.8.8.8", 5000}, "192.0.2.7", options), FileErrc::address_refused);
    options.any_public = true;
    EXPECT_FALSE(refusal_for_file({"8.8.8.8", 5000}, "192.0.2.7", options));
    EXPECT_FALSE(refusal_for_file({"8.8.8.8", 5000}, "", options));
    EXPECT_EQ(refusal_for_file({"8.8.8.8", 1023}, "192.0.2.7", options), FileErrc::address_refused);
    for (const char* host : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:10.0.0.1", "fe80::1"}) {
        EXPECT_EQ(refusal_for_file({host, 5000}, "", options), FileErrc::address_refused) << host;
    }
}

TEST_F(FileConnectionsTest, PortsOfServicesAreNotConnectedTo) {
    for (const std::uint16_t port : {std::uint16_t{0}, std::uint16_t{22}, std::uint16_t{1023}}) {
        EXPECT_EQ(connect("127.0.0.1", port, "127.0.0.1"), FileErrc::address_refused) << port;
    }
}

TEST_F(FileConnectionsTest, WhereNobodyListensIsTold) {
    EXPECT_EQ(connect("127.0.0.1", 65'533, "127.0.0.1"), FileErrc::unreachable);
}

TEST_F(FileConnectionsTest, APortWaitsForOneConnectionOfThePeer) {
    const auto call = new_call();
    const auto listening = wait_for(call, "127.0.0.1");
    ASSERT_TRUE(listening);
    EXPECT_EQ(listening->at.host, "127.0.0.1");
    EXPECT_GE(listening->at.port, 20000);
    const tests::Peer client = visit(listening);
    ASSERT_TRUE(until([&] { return call->session->transport != nullptr; }));
    EXPECT_EQ(call->session->peer.address, "127.0.0.1");
    EXPECT_EQ(connections().waiting(), 0U);
    EXPECT_EQ(connect("127.0.0.1", listening->at.port, "127.0.0.1"), FileErrc::unreachable) << "one connection";
}

TEST_F(FileConnectionsTest, SomebodyElseWhoFindsThePortIsShownTheDoorAndTheWaitGoesOn) {
    const auto call = new_call();
    const auto listening = wait_for(call, "192.0.2.7");
    ASSERT_TRUE(listening);
    tests::Peer stranger = visit(listening);
    EXPECT_TRUE(until([&] {
        stranger.pump();
        return stranger.ended();
    }));
    EXPECT_EQ(call->session->transport, nullptr);
    EXPECT_EQ(connections().waiting(), 1U);
    EXPECT_EQ(log_.count("connection closed listener=file address=127.0.0.1"), 1U);
    EXPECT_EQ(log_.count("reason=refused rule=files.ports"), 1U);
}

TEST_F(FileConnectionsTest, APeerThatCannotBeKnownByItsAddressMayComeFromAnywhere) {
    const auto call = new_call();
    const auto listening = wait_for(call, "");
    ASSERT_TRUE(listening);
    const tests::Peer client = visit(listening);
    EXPECT_TRUE(until([&] { return call->session->transport != nullptr; }));
}

TEST_F(FileConnectionsTest, NobodyWhoCameInTimeIsToldAndTheLateOneFindsAClosedPort) {
    const auto call = new_call();
    const auto listening = wait_for(call, "127.0.0.1", 1ms);
    ASSERT_TRUE(listening);
    EXPECT_TRUE(until([&] { return call->failed.has_value(); }));
    EXPECT_EQ(call->failed, FileErrc::unreachable);
    EXPECT_EQ(connect("127.0.0.1", listening->at.port, "127.0.0.1"), FileErrc::unreachable);
}

TEST_F(FileConnectionsTest, LackOfDescriptorsIsWaitedOutAndKeepsTheLoopFree) {
    const auto call = new_call();
    const auto listening = wait_for(call, "127.0.0.1");
    ASSERT_TRUE(listening);
    const tests::Peer outside = visit(listening);
    {
        const tests::NoMoreDescriptors none;
        loop_.io().restart();
        EXPECT_LT(loop_.io().run_for(250ms), 20U);
    }
    EXPECT_FALSE(call->failed);
    EXPECT_TRUE(until([&] { return call->session->transport != nullptr; }));
}

TEST_F(FileConnectionsTest, WhoWaitsNoLongerHearsNothing) {
    const auto call = new_call();
    const auto listening = wait_for(call, "127.0.0.1", 1ms);
    ASSERT_TRUE(listening);
    connections().stop_listening(listening->id);
    EXPECT_EQ(connect("127.0.0.1", listening->at.port, "127.0.0.1"), FileErrc::unreachable);
    EXPECT_FALSE(call->failed);
}

TEST_F(FileConnectionsTest, PortsThatAreTakenArePassedOverUntilThereAreNone) {
    options_.first_port = 20100;
    options_.last_port = 20101;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 2; ++i) {
        const auto listening = wait_for(new_call(), "127.0.0.1");
        ASSERT_TRUE(listening);
        ports.push_back(listening->at.port);
    }
    EXPECT_NE(ports[0], ports[1]);
    EXPECT_EQ(wait_for(new_call(), "127.0.0.1").error(), FileErrc::unreachable);
}

TEST_F(FileConnectionsTest, OffersOfOnePersonHoldAFewPorts) {
    options_.max_offers_waiting = 2;
    const auto offer = [&](std::uint32_t of) { return wait_for(new_call(), "127.0.0.1", 60s, {of, 1}); };
    const auto first = offer(1);
    ASSERT_TRUE(offer(1));
    EXPECT_EQ(offer(1).error(), FileErrc::too_many);
    EXPECT_TRUE(offer(2)) << "others have their own";
    EXPECT_TRUE(wait_for(new_call(), "127.0.0.1")) << "and so has what was accepted";
    connections().stop_listening(first->id);
    EXPECT_TRUE(offer(1)) << "one that is over counts no longer";
}

TEST_F(FileConnectionsTest, OffersOfEverybodyHoldHalfOfThePortsAtMost) {
    options_.first_port = 20102;
    options_.last_port = 20105;
    const auto offer = [&](std::uint32_t of) { return wait_for(new_call(), "127.0.0.1", 60s, {of, 1}); };
    ASSERT_TRUE(offer(1));
    ASSERT_TRUE(offer(2));
    EXPECT_EQ(offer(3).error(), FileErrc::too_many);
    EXPECT_TRUE(wait_for(new_call(), "127.0.0.1"));
    EXPECT_TRUE(wait_for(new_call(), "127.0.0.1"));
}

TEST_F(FileConnectionsTest, OfAnOnlyPortAnOfferMayHaveIt) {
    options_.first_port = 20106;
    options_.last_port = 20106;
    EXPECT_TRUE(wait_for(new_call(), "127.0.0.1", 60s, {1, 1}));
}

TEST_F(FileConnectionsTest, WithoutARangeNobodyCanConnect) {
    options_.first_port = 0;
    EXPECT_FALSE(connections().can_listen());
    EXPECT_EQ(wait_for(new_call(), "127.0.0.1").error(), FileErrc::unreachable);
}

TEST_F(FileConnectionsTest, ClientsAreToldTheAddressOfTheConfiguration) {
    options_.address = "192.0.2.1";
    const auto listening = wait_for(new_call(), "127.0.0.1");
    ASSERT_TRUE(listening);
    EXPECT_EQ(listening->at.host, "192.0.2.1");
}

TEST_F(FileConnectionsTest, ClientsOfTheOtherFamilyAreToldWhereTheyReachedUs) {
    options_.address = "192.0.2.1";
    EXPECT_EQ(wait_for(new_call(), "::1")->at.host, "::1");
    options_.address = "2001:db8::1";
    connections_.reset();
    EXPECT_EQ(wait_for(new_call(), "127.0.0.1")->at.host, "127.0.0.1");
    EXPECT_EQ(wait_for(new_call(), "::1")->at.host, "2001:db8::1");
}

}  // namespace
}  // namespace patchcord::gateway

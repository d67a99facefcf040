#include "gateway/net/connection.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "chat_core/error.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::Peer;
using tests::Session;

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * 1024;

/// Text in which every place looks different.
std::string long_text(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ",";
    text.resize(bytes);
    return text;
}

class ConnectionTest : public tests::NetTest {
  protected:
    void SetUp() override { listen(); }
};

TEST_F(ConnectionTest, BytesComeAndGo) {
    auto [peer, session] = connect_and_wait();
    peer.send("hello\r\n");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hello\r\n"; }));
    EXPECT_EQ(session.received, "hello\r\n");
    EXPECT_EQ(loop_.connections(), 1U);
}

TEST_F(ConnectionTest, ProtocolIsToldWhoIsThere) {
    auto [peer, session] = connect_and_wait();
    EXPECT_EQ(session.peer.address, "127.0.0.1");
    EXPECT_EQ(session.peer.fingerprint, "");
    EXPECT_FALSE(session.peer.secure);
}

TEST_F(ConnectionTest, MuchInputArrivesWholeAndInOrder) {
    script_ = {};
    auto [peer, session] = connect_and_wait();
    const std::string text = long_text(3 * mebibyte);
    peer.send(text);
    ASSERT_TRUE(until([&, &session = session] { return session.received.size() == text.size(); }));
    EXPECT_TRUE(session.received == text);
}

TEST_F(ConnectionTest, WholeBufferfulsAreReadToTheLastByte) {
    script_ = {};
    auto [peer, session] = connect_and_wait();
    std::size_t sent = 0;
    for (const std::size_t size : {EventLoop::read_bytes, 4 * EventLoop::read_bytes, 5 * EventLoop::read_bytes + 1}) {
        peer.send(std::string(size, 'x'));
        sent += size;
        EXPECT_TRUE(until([&, &session = session] { return session.received.size() == sent; })) << size;
    }
}

TEST_F(ConnectionTest, OneWhoFloodsDoesNotKeepTheOthersWaiting) {
    script_.data = [this](Session& from, std::string_view bytes) {
        if (&from == sessions_.back().get()) (void)from.transport->write(bytes);
    };
    auto [flooder, flooded] = connect_and_wait();
    auto [other, session] = connect_and_wait();
    flooder.send(std::string(8 * mebibyte, 'x'));
    other.send("ping");
    EXPECT_TRUE(until([&other = other] { return other.received() == "ping"; }));
    EXPECT_LT(flooded.received.size(), 8 * mebibyte);
}

TEST_F(ConnectionTest, WritingSendsNothingFromInside) {
    std::size_t queued = 0;
    script_.data = [&](Session& session, std::string_view) {
        EXPECT_FALSE(session.transport->write("one "));
        EXPECT_FALSE(session.transport->write(chat::make_wire_bytes("two")));
        queued = session.transport->send_queue_size();
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "one two"; }));
    EXPECT_EQ(queued, 7U);
    EXPECT_EQ(session.transport->send_queue_size(), 0U);
}

TEST_F(ConnectionTest, WriteBeyondTheLimitIsRefusedWhole) {
    auto [peer, session] = connect_and_wait();
    chat::Transport& transport = *session.transport;
    transport.set_send_queue_limit(10);
    EXPECT_FALSE(transport.write("12345678"));
    EXPECT_EQ(transport.write("9abc"), chat::Errc::send_queue_exceeded);
    EXPECT_EQ(transport.write(chat::make_wire_bytes("9abc")), chat::Errc::send_queue_exceeded);
    EXPECT_EQ(transport.send_queue_size(), 8U);
    EXPECT_FALSE(transport.write("9a"));
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "123456789a"; }));
    EXPECT_FALSE(transport.write("again")) << "there is room once it is sent";
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "123456789aagain"; }));
}

TEST_F(ConnectionTest, SlowReaderGetsEverythingInTheEnd) {
    Peer& peer = connect(65536);
    ASSERT_TRUE(until([&] { return !sessions_.empty() && sessions_.back()->transport != nullptr; }));
    peer.stop_reading();
    chat::Transport& transport = *sessions_.back()->transport;
    transport.set_send_queue_limit(16 * mebibyte);
    const std::string text = long_text(8 * mebibyte);
    for (std::size_t at = 0; at < text.size(); at += 512) {
        ASSERT_FALSE(transport.write(chat::make_wire_bytes(text.substr(at, 512))));
    }
    barrier();
    EXPECT_GT(transport.send_queue_size(), 0U);
    peer.set_appetite(100 * kibibyte);
    peer.start_reading();
    ASSERT_TRUE(until([&] { return peer.received().size() == text.size(); }));
    EXPECT_TRUE(peer.received() == text);
    EXPECT_EQ(transport.send_queue_size(), 0U);
}

TEST_F(ConnectionTest, SlowReaderIsSentWhatIsWrittenWhileItWaits) {
    auto [peer, session] = connect_and_wait();
    peer.stop_reading();
    session.transport->set_send_queue_limit(16 * mebibyte);
    EXPECT_FALSE(session.transport->write(std::string(8 * mebibyte, 'a')));
    barrier();
    EXPECT_FALSE(session.transport->write("the end"));
    peer.start_reading();
    ASSERT_TRUE(until([&peer = peer] { return peer.received().size() == 8 * mebibyte + 7; }));
    EXPECT_TRUE(peer.received().ends_with("aathe end"));
}

TEST_F(ConnectionTest, WhoHasMoreToSendIsToldWhenTheQueueIsEmpty) {
    constexpr std::size_t piece = 64 * kibibyte;
    std::size_t left = 8 * mebibyte;
    std::size_t most_queued = 0;
    const auto send_more = [&](Session& session) {
        if (left == 0) return;
        EXPECT_FALSE(session.transport->write(std::string(piece, 'a')));
        most_queued = std::max(most_queued, session.transport->send_queue_size());
        left -= piece;
        session.transport->notify_when_drained();
    };
    script_.made = [&](Session& session) {
        session.transport->set_send_queue_limit(piece);
        send_more(session);
    };
    script_.drained = send_more;
    auto [peer, session] = connect_and_wait();
    ASSERT_TRUE(until([&peer = peer] { return peer.received().size() == 8 * mebibyte; }));
    EXPECT_EQ(most_queued, piece);
    EXPECT_TRUE(until([&session = session] { return session.drained == 8 * mebibyte / piece; }))
        << "once for each request";
}

TEST_F(ConnectionTest, AnEmptyQueueIsToldOfToo) {
    script_.made = [](Session& session) { session.transport->notify_when_drained(); };
    auto [peer, session] = connect_and_wait();
    EXPECT_TRUE(until([&session = session] { return session.drained == 1; }));
    barrier();
    EXPECT_EQ(session.drained, 1U);
}

TEST_F(ConnectionTest, PeerThatLeavesIsReportedOnceAsGoodOrder) {
    auto [peer, session] = connect_and_wait();
    peer.close();
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_EQ(session.lost, 1U);
    EXPECT_FALSE(session.why) << session.why.message();
}

TEST_F(ConnectionTest, ResetIsReportedAsAnError) {
    auto [peer, session] = connect_and_wait();
    peer.reset();
    EXPECT_TRUE(until([&session = session] { return session.lost == 1; }));
    EXPECT_TRUE(session.why);
}

TEST_F(ConnectionTest, HalfClosedPeerIsAnsweredWhatItAskedBefore) {
    auto [peer, session] = connect_and_wait();
    peer.send("last question");
    peer.half_close();
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "last question");
    EXPECT_FALSE(peer.was_reset());
    EXPECT_TRUE(until([&session = session] { return session.lost == 1; }));
    EXPECT_FALSE(session.why);
}

TEST_F(ConnectionTest, ProtocolThatThrowsEndsAloneAndIsLogged) {
    script_.data = [](Session& session, std::string_view bytes) {
        if (bytes == "bad") throw std::runtime_error("broken");
        (void)session.transport->write(bytes);
    };
    auto [good, good_session] = connect_and_wait();
    auto [bad, bad_session] = connect_and_wait();
    bad.send("bad");
    EXPECT_TRUE(until([&bad = bad] { return bad.ended(); }));
    EXPECT_TRUE(until([&session = bad_session] { return session.lost == 1; }));
    EXPECT_TRUE(bad_session.why);
    good.send("good");
    EXPECT_TRUE(until([&good = good] { return good.received() == "good"; }));
    EXPECT_EQ(log_.count("session failed error=broken address=127.0.0.1"), 1U);
    EXPECT_EQ(escaped_, 0U);
}

TEST_F(ConnectionTest, ProtocolThatThrowsWhenItIsMadeEndsAlone) {
    script_.made = [this](Session&) {
        if (sessions_.size() == 1) throw std::runtime_error("broken");
    };
    Peer& bad = connect();
    EXPECT_TRUE(until([&] { return bad.ended(); }));
    Peer& good = connect();
    good.send("good");
    EXPECT_TRUE(until([&] { return good.received() == "good"; })) << "the listener goes on";
}

TEST_F(ConnectionTest, ProtocolThatThrowsWhenItIsLostGivesItsSlotBack) {
    script_.lost = [](Session&) { throw std::runtime_error("broken"); };
    auto [peer, session] = connect_and_wait();
    peer.close();
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_EQ(limiter_.size(), 0U);
}

}  // namespace
}  // namespace patchcord::gateway

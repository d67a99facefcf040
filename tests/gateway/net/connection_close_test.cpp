#include <gtest/gtest.h>
#include <string>

#include "chat_core/error.hpp"
#include "gateway/net/connection.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::Peer;
using tests::Session;

constexpr std::size_t mebibyte = 1024 * 1024;

class ConnectionCloseTest : public tests::NetTest {
  protected:
    void SetUp() override { listen(); }
};

TEST_F(ConnectionCloseTest, CloseSendsWhatIsQueuedFirst) {
    script_.data = [](Session& session, std::string_view) {
        (void)session.transport->write("farewell");
        session.transport->close("test");
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "farewell");
    EXPECT_FALSE(peer.was_reset());
    peer.close();
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_FALSE(session.why);
}

TEST_F(ConnectionCloseTest, CloseSendsMoreThanTheKernelTakesAtOnce) {
    script_.data = [](Session& session, std::string_view) {
        session.transport->set_send_queue_limit(16 * mebibyte);
        (void)session.transport->write(std::string(8 * mebibyte, 'a') + "end");
        session.transport->close("test");
    };
    auto [peer, session] = connect_and_wait();
    peer.stop_reading();
    peer.send("x");
    barrier();
    peer.start_reading();
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received().size(), 8 * mebibyte + 3);
    EXPECT_TRUE(peer.received().ends_with("aend"));
}

TEST_F(ConnectionCloseTest, LastWordsReachAPeerThatIsStillSending) {
    script_.data = [](Session& session, std::string_view) {
        (void)session.transport->write("farewell");
        session.transport->close("test");
    };
    auto [peer, session] = connect_and_wait();
    peer.stop_reading();
    peer.send(std::string(mebibyte, 'x'));
    EXPECT_TRUE(until([&peer = peer] { return peer.unsent() == 0; }));
    barrier();
    peer.start_reading();
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "farewell");
    EXPECT_FALSE(peer.was_reset());
    EXPECT_EQ(session.calls, 1U) << "what comes after the close is not the protocol's any more";
}

TEST_F(ConnectionCloseTest, CloseNowDropsWhatIsQueued) {
    script_.data = [](Session& session, std::string_view) {
        (void)session.transport->write("unheard");
        session.transport->close_now("test");
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "");
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_EQ(session.lost, 1U);
}

TEST_F(ConnectionCloseTest, CloseNowEndsAFarewellThatNobodyReads) {
    auto [peer, session] = connect_and_wait();
    peer.stop_reading();
    session.transport->set_send_queue_limit(16 * mebibyte);
    (void)session.transport->write(std::string(8 * mebibyte, 'a'));
    session.transport->close("test");
    barrier();
    ASSERT_NE(session.transport, nullptr);
    session.transport->close_now("test");
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    peer.start_reading();
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_LT(peer.received().size(), 8 * mebibyte);
}

TEST_F(ConnectionCloseTest, NothingMayBeWrittenAfterTheClose) {
    std::error_code after_close;
    std::error_code shared_after_close;
    script_.data = [&](Session& session, std::string_view) {
        session.transport->close("test");
        after_close = session.transport->write("x");
        shared_after_close = session.transport->write(chat::make_wire_bytes("x"));
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(after_close, chat::Errc::client_gone);
    EXPECT_EQ(shared_after_close, chat::Errc::client_gone);
    EXPECT_EQ(peer.received(), "");
}

TEST_F(ConnectionCloseTest, NothingMayBeWrittenAfterCloseNow) {
    std::error_code after_close;
    script_.data = [&](Session& session, std::string_view) {
        session.transport->close_now("test");
        after_close = session.transport->write("x");
        session.transport->close("test");
        session.transport->close_now("test");
        session.transport->pause_reading();
        session.transport->resume_reading();
        EXPECT_EQ(session.transport->send_queue_size(), 0U);
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_EQ(after_close, chat::Errc::client_gone);
    EXPECT_EQ(session.lost, 1U) << "however often it is closed";
}

TEST_F(ConnectionCloseTest, ProtocolMayCloseAsSoonAsItIsMade) {
    script_.made = [](Session& session) {
        (void)session.transport->write("go away");
        session.transport->close("test");
    };
    Peer& peer = connect();
    peer.send("hello");
    EXPECT_TRUE(until([&] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "go away");
    EXPECT_FALSE(peer.was_reset());
    EXPECT_EQ(sessions_.back()->received, "");
}

TEST_F(ConnectionCloseTest, ProtocolMayCloseNowAsSoonAsItIsMade) {
    script_.made = [](Session& session) { session.transport->close_now("test"); };
    Peer& peer = connect();
    EXPECT_TRUE(until([&] { return peer.ended(); }));
    EXPECT_TRUE(until([&] { return sessions_.back()->destroyed; }));
    EXPECT_EQ(sessions_.back()->lost, 1U);
}

TEST_F(ConnectionCloseTest, TimerMayCloseAConnection) {
    script_.made = [this](Session& session) {
        loop_.after(std::chrono::milliseconds(1), [&session] { session.transport->close("test"); });
    };
    Peer& peer = connect();
    EXPECT_TRUE(until([&] { return peer.ended(); }));
    EXPECT_FALSE(peer.was_reset());
}

TEST_F(ConnectionCloseTest, OneSessionMayCloseAnother) {
    script_.data = [this](Session& session, std::string_view) {
        for (const auto& other : sessions_) {
            if (other.get() != &session && other->transport != nullptr) other->transport->close_now("test");
        }
        (void)session.transport->write("done");
    };
    auto [one, one_session] = connect_and_wait();
    auto [other, other_session] = connect_and_wait();
    one.send("x");
    EXPECT_TRUE(until([&one = one, &other = other] { return other.ended() && one.received() == "done"; }));
    EXPECT_EQ(one_session.lost, 0U);
    EXPECT_TRUE(until([&session = other_session] { return session.lost == 1; }));
}

TEST_F(ConnectionCloseTest, PeerThatLeavesDuringTheFarewellEndsIt) {
    auto [peer, session] = connect_and_wait();
    peer.stop_reading();
    session.transport->set_send_queue_limit(16 * mebibyte);
    (void)session.transport->write(std::string(8 * mebibyte, 'a'));
    session.transport->close("test");
    barrier();
    EXPECT_FALSE(session.destroyed);
    peer.reset();
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    EXPECT_EQ(session.lost, 1U);
}

TEST_F(ConnectionCloseTest, ReasonIsLogged) {
    auto [peer, session] = connect_and_wait();
    session.transport->close("a reason");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_TRUE(until([this] { return log_.count("connection closed") == 1; }));
    EXPECT_EQ(log_.count("words=a reason"), 1U);
}

class ConnectionPauseTest : public ConnectionCloseTest {};

TEST_F(ConnectionPauseTest, PausedProtocolIsToldNothingUntilItResumes) {
    script_.data = [](Session& session, std::string_view) { session.transport->pause_reading(); };
    auto [peer, session] = connect_and_wait();
    peer.send("one ");
    EXPECT_TRUE(until([&session = session] { return session.received == "one "; }));
    peer.send("two ");
    barrier();
    EXPECT_EQ(session.received, "one ");
    session.transport->resume_reading();
    EXPECT_EQ(session.received, "one ") << "not from inside";
    EXPECT_TRUE(until([&session = session] { return session.received == "one two "; }));
}

TEST_F(ConnectionPauseTest, PausedFromTheBeginningMissesNothing) {
    script_ = {[](Session& session) { session.transport->pause_reading(); }, nullptr, nullptr};
    auto [peer, session] = connect_and_wait();
    peer.send("early");
    barrier();
    EXPECT_EQ(session.received, "");
    session.transport->resume_reading();
    EXPECT_TRUE(until([&session = session] { return session.received == "early"; }));
}

TEST_F(ConnectionPauseTest, PauseHoldsTheSenderBack) {
    script_.data = [](Session& session, std::string_view) { session.transport->pause_reading(); };
    auto [peer, session] = connect_and_wait();
    peer.send(std::string(16 * mebibyte, 'x'));
    barrier();
    EXPECT_LE(session.received.size(), EventLoop::read_bytes);
    EXPECT_GT(peer.unsent(), 0U);
}

TEST_F(ConnectionPauseTest, PauseForEveryPieceLosesNothing) {
    script_.data = [](Session& session, std::string_view) {
        session.transport->pause_reading();
        session.transport->resume_reading();
        session.transport->resume_reading();
    };
    auto [peer, session] = connect_and_wait();
    peer.send(std::string(mebibyte, 'x'));
    EXPECT_TRUE(until([&session = session] { return session.received.size() == mebibyte; }));
}

TEST_F(ConnectionPauseTest, PausedProtocolMayStillWriteAndClose) {
    script_.data = [](Session& session, std::string_view) {
        session.transport->pause_reading();
        (void)session.transport->write("busy");
        session.transport->close("test");
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "busy");
}

TEST_F(ConnectionPauseTest, ResumeLearnsThatThePeerHasLeft) {
    script_.data = [](Session& session, std::string_view) {
        if (session.calls == 1) session.transport->pause_reading();
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&session = session] { return session.received == "x"; }));
    peer.send("last");
    peer.close();
    barrier();
    session.transport->resume_reading();
    EXPECT_TRUE(until([&session = session] { return session.lost == 1; }));
    EXPECT_EQ(session.received, "xlast");
}

}  // namespace
}  // namespace patchcord::gateway

#include "gateway/net/tls_client.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/net/net_error.hpp"
#include "tests/gateway/support/dial_test.hpp"

namespace patchcord::gateway {
namespace {

using chat::Security;
using tests::Certificate;
using tests::CertificateText;

/// A server with a certificate, and a client that trusts one authority and looks every name up as 127.0.0.1.
class TlsClientTest : public tests::DialTest {
  protected:
    void SetUp() override {
        DialTest::SetUp();
        options_.look_up = [](const std::string&) { return Addresses{asio::ip::make_address("127.0.0.1")}; };
        trust(authority_);
    }

    CertificateText signed_for(const std::string& names) const {
        CertificateText text;
        text.names = names;
        text.signed_by = &authority_;
        return text;
    }
    /// What comes of a connection to `host` when the server shows this.
    std::string verdict(const std::string& host, const CertificateText& text) {
        serve(Certificate(text));
        return dial_and_wait(host, Security::tls).why();
    }

    Certificate authority_{CertificateText{-1, 24, "Authority", "", true, nullptr}};
};

std::string words(NetErrc code) {
    return make_error_code(code).message();
}

TEST_F(TlsClientTest, BytesComeAndGo) {
    serve(Certificate(signed_for("DNS:a.example")));
    const std::string much(100'000, 'x');
    const auto talk = [&much](tests::Session& session) {
        session.transport->set_send_queue_limit(2 * much.size());
        EXPECT_FALSE(session.transport->write(much));
    };
    script_.made = [&much](tests::Session& session) { session.transport->set_send_queue_limit(2 * much.size()); };
    Call& call = dial("a.example", Security::tls, {talk, nullptr, nullptr});
    EXPECT_TRUE(until([&] { return call.session->received == much; })) << call.why();
    EXPECT_TRUE(call.session->peer.secure);
}

TEST_F(TlsClientTest, CertificateForTheNameIsGood) {
    EXPECT_EQ(verdict("a.example", signed_for("DNS:a.example")), "connected");
    EXPECT_EQ(verdict("A.Example", signed_for("DNS:a.example")), "connected");
    EXPECT_EQ(verdict("a.example.", signed_for("DNS:a.example")), "connected");
    EXPECT_EQ(verdict("a.b.example", signed_for("DNS:c.example,DNS:*.b.example")), "connected");
    EXPECT_EQ(verdict("127.0.0.1", signed_for("IP:127.0.0.1")), "connected");
}

TEST_F(TlsClientTest, CertificateForAnotherNameIsRefused) {
    const std::string wrong = words(NetErrc::certificate_wrong_name);
    EXPECT_EQ(verdict("a.example", signed_for("DNS:b.example")), wrong);
    EXPECT_EQ(verdict("a.example", signed_for("DNS:a.example.org")), wrong);
    EXPECT_EQ(verdict("a.b.c.example", signed_for("DNS:*.c.example")), wrong);
    EXPECT_EQ(verdict("abc.c.example", signed_for("DNS:a*.c.example")), wrong);
    EXPECT_EQ(verdict("localhost", signed_for("DNS:b.example")), wrong)
        << "the common name does not count beside names";
    EXPECT_EQ(verdict("127.0.0.1", signed_for("DNS:127.0.0.1")), wrong);
    EXPECT_EQ(verdict("127.0.0.1", signed_for("IP:127.0.0.2")), wrong);
}

TEST_F(TlsClientTest, CertificateIsOnlyGoodForItsTime) {
    CertificateText text = signed_for("DNS:a.example");
    text.hours_from = -48;
    text.hours_to = -24;
    EXPECT_EQ(verdict("a.example", text), words(NetErrc::certificate_expired));
    text.hours_from = 24;
    text.hours_to = 48;
    EXPECT_EQ(verdict("a.example", text), words(NetErrc::certificate_not_yet_valid));
}

TEST_F(TlsClientTest, CertificateSignedByItselfIsRefused) {
    CertificateText text;
    text.names = "DNS:a.example";
    EXPECT_EQ(verdict("a.example", text), words(NetErrc::certificate_self_signed));
}

TEST_F(TlsClientTest, CertificateSignedBySomebodyUnknownIsRefused) {
    const Certificate stranger(CertificateText{-1, 24, "Stranger", "", true, nullptr});
    CertificateText text = signed_for("DNS:a.example");
    text.signed_by = &stranger;
    EXPECT_EQ(verdict("a.example", text), words(NetErrc::certificate_unknown_issuer));
    const Certificate impostor(CertificateText{-1, 24, "Authority", "", true, nullptr});
    text.signed_by = &impostor;
    EXPECT_EQ(verdict("a.example", text), words(NetErrc::certificate_invalid)) << "the name alone is no signature";
}

TEST_F(TlsClientTest, ServersOwnCertificateMayBeTrustedWhoeverSignedIt) {
    for (const bool by_itself : {true, false}) {
        CertificateText text = signed_for("DNS:a.example");
        if (by_itself) text.signed_by = nullptr;
        const Certificate own(text);
        trust(own);
        serve(own);
        EXPECT_EQ(dial_and_wait("a.example", Security::tls).why(), "connected") << by_itself;
    }
}

TEST_F(TlsClientTest, TrustCanBeExchangedForConnectionsThatBeginLater) {
    EXPECT_EQ(verdict("a.example", signed_for("DNS:a.example")), "connected");
    const Certificate other(CertificateText{-1, 24, "Other", "", true, nullptr});
    std::shared_ptr<TlsClientContext> trusting_other;
    ASSERT_EQ(TlsClientContext::load(other.write_certificate(directory_, "other.pem"), trusting_other), "");
    dialer().set_tls(trusting_other);
    EXPECT_NE(verdict("a.example", signed_for("DNS:a.example")), "connected");
    EXPECT_NE(calls_.front()->session->transport, nullptr);
    EXPECT_EQ(calls_.front()->session->lost, 0) << "what stands stays";
}

TEST_F(TlsClientTest, SystemsStoreDoesNotHoldOurAuthority) {
    options_.tls.reset();
    ASSERT_EQ(TlsClientContext::load("", options_.tls), "");
    dialer_.reset();
    EXPECT_EQ(verdict("a.example", signed_for("DNS:a.example")), words(NetErrc::certificate_unknown_issuer));
}

TEST_F(TlsClientTest, ServerThatSpeaksNoTlsIsToldFromABadCertificate) {
    script_.made = [](tests::Session& session) { (void)session.transport->write("220 hello\r\n"); };
    EXPECT_EQ(dial_and_wait("a.example", Security::tls).why(), words(NetErrc::tls_failed));
}

TEST_F(TlsClientTest, HandshakeIsInsideTheTimeLimit) {
    options_.timeout = std::chrono::milliseconds(100);
    script_ = {};
    EXPECT_EQ(dial_and_wait("a.example", Security::tls).failed, std::errc::timed_out);
}

TEST_F(TlsClientTest, EndOfTheDialerForgetsAHandshake) {
    script_ = {};
    Call& call = dial("a.example", Security::tls);
    EXPECT_TRUE(until([&] { return !sessions_.empty() && !sessions_.back()->received.empty(); }));
    dialer_.reset();
    EXPECT_TRUE(call.session->destroyed);
    EXPECT_TRUE(until([&] { return sessions_.back()->lost == 1; }));
    EXPECT_FALSE(call.over());
}

TEST_F(TlsClientTest, FileThatHoldsNoCertificateIsNamed) {
    std::shared_ptr<TlsClientContext> loaded;
    for (const std::string& file : {directory_.file("none.pem"), directory_.write("empty.pem", "")}) {
        EXPECT_TRUE(TlsClientContext::load(file, loaded).starts_with(file + ": "));
    }
    EXPECT_EQ(loaded, nullptr);
}

TEST_F(TlsClientTest, ThereIsNoStreamToNobody) {
    EXPECT_EQ(options_.tls->make_stream(""), nullptr);
    EXPECT_EQ(options_.tls->make_stream("."), nullptr);
    EXPECT_EQ(options_.tls->make_stream(std::string("a\0b", 3)), nullptr);
}

}  // namespace
}  // namespace patchcord::gateway

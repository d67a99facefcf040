#pragma once

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "gateway/net/dialer.hpp"
#include "gateway/net/tls_context.hpp"
#include "tests/gateway/support/certificate.hpp"
#include "tests/gateway/support/manual_look_up.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::tests {

/// A dialer, and the listener of a NetTest that it dials.
class DialTest : public NetTest {
  protected:
    /// What one attempt has come to.
    struct Call {
        std::shared_ptr<Session> session = std::make_shared<Session>();
        std::optional<std::error_code> failed;
        [[nodiscard]] bool over() const { return failed.has_value() || session->transport != nullptr; }
        [[nodiscard]] std::string why() const { return failed ? failed->message() : "connected"; }
    };

    void SetUp() override {
        std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to whoever has gone; the daemon ignores it, too
        listen();
        options_.look_up = look_up_.function();
    }
    void TearDown() override {
        look_up_.answer_all();
        for (const auto& call : calls_) {
            if (call->session->transport != nullptr) call->session->transport->close_now("the test is over");
        }
        NetTest::TearDown();
        for (const auto& call : calls_) {
            EXPECT_FALSE(call->failed && call->session->calls + call->session->lost > 0) << "either the one or other";
        }
    }

    gateway::Dialer& dialer() {
        if (!dialer_) dialer_ = std::make_unique<gateway::Dialer>(loop_, log_, options_);
        return *dialer_;
    }
    Call& dial(const std::string& host, chat::Security security = chat::Security::plain, Script script = {}) {
        const auto call = calls_.emplace_back(std::make_shared<Call>());
        dialer().connect({host, listener_->endpoint().port()}, security,
                         std::make_unique<ScriptedProtocol>(call->session, std::move(script)),
                         [call](std::error_code why) {
                             EXPECT_FALSE(call->failed) << "told twice";
                             call->failed = why;
                         });
        EXPECT_FALSE(call->over()) << "told from inside";
        return *call;
    }
    Call& dial_and_wait(const std::string& host, chat::Security security = chat::Security::plain) {
        Call& call = dial(host, security);
        EXPECT_TRUE(until([&call] { return call.over(); }));
        return call;
    }

    void serve(const Certificate& certificate) {
        std::shared_ptr<gateway::TlsContext> context;
        EXPECT_EQ(gateway::TlsContext::load(certificate.write_certificate(directory_, "cert.pem"),
                                            certificate.write_key(directory_, "key.pem"), context),
                  "");
        listener_->set_tls(context, std::chrono::seconds(60));
    }
    /// Trusts these and no others.
    void trust(const Certificate& certificate) {
        const std::string file = certificate.write_certificate(directory_, "ca.pem");
        EXPECT_EQ(gateway::TlsClientContext::load(file, options_.tls), "");
        dialer_.reset();
    }

    TemporaryDirectory directory_;
    ManualLookUp look_up_;
    gateway::DialOptions options_;
    std::unique_ptr<gateway::Dialer> dialer_;
    std::vector<std::shared_ptr<Call>> calls_;
};

}  // namespace patchcord::tests

#include "gateway/net/tls_context.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "tests/gateway/support/certificate.hpp"

namespace patchcord::gateway {
namespace {

using tests::Certificate;

class TlsContextTest : public ::testing::Test {
  protected:
    std::string load(const std::string& certificate, const std::string& key) {
        return TlsContext::load(certificate, key, loaded_);
    }

    tests::TemporaryDirectory directory_;
    Certificate one_;
    std::string certificate_ = one_.write_certificate(directory_, "cert.pem");
    std::string key_ = one_.write_key(directory_, "key.pem");
    std::shared_ptr<TlsContext> loaded_;
};

TEST_F(TlsContextTest, CertificateAndItsKeyAreLoaded) {
    EXPECT_EQ(load(certificate_, key_), "");
    ASSERT_NE(loaded_, nullptr);
    EXPECT_TRUE(loaded_->make_stream()->secure());
    EXPECT_EQ(loaded_->make_stream()->fingerprint(), "");
}

TEST_F(TlsContextTest, TellsUntilWhenItsCertificateIsGood) {
    const auto now = std::chrono::system_clock::now();
    ASSERT_EQ(load(certificate_, key_), "");
    EXPECT_GT(loaded_->expires(), now + std::chrono::hours(23));
    EXPECT_LT(loaded_->expires(), now + std::chrono::hours(25));
}

TEST_F(TlsContextTest, ErrorNamesTheFileThatIsToBlame) {
    const std::string garbage = directory_.write("garbage.pem", "-----BEGIN CERTIFICATE-----\nx\n");
    const std::string empty = directory_.write("empty.pem", "");
    for (const std::string& bad : {directory_.file("none.pem"), garbage, empty, key_}) {
        EXPECT_TRUE(load(bad, key_).starts_with(bad + ": ")) << load(bad, key_);
    }
    for (const std::string& bad : {directory_.file("none.pem"), garbage, empty, certificate_}) {
        EXPECT_TRUE(load(certificate_, bad).starts_with(bad + ": ")) << load(certificate_, bad);
    }
    EXPECT_EQ(loaded_, nullptr);
}

TEST_F(TlsContextTest, ErrorSaysWhatIsWrong) {
    EXPECT_NE(load(directory_.file("none.pem"), key_).find("No such file"), std::string::npos)
        << load(directory_.file("none.pem"), key_);
    EXPECT_NE(load(certificate_, directory_.file("none.pem")).find("No such file"), std::string::npos)
        << load(certificate_, directory_.file("none.pem"));
}

TEST_F(TlsContextTest, KeyOfAnotherCertificateIsRefused) {
    const std::string other = Certificate().write_key(directory_, "other.pem");
    EXPECT_TRUE(load(certificate_, other).starts_with(other + ": "));
    EXPECT_EQ(loaded_, nullptr);
}

/// In a process without a terminal, with the passphrase on standard input.
void load_with_somebody_to_ask(const std::string& certificate, const std::string& key) {
    int pipe[2];
    if (::setsid() < 0 || ::pipe(pipe) != 0 || ::write(pipe[1], "secret\n", 7) != 7) std::_Exit(2);
    ::dup2(pipe[0], STDIN_FILENO);
    ::close(pipe[1]);
    std::shared_ptr<TlsContext> loaded;
    const std::string error = TlsContext::load(certificate, key, loaded);
    std::_Exit(!loaded && error.starts_with(key + ": ") ? 0 : 1);
}

TEST_F(TlsContextTest, EncryptedKeyIsRefusedAndNobodyIsAskedForItsPassphrase) {
    const std::string key = one_.write_key(directory_, "encrypted.pem", "secret");
    EXPECT_EXIT(load_with_somebody_to_ask(certificate_, key), ::testing::ExitedWithCode(0), "");
}

TEST_F(TlsContextTest, FailureLeavesTheOldOneInPlace) {
    ASSERT_EQ(load(certificate_, key_), "");
    const auto old = loaded_;
    EXPECT_NE(load(directory_.file("none.pem"), key_), "");
    EXPECT_EQ(loaded_, old);
}

TEST_F(TlsContextTest, StreamOutlivesItsContext) {
    ASSERT_EQ(load(certificate_, key_), "");
    const std::unique_ptr<Stream> stream = loaded_->make_stream();
    loaded_.reset();
    EXPECT_TRUE(stream->secure());
    EXPECT_EQ(stream->fingerprint(), "");
}

TEST_F(TlsContextTest, ChainIsLoadedFromOneFile) {
    const std::string chain =
        directory_.write("chain.pem", tests::read_all(certificate_) +
                                          tests::read_all(Certificate().write_certificate(directory_, "ca.pem")));
    EXPECT_EQ(load(chain, key_), "");
}

TEST_F(TlsContextTest, WhatIsBehindTheChainMustBeACertificate) {
    const std::string broken = directory_.write(
        "broken.pem", tests::read_all(certificate_) + "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n");
    EXPECT_TRUE(load(broken, key_).starts_with(broken + ": ")) << load(broken, key_);
    const std::string remark = directory_.write("remark.pem", tests::read_all(certificate_) + "# that was all\n");
    EXPECT_EQ(load(remark, key_), "");
}

TEST_F(TlsContextTest, ChainAndKeyMayBeInMemory) {
    const std::string chain =
        tests::read_all(certificate_) + tests::read_all(Certificate().write_certificate(directory_, "ca.pem"));
    const std::string key = tests::read_all(key_);
    EXPECT_EQ(TlsContext::load({"the chain", chain}, {"the key", key}, loaded_), "");
    EXPECT_NE(loaded_, nullptr);
    const std::string other = tests::read_all(Certificate().write_key(directory_, "other.pem"));
    for (const std::string& bad :
         {std::string(), std::string("garbage"), key.substr(0, key.size() / 2), chain, other}) {
        EXPECT_TRUE(TlsContext::load({"the chain", chain}, {"the key", bad}, loaded_).starts_with("the key: ")) << bad;
    }
    for (const std::string& bad : {std::string(), chain.substr(0, chain.size() - 40), key}) {
        EXPECT_TRUE(TlsContext::load({"the chain", bad}, {"the key", key}, loaded_).starts_with("the chain: ")) << bad;
    }
}

}  // namespace
}  // namespace patchcord::gateway

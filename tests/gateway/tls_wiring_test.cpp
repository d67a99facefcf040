#include "gateway/tls_wiring.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>

#include "gateway/config/secret_source.hpp"
#include "tests/gateway/support/certificate.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* directory_variable = "CREDENTIALS_DIRECTORY";
const std::string in_directory = "$CREDENTIALS_DIRECTORY/";

class TlsWiringTest : public ::testing::Test {
  protected:
    TlsWiringTest() { ::setenv(directory_variable, directory_.path().c_str(), 1); }
    void TearDown() override { ::unsetenv(directory_variable); }

    std::string load(const std::string& certificate, const std::string& private_key) {
        Config::Tls tls;
        tls.certificate = certificate;
        tls.private_key = private_key;
        return load_tls(tls, loaded_);
    }
    void change_mode(const std::string& path, mode_t mode) { ASSERT_EQ(::chmod(path.c_str(), mode), 0); }

    tests::TemporaryDirectory directory_;
    tests::Certificate one_;
    std::string certificate_ = one_.write_certificate(directory_, "tls.crt");
    std::string key_ = one_.write_key(directory_, "tls.key");
    std::shared_ptr<TlsContext> loaded_;
};

TEST_F(TlsWiringTest, EitherMayBeAFileOrACredential) {
    change_mode(certificate_, 0400);
    change_mode(key_, 0400);
    for (const std::string& certificate : {certificate_, in_directory + "tls.crt"}) {
        for (const std::string& key : {key_, in_directory + "tls.key"}) {
            EXPECT_EQ(load(certificate, key), "") << certificate << " " << key;
            EXPECT_NE(loaded_, nullptr);
            loaded_.reset();
        }
    }
}

TEST_F(TlsWiringTest, CredentialThatOthersMayReadIsRefused) {
    change_mode(certificate_, 0644);
    change_mode(key_, 0444);
    const std::string error = load(certificate_, in_directory + "tls.key");
    EXPECT_TRUE(error.starts_with(in_directory + "tls.key: ")) << error;
    EXPECT_NE(error.find("others may read it"), std::string::npos) << error;
    change_mode(key_, 0440);
    EXPECT_EQ(load(certificate_, in_directory + "tls.key"), "") << "what an access list looks like";
}

TEST_F(TlsWiringTest, CredentialThatIsNotThereOrNoneIsToldAndChangesNothing) {
    change_mode(certificate_, 0400);
    ASSERT_EQ(load(certificate_, key_), "");
    const auto old = loaded_;
    EXPECT_NE(load(in_directory + "none", key_).find("No such file"), std::string::npos);
    EXPECT_NE(load(certificate_, in_directory + "../tls.key").find("a name without another /"), std::string::npos);
    EXPECT_NE(load(certificate_, in_directory + "tls.crt").find("tls.crt: "), std::string::npos);
    (void)directory_.write("long", std::string(SecretSource::max_pem_bytes + 1, 'x'));
    change_mode(directory_.file("long"), 0400);
    EXPECT_NE(load(in_directory + "long", key_).find("is longer than 256 KiB"), std::string::npos);
    ::unsetenv(directory_variable);
    EXPECT_NE(load(in_directory + "tls.crt", key_).find("systemd has given no credentials"), std::string::npos);
    EXPECT_EQ(loaded_, old);
}

}  // namespace
}  // namespace patchcord::gateway

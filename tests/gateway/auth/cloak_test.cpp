#include "gateway/auth/cloak.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

Cloak::Key key_of(unsigned char byte) {
    Cloak::Key key;
    key.fill(byte);
    return key;
}

TEST(CloakTest, SameAddressAlwaysHasTheSameCloak) {
    const Cloak one(key_of(1));
    const Cloak again(key_of(1));
    EXPECT_EQ(one("192.0.2.1"), one("192.0.2.1"));
    EXPECT_EQ(one("192.0.2.1"), again("192.0.2.1"));
}

TEST(CloakTest, KeyDecidesTheCloak) {
    EXPECT_NE(Cloak(key_of(1))("192.0.2.1"), Cloak(key_of(2))("192.0.2.1"));
}

TEST(CloakTest, CloakOfAKnownKeyNeverChanges) {
    EXPECT_EQ(Cloak(key_of(0x2A))("192.0.2.1"), "zejq63kohho7.ip") << "or every ban is void";
    EXPECT_EQ(Cloak(key_of(0x2A))("2001:db8::1"), "wz7mixgtod6k.ip");
}

TEST(CloakTest, Ipv4NeighboursHaveNothingInCommon) {
    const Cloak cloak(key_of(1));
    std::set<std::string> cloaks;
    for (int i = 0; i < 256; ++i) cloaks.insert(cloak("192.0.2." + std::to_string(i)));
    EXPECT_EQ(cloaks.size(), 256U);
}

TEST(CloakTest, Ipv6CountsByItsNetworkOf64Bits) {
    const Cloak cloak(key_of(1));
    EXPECT_EQ(cloak("2001:db8:1:2::1"), cloak("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    EXPECT_EQ(cloak("2001:db8:1:2::1"), cloak("2001:0DB8:1:2:0:0:0:1")) << "however it is written";
    EXPECT_NE(cloak("2001:db8:1:2::1"), cloak("2001:db8:1:3::1"));
    EXPECT_NE(cloak("::1"), cloak("127.0.0.1"));
}

TEST(CloakTest, MappedIpv4HasTheCloakOfTheIpv4Address) {
    const Cloak cloak(key_of(1));
    EXPECT_EQ(cloak("::ffff:192.0.2.1"), cloak("192.0.2.1"));
    EXPECT_NE(cloak("::ffff:192.0.2.1"), cloak("::ffff:192.0.2.2"));
}

RC_GTEST_PROP(CloakTest, CloakIsAHostNameWithoutTheAddress, ()) {
    const auto key = *rc::gen::container<Cloak::Key>(rc::gen::arbitrary<unsigned char>());
    const auto byte = [] { return std::to_string(*rc::gen::inRange(0, 256)); };
    const std::string host = Cloak(key)(byte() + "." + byte() + "." + byte() + "." + byte());
    RC_ASSERT(host.size() == 15U);
    RC_ASSERT(host.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == 12U);
    RC_ASSERT(host.ends_with(".ip"));
}

class CloakFileTest : public ::testing::Test {
  protected:
    static mode_t mode_of(const std::string& file) {
        struct stat status {};
        return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    tests::TemporaryDirectory directory_;
    std::string file_ = directory_.file("cloak.key");
};

TEST_F(CloakFileTest, KeyIsMadeForItsOwnerAloneAndReadAgain) {
    const mode_t old = ::umask(0);
    const auto made = Cloak::open(file_);
    ::umask(old);
    ASSERT_TRUE(made);
    EXPECT_EQ(mode_of(file_), 0600U);
    EXPECT_EQ(tests::read_all(file_).size(), sizeof(Cloak::Key));
    const auto read = Cloak::open(file_);
    ASSERT_TRUE(read);
    EXPECT_EQ((*made)("192.0.2.1"), (*read)("192.0.2.1"));
}

TEST_F(CloakFileTest, EveryKeyIsNew) {
    const auto one = Cloak::open(file_);
    const auto other = Cloak::open(directory_.file("other.key"));
    ASSERT_TRUE(one && other);
    EXPECT_NE((*one)("192.0.2.1"), (*other)("192.0.2.1"));
}

TEST_F(CloakFileTest, ShortKeyIsRefusedAndLeftAlone) {
    for (const std::size_t size : {0U, 1U, 31U}) {
        (void)directory_.write("cloak.key", std::string(size, 'k'));
        EXPECT_FALSE(Cloak::open(file_)) << size;
        EXPECT_EQ(tests::read_all(file_), std::string(size, 'k'));
    }
}

TEST_F(CloakFileTest, LinkIsNotFollowed) {
    const std::string target = directory_.write("target", std::string(32, 'k'));
    std::filesystem::create_symlink(target, file_);
    EXPECT_FALSE(Cloak::open(file_));
    std::filesystem::remove(target);
    EXPECT_FALSE(Cloak::open(file_)) << "nor is a key written through it";
    EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(CloakFileTest, DirectoryThatIsNotThereIsRefused) {
    EXPECT_FALSE(Cloak::open(directory_.file("none/cloak.key")));
    EXPECT_FALSE(Cloak::open(directory_.path()));
}

TEST(RandomBase32Test, HasTheLengthAskedForAndNeverRepeats) {
    std::set<std::string> all;
    for (const std::size_t length : {0U, 1U, 7U, 8U, 13U, 100U}) EXPECT_EQ(random_base32(length).size(), length);
    for (int i = 0; i < 1000; ++i) all.insert(random_base32(13));
    EXPECT_EQ(all.size(), 1000U);
    const std::string text = random_base32(10'000);
    EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 32U) << "all digits occur";
}

}  // namespace
}  // namespace patchcord::gateway

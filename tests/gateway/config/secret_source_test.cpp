#include "gateway/config/secret_source.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* directory_variable = "CREDENTIALS_DIRECTORY";
constexpr const char* own_variable = "PATCHCORD_TEST_SECRET";

class SecretSourceTest : public ::testing::Test {
  protected:
    void TearDown() override {
        ::unsetenv(directory_variable);
        ::unsetenv(own_variable);
    }

    std::string file(const std::string& name, const std::string& content, mode_t mode = 0600) const {
        const std::string path = directory_.write(name, content);
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    [[nodiscard]] SecretSource source(const std::string& text) const { return {text, directory_.path().string()}; }
    /// The secret in angle brackets, or what is wrong.
    static std::string read(const SecretSource& source) {
        std::string secret;
        const std::string problem = source.read(secret);
        EXPECT_TRUE(problem.empty() || secret.empty()) << "nothing is left of it";
        return problem.empty() ? "<" + secret + ">" : problem;
    }
    /// Both ways to look at it find the same.
    static bool refused(const SecretSource& source, const std::string& why) {
        return source.problem().find(why) != std::string::npos && read(source).find(why) != std::string::npos;
    }

    tests::TemporaryDirectory directory_;
};

TEST_F(SecretSourceTest, FileIsReadWithoutItsLineEnd) {
    (void)file("a", "secret");
    (void)file("b", "secret\n");
    (void)file("c", " se cret \n\n");
    (void)file("d", "secret", 0400);
    EXPECT_EQ(read(source("a")), "<secret>");
    EXPECT_EQ(read(source("b")), "<secret>");
    EXPECT_EQ(read(source("c")), "< se cret \n>") << "one line end, and nothing else";
    EXPECT_EQ(read(source("d")), "<secret>");
    EXPECT_EQ(source("a").problem(), "");
}

TEST_F(SecretSourceTest, AbsolutePathIsTakenAsItIs) {
    const std::string path = file("a", "secret");
    EXPECT_EQ(read(SecretSource(path, "/elsewhere")), "<secret>");
}

TEST_F(SecretSourceTest, FileIsReadAnewEachTime) {
    (void)file("a", "old");
    const SecretSource it = source("a");
    EXPECT_EQ(read(it), "<old>");
    (void)file("a", "new");
    EXPECT_EQ(read(it), "<new>");
}

TEST_F(SecretSourceTest, FileThatOthersMayReadIsRefused) {
    for (const mode_t mode : {0640U, 0604U, 0660U, 0644U, 0610U, 0601U, 0602U, 0777U}) {
        (void)file("a", "secret", mode);
        EXPECT_TRUE(refused(source("a"), "others may read it; use chmod 600")) << std::oct << mode;
        EXPECT_EQ(read(source("a")).find("secret"), std::string::npos);
    }
}

TEST_F(SecretSourceTest, WhatIsNoPlainFileIsRefused) {
    std::filesystem::create_directory(directory_.file("d"));
    ASSERT_EQ(::mkfifo(directory_.file("pipe").c_str(), 0600), 0);
    for (const char* name : {"d", "pipe", "/dev/null"}) {
        EXPECT_TRUE(refused(source(name), "is not a plain file")) << name;
    }
    EXPECT_TRUE(refused(source("none"), "No such file"));
    EXPECT_TRUE(refused(source("d/none"), "No such file"));
}

TEST_F(SecretSourceTest, LinkIsJudgedByWhereItLeads) {
    std::filesystem::create_symlink(file("open", "secret", 0644), directory_.file("bad"));
    std::filesystem::create_symlink(file("closed", "secret"), directory_.file("good"));
    EXPECT_TRUE(refused(source("bad"), "others may read it"));
    EXPECT_EQ(read(source("good")), "<secret>");
}

TEST_F(SecretSourceTest, LengthIsLimited) {
    (void)file("just", std::string(SecretSource::max_bytes, 'x') + "\n");
    EXPECT_EQ(read(source("just")), "<" + std::string(SecretSource::max_bytes, 'x') + ">");
    (void)file("more", std::string(SecretSource::max_bytes + 1, 'x'));
    EXPECT_EQ(read(source("more")), directory_.file("more") + " is longer than 4 KiB");
    EXPECT_TRUE(refused(source("more"), "is longer than 4 KiB"));
    (void)file("much", std::string(100'000, 'x'));
    EXPECT_TRUE(refused(source("much"), "is longer than 4 KiB"));
}

TEST_F(SecretSourceTest, WhoAsksMayAllowMore) {
    const auto longer = [&](const std::string& text) { return SecretSource(text, directory_.path().string(), 10'240); };
    (void)file("just", std::string(10'240, 'x') + "\n");
    EXPECT_EQ(read(longer("just")), "<" + std::string(10'240, 'x') + ">");
    (void)file("more", std::string(10'241, 'x'));
    EXPECT_TRUE(refused(longer("more"), "is longer than 10 KiB"));
    ::setenv(own_variable, std::string(10'241, 'x').c_str(), 1);
    EXPECT_TRUE(refused(longer(std::string("env:") + own_variable), "is longer than 10 KiB"));
}

TEST_F(SecretSourceTest, TellsCredentialsFromTheRest) {
    EXPECT_TRUE(SecretSource::is_credential("$CREDENTIALS_DIRECTORY/a"));
    EXPECT_TRUE(SecretSource::is_credential("$CREDENTIALS_DIRECTORY/"));
    for (const char* other : {"", "a", "env:a", "$CREDENTIALS_DIRECTORY", "/$CREDENTIALS_DIRECTORY/a"}) {
        EXPECT_FALSE(SecretSource::is_credential(other)) << other;
    }
}

TEST_F(SecretSourceTest, NothingIsNoSecret) {
    (void)file("empty", "");
    EXPECT_TRUE(refused(source("empty"), "is empty"));
    (void)file("line", "\n");
    EXPECT_EQ(read(source("line")), directory_.file("line") + " is empty");
    EXPECT_TRUE(refused(source("line"), "is empty")) << "a line end alone";
    EXPECT_TRUE(refused(source(""), "names no file"));
    EXPECT_TRUE(refused(SecretSource(), "names no file"));
}

TEST_F(SecretSourceTest, CredentialOfSystemdIsReadWhereSystemdSays) {
    EXPECT_TRUE(refused(source("$CREDENTIALS_DIRECTORY/a"), "CREDENTIALS_DIRECTORY is not set"));
    ::setenv(directory_variable, directory_.path().c_str(), 1);
    (void)file("a", "secret", 0400);
    EXPECT_EQ(read(SecretSource("$CREDENTIALS_DIRECTORY/a", "/elsewhere")), "<secret>");
    (void)file("a", "secret", 0440);
    EXPECT_EQ(read(source("$CREDENTIALS_DIRECTORY/a")), "<secret>") << "what an access list looks like";
    (void)file("a", "secret", 0444);
    EXPECT_TRUE(refused(source("$CREDENTIALS_DIRECTORY/a"), "others may read it"));
}

TEST_F(SecretSourceTest, CredentialIsAPlainName) {
    ::setenv(directory_variable, directory_.path().c_str(), 1);
    for (const char* name : {"", "..", "../etc/passwd", "a/b", "/etc/passwd"}) {
        EXPECT_TRUE(refused(source(std::string("$CREDENTIALS_DIRECTORY/") + name), "a name without another /")) << name;
    }
}

TEST_F(SecretSourceTest, VariableIsReadWhenItIsUsed) {
    const SecretSource it = source(std::string("env:") + own_variable);
    EXPECT_TRUE(refused(it, "is not set or empty"));
    ::setenv(own_variable, "", 1);
    EXPECT_TRUE(refused(it, "is not set or empty"));
    ::setenv(own_variable, "secret", 1);
    EXPECT_EQ(it.problem(), "");
    EXPECT_EQ(read(it), "<secret>");
    ::setenv(own_variable, std::string(SecretSource::max_bytes + 1, 'x').c_str(), 1);
    EXPECT_TRUE(refused(it, "is longer than 4 KiB"));
    for (const char* name : {"env:", "env:A=B", "env:A B"}) {
        EXPECT_TRUE(refused(source(name), "must be env:NAME")) << name;
    }
}

TEST_F(SecretSourceTest, WhatIsMissingForAMomentIsToldFromWhatIsWrong) {
    const SecretSource there = source(file("a", "secret"));
    std::string secret;
    bool passing = true;
    EXPECT_NE(source("nowhere").read(secret, passing), "");
    EXPECT_FALSE(passing);
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
    const rlimit none{0, usual.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const std::string problem = there.read(secret, passing);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
    EXPECT_NE(problem.find("Too many open files"), std::string::npos) << problem;
    EXPECT_TRUE(passing);
    EXPECT_EQ(there.read(secret, passing), "");
    EXPECT_FALSE(passing);
}

TEST_F(SecretSourceTest, NulInAPathIsRefused) {
    (void)file("a", "secret");
    EXPECT_TRUE(refused(source(std::string("a\0b", 3)), "must be a path"));
}

TEST_F(SecretSourceTest, NameFromTheFileIsEscapedInErrors) {
    EXPECT_EQ(source("\x1B[2J\n").problem().find_first_of("\x1B\n"), std::string::npos);
    EXPECT_EQ(source("env:\x1B").problem().find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace patchcord::gateway

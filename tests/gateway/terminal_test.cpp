#include "gateway/terminal.hpp"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

/// A process that asks for a password on a terminal of its own, which the test holds the other end of.
class AskingProcess {
  public:
    AskingProcess() {
        pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (pid_ == 0) {
            const std::string line = "<" + read_password("Secret: ") + ">";
            (void)!::write(STDOUT_FILENO, line.data(), line.size());
            std::_Exit(7);
        }
    }
    ~AskingProcess() {
        if (!ended_) (void)wait();
        ::close(terminal_);
    }
    AskingProcess(const AskingProcess&) = delete;
    AskingProcess& operator=(const AskingProcess&) = delete;

    void type(const std::string& text) const { (void)!::write(terminal_, text.data(), text.size()); }
    /// Reads until the terminal has shown `text`; gives all it has shown.
    std::string see(const std::string& text) {
        char c = 0;
        while (shown_.find(text) == std::string::npos && ::read(terminal_, &c, 1) == 1) shown_ += c;
        return shown_;
    }
    [[nodiscard]] bool echoes() const {
        termios settings{};
        EXPECT_EQ(::tcgetattr(terminal_, &settings), 0);
        return (settings.c_lflag & ECHO) != 0;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }
    int wait(int options = 0) {
        int status = 0;
        EXPECT_EQ(::waitpid(pid_, &status, options), pid_);
        ended_ = !WIFSTOPPED(status);
        return status;
    }

  private:
    pid_t pid_ = -1;
    int terminal_ = -1;
    bool ended_ = false;
    std::string shown_;
};

TEST(TerminalTest, PasswordIsReadAndNotShown) {
    AskingProcess process;
    process.see("Secret: ");
    EXPECT_FALSE(process.echoes());
    process.type("swordfish\n");
    EXPECT_EQ(process.see(">"), "Secret: \r\n<swordfish>");
    EXPECT_TRUE(process.echoes());
    EXPECT_EQ(WEXITSTATUS(process.wait()), 7);
}

TEST(TerminalTest, InterruptEndsTheProcessAndTheTerminalShowsAgainWhatIsTyped) {
    for (const char* key : {"\x03", "\x1C"}) {  // Ctrl-C, Ctrl-backslash
        AskingProcess process;
        process.see("Secret: ");
        process.type(std::string("sword") + key);
        const int status = process.wait();
        ASSERT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(WTERMSIG(status), key[0] == '\x03' ? SIGINT : SIGQUIT);
        EXPECT_TRUE(process.echoes());
    }
}

TEST(TerminalTest, TerminationRestoresTheTerminalToo) {
    AskingProcess process;
    process.see("Secret: ");
    ::kill(process.pid(), SIGTERM);
    EXPECT_EQ(WTERMSIG(process.wait()), SIGTERM);
    EXPECT_TRUE(process.echoes());
}

TEST(TerminalTest, EndOfInputIsAnEmptyPassword) {
    AskingProcess process;
    process.see("Secret: ");
    process.type("\x04");  // Ctrl-D
    EXPECT_EQ(process.see(">"), "Secret: \r\n<>");
}

/// Runs `read_password` with a pipe as standard input, so often as there are lines.
std::string read_from_pipe(const std::string& input, int times) {
    int in[2];
    int out[2];
    EXPECT_EQ(::pipe(in), 0);
    EXPECT_EQ(::pipe(out), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::close(in[1]);
        for (int i = 0; i < times; ++i) {
            const std::string line = "<" + read_password() + ">";
            (void)!::write(out[1], line.data(), line.size());
        }
        std::_Exit(0);
    }
    ::close(in[0]);
    ::close(out[1]);
    (void)!::write(in[1], input.data(), input.size());
    ::close(in[1]);
    std::string all;
    char c = 0;
    while (::read(out[0], &c, 1) == 1) all += c;
    ::close(out[0]);
    ::waitpid(child, nullptr, 0);
    return all;
}

TEST(TerminalTest, PipeGivesOneLineAndKeepsTheRest) {
    EXPECT_EQ(read_from_pipe("one\ntwo\nthree", 4), "<one><two><three><>");
    EXPECT_EQ(read_from_pipe("", 1), "<>");
    EXPECT_EQ(read_from_pipe("\nx", 1), "<>");
}

TEST(TerminalTest, EndlessLineIsCut) {
    EXPECT_EQ(read_from_pipe(std::string(longest_input_line + 1000, 'x'), 1),
              "<" + std::string(longest_input_line, 'x') + ">");
}

}  // namespace
}  // namespace patchcord::gateway

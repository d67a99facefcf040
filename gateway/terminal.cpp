#include "gateway/terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
volatile std::sig_atomic_t caught_signal = 0;

void catch_signal(int signal) {
    caught_signal = signal;
}

/// Holds back the signals that end or stop a process, except while something waits with `outside()`.
class SignalsHeldBack {
  public:
    SignalsHeldBack() {
        sigset_t blocked;
        sigemptyset(&blocked);
        for (const int signal : ending_signals) sigaddset(&blocked, signal);
        sigprocmask(SIG_BLOCK, &blocked, &outside_);
        struct sigaction action {};
        action.sa_handler = catch_signal;
        for (std::size_t i = 0; i < ending_signals.size(); ++i) sigaction(ending_signals[i], &action, &before_[i]);
        caught_signal = 0;
    }
    ~SignalsHeldBack() {
        for (std::size_t i = 0; i < ending_signals.size(); ++i) sigaction(ending_signals[i], &before_[i], nullptr);
        sigprocmask(SIG_SETMASK, &outside_, nullptr);
    }
    SignalsHeldBack(const SignalsHeldBack&) = delete;
    SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

    [[nodiscard]] const sigset_t& outside() const { return outside_; }

  private:
    sigset_t outside_{};
    std::array<struct sigaction, ending_signals.size()> before_{};
};

class HiddenInput {
  public:
    HiddenInput() : terminal_(::tcgetattr(STDIN_FILENO, &shown_) == 0) {
        if (!terminal_) return;
        termios hidden = shown_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenInput() {
        if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

  private:
    termios shown_{};
    bool terminal_;
};

void say(const std::string& text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
}

/// Byte by byte, so that what follows the line stays for the next reader.
std::string read_line(const sigset_t& waiting_mask) {
    std::string line;
    while (line.size() < longest_input_line && caught_signal == 0) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::ppoll(&input, 1, nullptr, &waiting_mask) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        char c = 0;
        if (::read(STDIN_FILENO, &c, 1) != 1 || c == '\n') break;
        line += c;
    }
    return line;
}

/// One try; gives the signal that ended it, or 0.
int ask(const std::string& prompt, std::string& line) {
    const SignalsHeldBack signals;
    const HiddenInput hidden;
    say(prompt);
    line = read_line(signals.outside());
    say("\n");
    return caught_signal;
}

}  // namespace

bool input_is_terminal() {
    return ::isatty(STDIN_FILENO) != 0;
}

std::string read_password(const std::string& prompt) {
    std::string line;
    if (!input_is_terminal()) {
        sigset_t mask;
        sigprocmask(SIG_SETMASK, nullptr, &mask);
        caught_signal = 0;
        return read_line(mask);
    }
    while (const int signal = ask(prompt, line)) ::raise(signal);  // stopped and continued: asked again
    return line;
}

}  // namespace patchcord::gateway

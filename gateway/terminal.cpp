#include "gateway/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

/// Holds back the signals that end or stop a process, and tells of them instead.
class SignalsHeldBack {
  public:
    SignalsHeldBack() {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&held, signal);
        sigprocmask(SIG_BLOCK, &held, &outside_);
        descriptor_ = ::signalfd(-1, &held, SFD_CLOEXEC);
    }
    ~SignalsHeldBack() {
        ::close(descriptor_);
        sigprocmask(SIG_SETMASK, &outside_, nullptr);
    }
    SignalsHeldBack(const SignalsHeldBack&) = delete;
    SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

    /// Readable when there is one.
    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// The one that came.
    [[nodiscard]] int take() const {
        signalfd_siginfo info{};
        return ::read(descriptor_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
    }

  private:
    sigset_t outside_{};
    int descriptor_;
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

/// Byte by byte, so that what follows the line stays for the next reader. False when `interruption` can be read first.
bool read_line(int interruption, std::string& line) {
    line.clear();
    while (line.size() < longest_input_line) {
        pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {interruption, POLLIN, 0}};
        if (::poll(sources, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return true;
        }
        if (sources[1].revents != 0) return false;
        char c = 0;
        if (::read(STDIN_FILENO, &c, 1) != 1 || c == '\n') return true;
        line += c;
    }
    return true;
}

/// One try; gives the signal that ended it, or 0.
int ask(const std::string& prompt, std::string& line) {
    const SignalsHeldBack signals;
    const HiddenInput hidden;
    say(prompt);
    const int signal = read_line(signals.descriptor(), line) ? 0 : signals.take();
    say("\n");
    return signal;
}

}  // namespace

bool input_is_terminal() {
    return ::isatty(STDIN_FILENO) != 0;
}

std::string read_password(const std::string& prompt) {
    std::string line;
    if (!input_is_terminal()) {
        constexpr int nothing = -1;  // poll passes over it
        (void)read_line(nothing, line);
        return line;
    }
    while (const int signal = ask(prompt, line)) ::raise(signal);  // stopped and continued: asked again
    return line;
}

}  // namespace patchcord::gateway

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "gateway/auth/md5.hpp"
#include "gateway/log/log.hpp"
#include "gateway/net/dialer.hpp"
#include "gateway/services/passport_client.hpp"
#include "gateway/terminal.hpp"
#include "gateway/version.hpp"
#include "msn/wire/handle.hpp"
#include "tools/patchcord_msn/line_input.hpp"
#include "tools/patchcord_msn/messenger.hpp"
#include "tools/patchcord_msn/printable.hpp"

namespace {

using namespace patchcord;

constexpr int exit_failed = 1;
constexpr int exit_usage = 64;

constexpr const char* output_help =
    "Output, one line an event; text of others never holds control characters:\n"
    "  * signed in as HANDLE (NAME)\n"
    "  * HANDLE is STATUS (NAME)        online, busy, idle, be right back, away, on the phone,\n"
    "                                   out to lunch, offline\n"
    "  * HANDLE says: WORDS             what goes with the status (MSNP11 and 12)\n"
    "  * HANDLE added you (NAME)        * HANDLE removed you\n"
    "  * HANDLE calls (NAME)            answered at once, unless --no-answer\n"
    "  CHAT> <HANDLE> TEXT              a line of a message\n"
    "  CHAT> * HANDLE joined (NAME)     CHAT> * HANDLE left     CHAT> * HANDLE is typing\n"
    "  CHAT> * HANDLE nudges            CHAT> * closed\n"
    "  - ...                            answers to /list, /chat, /help\n"
    "  ! WHAT, CHAT> ! WHAT             something failed\n"
    "CHAT is the handle of whom you called, or who called you; rooms are lobby@rooms.<gateway name>.\n"
    "Input that is no terminal is taken line by line: each waits until the one before has had its effect. At\n"
    "its end, the client signs out.\n"
    "Exit codes: 0 signed out as asked, 1 anything else, 64 wrong arguments.";

struct Arguments {
    std::string handle;
    std::string server = "127.0.0.1:1863";
    std::string http = "127.0.0.1:8080";
    unsigned protocol = 12;
    bool password_stdin = false;
    bool no_answer = false;
};

void print(const std::string& line) {
    const std::string safe = tools::printable(line) + "\n";
    std::fwrite(safe.data(), 1, safe.size(), stdout);
    if (std::fflush(stdout) != 0) std::raise(SIGTERM);  // nobody reads any more
}

int usage_error(const std::string& what) {
    std::cerr << what << '\n';
    return exit_usage;
}

/// What was given as --http, as a URL.
std::string nexus_of(const Arguments& arguments) {
    return (arguments.http.find("://") == std::string::npos ? "http://" : "") + arguments.http;
}

int run(const Arguments& arguments, const chat::Endpoint& server, const std::string& handle) {
    tools::MessengerOptions options;
    options.login.handle = handle;
    options.login.lowest = options.login.highest = msn::Dialect(arguments.protocol);
    options.login.auth = msn::belongs_to(msn::Auth::md5, options.login.highest) ? msn::Auth::md5 : msn::Auth::twn;
    options.login.md5 = gateway::md5;
    options.login.password = gateway::read_password("Password of " + handle + ": ");
    options.server = server;
    options.answer_calls = !arguments.no_answer;
    options.one_by_one = !gateway::input_is_terminal();
    if (options.login.password.empty()) return usage_error("a password is needed");

    gateway::EventLoop loop;
    gateway::Log log(chat::LogLevel::warn, gateway::LogFormat::text);
    gateway::DialOptions dialing;
    const std::string no_tls = gateway::TlsClientContext::load({}, dialing.tls);
    if (!no_tls.empty()) return usage_error("TLS does not work: " + no_tls);
    gateway::Dialer dialer(loop, log, dialing);
    // Whoever names a service without TLS means it.
    gateway::PassportClient passport(dialer, loop,
                                     {.nexus_url = nexus_of(arguments), .login_url = {}, .insecure = true});
    std::unique_ptr<tools::Messenger> messenger;
    tools::LineInput input(loop,
                           {[&](const std::string& line) { messenger->input(line); },
                            [] { print("! a line is too long and was passed over"); }, [&] { messenger->finish(); }});
    const auto want_input = [&](bool wanted) {
        if (wanted) {
            input.resume();
        } else {
            input.pause();
        }
    };
    const tools::MessengerPorts ports{loop, dialer, passport, print, want_input, [&] { loop.stop(); }};
    messenger = std::make_unique<tools::Messenger>(ports, std::move(options));
    boost::asio::signal_set signals(loop.io(), SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) messenger->quit();
    });
    messenger->start();
    loop.run();
    loop.abandon_connections();
    return messenger->failed() ? exit_failed : 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"A small MSN client for the terminal."};
    app.set_version_flag("--version", std::string("patchcord-msn ") + gateway::version);
    Arguments arguments;
    app.add_option("HANDLE", arguments.handle, "Who you are, such as bob@example.com")->required();
    app.add_option("--server", arguments.server, "Notification server")->capture_default_str();
    app.add_option("--http", arguments.http, "Passport service: host:port for plain HTTP, or https://host[:port]")
        ->capture_default_str();
    app.add_option("--protocol", arguments.protocol, "Version of MSNP, 2 to 12; below 8 there is no Passport")
        ->check(CLI::Range(2, 12))
        ->capture_default_str();
    app.add_flag("--password-stdin", arguments.password_stdin, "The password is the first line of standard input");
    app.add_flag("--no-answer", arguments.no_answer, "Does not answer the calls of others");
    app.footer("Commands:\n" + std::string(tools::command_help()) + "\n" + output_help);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    }
    std::signal(SIGPIPE, SIG_IGN);
    const auto handle = msn::parse_handle(arguments.handle);
    const auto server = msn::parse_endpoint(arguments.server);
    if (!handle) return usage_error("not a handle, which looks like name@example.com: " + arguments.handle);
    if (!server) return usage_error("not host:port: " + arguments.server);
    if (!gateway::parse_url(nexus_of(arguments))) {
        return usage_error("neither host:port nor https://host: " + arguments.http);
    }
    if (!arguments.password_stdin && !gateway::input_is_terminal()) {
        return usage_error("the password is asked for on a terminal; to give it on standard input: --password-stdin");
    }
    return run(arguments, *server, *handle);
}

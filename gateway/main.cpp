#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <string>
#include <termios.h>
#include <unistd.h>

#include "gateway/auth/passwords.hpp"
#include "gateway/config/config_load.hpp"
#include "gateway/daemon.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/version.hpp"

namespace {

using namespace patchcord::gateway;

constexpr const char* usual_config_file = "gateway.toml";

/// The file to read: the one named, else the usual one if it is there, else none.
std::string config_file(const std::string& named) {
    if (!named.empty()) return named;
    return std::filesystem::exists(usual_config_file) ? usual_config_file : "";
}

LoadedConfig load(const std::string& file) {
    return file.empty() ? LoadedConfig{} : load_config(file);
}

int report(const LoadedConfig& loaded) {
    for (const std::string& error : loaded.errors) std::cerr << error << '\n';
    return static_cast<int>(loaded.errors.empty() ? Exit::done : Exit::bad_config);
}

int run(const std::string& named) {
    const std::string file = config_file(named);
    LoadedConfig loaded = load(file);
    if (const int bad = report(loaded)) return bad;
    Daemon daemon(std::move(loaded.config), file);
    return static_cast<int>(daemon.run());
}

/// What only reading the files themselves can show.
void check_certificate(const std::string& file, LoadedConfig& loaded) {
    const Config::Irc::Tls& tls = loaded.config.irc.tls;
    if (!loaded.errors.empty() || tls.listen.empty()) return;
    std::shared_ptr<TlsContext> unused;
    const std::string error = TlsContext::load(tls.certificate, tls.private_key, unused);
    if (!error.empty()) loaded.errors.push_back(file + ": irc.tls: " + error);
}

int check(const std::string& named) {
    const std::string file = config_file(named);
    LoadedConfig loaded = load(file);
    check_certificate(file, loaded);
    const int bad = report(loaded);
    if (bad == 0) std::cout << "ok\n";
    return bad;
}

/// One line of standard input; from a terminal it is not shown.
std::string read_password() {
    std::string password;
    termios shown{};
    const bool terminal = ::isatty(STDIN_FILENO) != 0 && ::tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        std::cerr << "Password: ";
        termios hidden = shown;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    std::getline(std::cin, password);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        std::cerr << '\n';
    }
    return password;
}

int print_password_hash() {
    const std::string password = read_password();
    if (password.empty()) {
        std::cerr << "a password is needed, as one line on standard input\n";
        return static_cast<int>(Exit::usage);
    }
    const auto hash = hash_password(password);
    if (!hash) {
        std::cerr << "the password is longer than " << max_password_bytes << " bytes\n";
        return static_cast<int>(Exit::usage);
    }
    std::cout << *hash << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Patchcord puts MSN Messenger and IRC into the same room."};
    app.set_version_flag("--version", std::string("patchcord ") + version);
    app.require_subcommand(1);
    std::string file;
    CLI::App* run_command = app.add_subcommand("run", "Starts the gateway");
    CLI::App* check_command = app.add_subcommand("check", "Says whether a configuration is right");
    for (CLI::App* command : {run_command, check_command}) {
        command->add_option("--config", file,
                            "Configuration file (default: gateway.toml if there, else built-in defaults)");
    }
    CLI::App* config_command = app.add_subcommand("config", "Prints the built-in defaults as a complete gateway.toml");
    CLI::App* hash_command =
        app.add_subcommand("password-hash", "Reads a password from standard input and prints its hash");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    if (!start_password_hashing()) {
        std::cerr << "libsodium cannot start\n";
        return 1;
    }
    if (*run_command) return run(file);
    if (*check_command) return check(file);
    if (*config_command) std::cout << default_config_text();
    return *hash_command ? print_password_hash() : 0;
}

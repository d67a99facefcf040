#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <string>

#include "gateway/accounts_command.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/config/config_load.hpp"
#include "gateway/control_command.hpp"
#include "gateway/daemon.hpp"
#include "gateway/data_rights.hpp"
#include "gateway/net/tls_client.hpp"
#include "gateway/terminal.hpp"
#include "gateway/tls_wiring.hpp"
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
    if (file.empty()) return {};
    return load_config(file);
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
void check_certificate(const std::string& where, const Config::Tls& tls, LoadedConfig& loaded) {
    if (!loaded.errors.empty() || tls.listen.empty()) return;
    std::shared_ptr<TlsContext> unused;
    const std::string error = load_tls(tls, unused);
    if (!error.empty()) loaded.errors.push_back(where + ": " + error);
}

void check_trust(const std::string& file, LoadedConfig& loaded) {
    for (const Config::MsnService& service : loaded.config.msn_services) {
        std::shared_ptr<TlsClientContext> unused;
        const std::string error = TlsClientContext::load(service.ca_file, unused);
        if (!error.empty()) loaded.errors.push_back(file + ": msn_service.ca_file: " + error);
    }
}

void check_user(const std::string& file, LoadedConfig& loaded) {
    const std::string& name = loaded.config.gateway.user;
    SystemUser unused;
    const std::string problem = name.empty() ? "" : find_configured_user(name, unused);
    if (!problem.empty()) loaded.errors.push_back(file + ": " + problem);
}

int check(const std::string& named) {
    const std::string file = config_file(named);
    LoadedConfig loaded = load(file);
    check_certificate(file + ": irc.tls", loaded.config.irc.tls, loaded);
    check_certificate(file + ": http.tls", loaded.config.http.tls, loaded);
    check_trust(file, loaded);
    check_user(file, loaded);
    const int bad = report(loaded);
    if (bad == 0) std::cout << "ok\n";
    return bad;
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

/// `patchcord account ...`: what was typed, and what it asks for.
class AccountCommands {
  public:
    AccountCommands(CLI::App& app, std::string& file)
        : group_(app.add_subcommand("account", "Accounts of the gateway")) {
        group_->require_subcommand(1);
        add_ = group_->add_subcommand("add", "Makes one; the password is asked for, or one line of standard input");
        add_->add_option("--msn", account_.handle, "MSN handle (default: NAME@<gateway.name>)");
        add_->add_flag("--legacy-md5", account_.legacy_md5,
                       "Also for clients of MSNP2 to 7: keeps the password, sealed");
        list_ = group_->add_subcommand("list", "A line each: name, handle, md5 or -, day made");
        passwd_ = group_->add_subcommand("passwd", "Changes a password");
        remove_ = group_->add_subcommand("remove", "Removes one, with its lists and messages");
        for (CLI::App* command : {add_, passwd_, remove_}) {
            command->add_option("NAME", account_.name, "Name on IRC, or a handle")->required();
        }
        for (CLI::App* command : {add_, list_, passwd_, remove_})
            command->add_option("--config", file, "Configuration file");
    }

    [[nodiscard]] bool asked() const { return group_->parsed(); }
    [[nodiscard]] int run(const std::string& named) const {
        const LoadedConfig loaded = load(config_file(named));
        if (const int bad = report(loaded)) return bad;
        const AccountConsole console = standard_console();
        if (const std::string problem = become_owner_of_data(loaded.config); !problem.empty()) {
            console.errors << "cannot give up root's rights: " << problem << '\n';
            return static_cast<int>(Exit::no_rights);
        }
        if (add_->parsed()) return account_add(loaded.config, account_, console);
        if (list_->parsed()) return account_list(loaded.config, console);
        if (passwd_->parsed()) return account_passwd(loaded.config, account_.name, console);
        return account_remove(loaded.config, account_.name, console);
    }

  private:
    NewAccount account_;
    CLI::App* group_;
    CLI::App* add_;
    CLI::App* list_;
    CLI::App* passwd_;
    CLI::App* remove_;
};

/// `patchcord status`, `reload` and `backup`.
class ControlCommands {
  public:
    ControlCommands(CLI::App& app, std::string& file)
        : status_(app.add_subcommand("status", "Shows how a running gateway is")),
          reload_(app.add_subcommand("reload", "Makes a running gateway read its configuration again, as SIGHUP does")),
          backup_(app.add_subcommand("backup", "Copies the databases and keys into one archive (tar)")) {
        for (CLI::App* command : {status_, reload_}) {
            command->add_flag("--json", target_.as_json, "The answer as JSON, in one line");
            command->add_option("--socket", target_.socket, "Where the gateway listens (default: control.socket)");
        }
        backup_->add_option("FILE", archive_, "A file that is not there yet")->required();
        for (CLI::App* command : {status_, reload_, backup_})
            command->add_option("--config", file, "Configuration file, for control.socket and gateway.data_dir");
    }

    [[nodiscard]] bool asked() const { return status_->parsed() || reload_->parsed() || backup_->parsed(); }
    [[nodiscard]] int run(const std::string& named) const {
        const ControlConsole console{std::cout, std::cerr};
        const bool finds_it = target_.socket.empty() || backup_->parsed();
        const LoadedConfig loaded = finds_it ? load(config_file(named)) : LoadedConfig{};
        const int bad = report(loaded);
        // Somebody who is editing the file may still see how the gateway is.
        if (bad != 0 && !status_->parsed()) return bad;
        if (backup_->parsed()) return backup(loaded.config, archive_, console);
        if (reload_->parsed()) return control_reload(loaded.config, target_, console);
        return control_status(loaded.config, target_, console);
    }

  private:
    ControlTarget target_;
    std::string archive_;
    CLI::App* status_;
    CLI::App* reload_;
    CLI::App* backup_;
};

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
    const AccountCommands accounts(app, file);
    const ControlCommands control(app, file);
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
    if (accounts.asked()) return accounts.run(file);
    if (control.asked()) return control.run(file);
    if (*config_command) std::cout << default_config_text();
    return *hash_command ? print_password_hash() : 0;
}

#include "gateway/config/services_load.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "gateway/config/config_load.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

using Errors = std::vector<std::string>;

const std::string service = "[[msn_service]]\nname = \"example\"\nserver = \"msn.example.org\"\n";
const std::string twn = service + "login_url = \"https://login.example.org/\"\n";

Errors errors_of(const std::string& text) {
    return parse_config(text, "f.toml").errors;
}

bool one_error(const std::string& text, const std::string& start) {
    const Errors errors = errors_of(text);
    return errors.size() == 1 && errors.front().starts_with("f.toml:" + start);
}

std::string link(const std::string& owner, const std::string& handle, const std::string& of = "example") {
    return "[[link]]\n" + owner + "\nservice = \"" + of + "\"\nhandle = \"" + handle +
           "\"\npassword_file = \"env:PATH\"\n";
}

TEST(ServicesLoadTest, ExampleHoldsTheDefaultsAndIsGood) {
    const tests::TemporaryDirectory directory;
    std::string text(default_config_text());
    text = text.substr(text.find("# MSN services of others"));
    text = std::regex_replace(text, std::regex("(^|\n)# (\\[\\[|[a-z_]+ = )"), "$1$2");
    std::filesystem::create_directory(directory.file("secrets"));
    for (const char* name : {"secrets/ana", "secrets/lobby"}) {
        ASSERT_EQ(::chmod(directory.write(name, "secret\n").c_str(), 0600), 0);
    }
    const LoadedConfig loaded = load_config(directory.write("gateway.toml", text));
    EXPECT_EQ(loaded.errors, Errors());
    Config::MsnService expected;
    expected.name = "example";
    expected.server = {"msn.example.org", 1863};
    expected.login_url = "https://login.example.org/login";
    EXPECT_EQ(loaded.config.msn_services, std::vector{expected});
    ASSERT_EQ(loaded.config.links.size(), 2U);
    std::string secret;
    EXPECT_EQ(loaded.config.links[0].password.read(secret), "");
    EXPECT_EQ(secret, "secret") << "the path begins at the file";
    EXPECT_EQ(loaded.config.links[1].room, "lobby");
}

TEST(ServicesLoadTest, EachWayToSignInHasItsVersions) {
    const auto versions = [](const std::string& more) {
        const LoadedConfig loaded = parse_config(service + more, "f.toml");
        EXPECT_EQ(loaded.errors, Errors());
        const Config::MsnService& first = loaded.config.msn_services.at(0);
        return std::vector{first.lowest_version, first.highest_version};
    };
    const std::string sso =
        "auth = \"sso\"\nlogin_url = \"https://a.example/RST.srf\"\ncontacts_url = \"https://a.example/\"\n";
    EXPECT_EQ(versions("auth = \"md5\"\n"), (std::vector<std::size_t>{2, 7}));
    EXPECT_EQ(versions("nexus_url = \"https://a.example/\"\n"), (std::vector<std::size_t>{8, 12}));
    EXPECT_EQ(versions(sso), (std::vector<std::size_t>{15, 15}));
    EXPECT_TRUE(one_error(service + "auth = \"md5\"\nversions = [2, 8]\n", "5: msn_service.versions: "));
    EXPECT_TRUE(one_error(service + sso + "versions = [8, 12]\n", "7: msn_service.versions: must be [15, 15]"));
    EXPECT_TRUE(one_error(twn + "versions = [2, 7]\n", "5: msn_service.versions: "));
}

TEST(ServicesLoadTest, EachWayToSignInNeedsItsAddressesAndNoOthers) {
    const std::string login = "login_url = \"https://a.example/\"\n";
    const std::string nexus = "nexus_url = \"https://a.example/\"\n";
    const std::string contacts = "contacts_url = \"https://a.example/\"\n";
    EXPECT_TRUE(one_error(service, "1: msn_service.login_url: login_url or nexus_url is needed"));
    EXPECT_TRUE(one_error(service + login + nexus, "5: msn_service.nexus_url: "));
    EXPECT_TRUE(one_error(service + login + contacts, "5: msn_service.contacts_url: is only for"));
    EXPECT_TRUE(one_error(service + "auth = \"md5\"\n" + login, "5: msn_service.login_url: is only for"));
    EXPECT_TRUE(one_error(service + "auth = \"md5\"\n" + nexus, "5: msn_service.nexus_url: is only for"));
    EXPECT_TRUE(one_error(service + "auth = \"sso\"\n" + login, "1: msn_service.contacts_url: is needed"));
    EXPECT_TRUE(one_error(service + "auth = \"sso\"\n" + contacts, "1: msn_service.login_url: is needed"));
    EXPECT_TRUE(
        one_error(service + "auth = \"sso\"\n" + login + contacts + nexus, "7: msn_service.nexus_url: is only"));
}

TEST(ServicesLoadTest, OfflineMessagesNeedTicketsAndWhoLeavesSomeFetchesThemToo) {
    const std::string oim = "oim_url = \"https://a.example/\"\n";
    const std::string store = "oim_store_url = \"https://a.example/\"\n";
    const std::string login = "login_url = \"https://a.example/\"\n";
    const std::string sso = "auth = \"sso\"\n" + login + "contacts_url = \"https://a.example/\"\n";
    EXPECT_EQ(errors_of(service + sso + oim + store), Errors());
    EXPECT_EQ(errors_of(service + login + oim), Errors());
    EXPECT_TRUE(one_error(service + "auth = \"md5\"\n" + oim, "5: msn_service.oim_url: is only for"));
    EXPECT_TRUE(one_error(service + login + oim + store, "6: msn_service.oim_store_url: is only for"));
    EXPECT_TRUE(one_error(service + sso + store, "7: msn_service.oim_store_url: needs oim_url"));
}

TEST(ServicesLoadTest, AddressWithoutTlsMustBeMeantUnlessItIsThisMachine) {
    const std::string plain = service + "login_url = \"http://login.example.org/\"\n";
    EXPECT_TRUE(one_error(plain, "4: msn_service.login_url: must start with https://"));
    EXPECT_EQ(errors_of(plain + "insecure = true\n"), Errors());
    EXPECT_EQ(errors_of(service + "login_url = \"http://localhost:8080/\"\n"), Errors());
}

TEST(ServicesLoadTest, ReconnectTimesGoUp) {
    EXPECT_TRUE(one_error(twn + "reconnect_min = \"11m\"\n", "5: msn_service.reconnect_min: "));
    EXPECT_TRUE(one_error(twn + "reconnect_max = \"4s\"\n", "5: msn_service.reconnect_max: "));
    EXPECT_EQ(errors_of(twn + "reconnect_min = \"1m\"\nreconnect_max = \"1m\"\n"), Errors());
}

TEST(ServicesLoadTest, NamesOfServicesAreDistinct) {
    EXPECT_TRUE(one_error(twn + twn, "6: msn_service.name: is another service's already"));
}

TEST(ServicesLoadTest, LinkIsForAnAccountOrARoom) {
    EXPECT_TRUE(one_error(twn + link("", "ana@example.org"), "5: link.account: "));
    EXPECT_TRUE(one_error(twn + link("account = \"ana\"\nroom = \"lobby\"", "ana@example.org"), "7: link.room: "));
    for (const char* key : {"speakers = []", "show_names = \"text\""}) {
        EXPECT_TRUE(one_error(twn + link("account = \"ana\"", "ana@example.org") + key,
                              "10: link." + std::string(key).substr(0, std::string(key).find(' ')) + ": is only for"));
    }
}

TEST(ServicesLoadTest, AccountOfALinkIsNamedAsItIsStored) {
    const LoadedConfig loaded = parse_config(twn + link("account = \"Ana\"", "ana@example.org"), "f.toml");
    ASSERT_EQ(loaded.errors, Errors());
    EXPECT_EQ(loaded.config.links.at(0).account, "ana");
}

TEST(ServicesLoadTest, LinkNeedsAServiceThatIsThere) {
    EXPECT_TRUE(one_error(twn + link("account = \"ana\"", "ana@example.org", "exampel"),
                          "7: link.service: must be the name of an [[msn_service]]; did you mean \"example\"?"));
    EXPECT_TRUE(one_error(link("account = \"ana\"", "ana@example.org"), "3: link.service: "));
}

TEST(ServicesLoadTest, ServiceMayStandBehindItsLinks) {
    EXPECT_EQ(errors_of(link("account = \"ana\"", "ana@example.org") + twn), Errors());
}

TEST(ServicesLoadTest, NobodySignsInTwice) {
    const std::string first = twn + link("account = \"ana\"", "Ana@Example.org");
    EXPECT_EQ(parse_config(first, "f.toml").config.links.at(0).handle, "ana@example.org");
    EXPECT_TRUE(one_error(first + link("account = \"bob\"", "ana@example.ORG"), "13: link.handle: "));
    EXPECT_TRUE(one_error(first + link("account = \"ANA\"", "bob@example.org"), "11: link.account: "));
    EXPECT_EQ(errors_of(first + link("account = \"bob\"", "bob@example.org") + link("room = \"ana\"", "c@example.org")),
              Errors());
    EXPECT_TRUE(one_error(first + link("room = \"lobby\"", "b@example.org") + link("room = \"Lobby\"", "c@example.org"),
                          "16: link.room: "));
    const std::string other = "[[msn_service]]\nname = \"other\"\nserver = \"o.example\"\nauth = \"md5\"\n";
    EXPECT_EQ(errors_of(first + other + link("account = \"ana\"", "ana@example.org", "other")), Errors())
        << "on another service it is somebody else";
}

TEST(ServicesLoadTest, PasswordInTheFileItselfIsNoKey) {
    EXPECT_TRUE(one_error(twn + link("account = \"ana\"", "ana@example.org") + "password = \"secret\"\n",
                          "10: link.password: unknown key"));
}

TEST(ServicesLoadTest, PasswordThatOthersMayReadIsRefused) {
    const tests::TemporaryDirectory directory;
    const std::string file = directory.write("ana", "secret");
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    const Errors errors = errors_of(twn +
                                    "[[link]]\naccount = \"ana\"\nservice = \"example\"\nhandle = "
                                    "\"ana@example.org\"\npassword_file = \"" +
                                    file + "\"\n");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_TRUE(errors.front().starts_with("f.toml:9: link.password_file: ")) << errors.front();
    EXPECT_NE(errors.front().find("chmod 600"), std::string::npos);
    EXPECT_EQ(errors.front().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace patchcord::gateway

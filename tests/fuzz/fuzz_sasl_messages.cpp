// What clients say inside SASL: PLAIN and SCRAM-SHA-256, and the names that they log in with. Nobody who does not know
// the password proves that they do.

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/login_name.hpp"
#include "gateway/auth/sasl_plain.hpp"
#include "gateway/auth/scram_server.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

constexpr std::size_t longest_device = 32;

void check_plain(const std::string& message) {
    const auto read = gateway::parse_plain(message);
    if (!read) return;
    demand(!read->name.empty() && !read->password.empty(), "a name and a password are there");
    std::string again = read->acting_for;
    again.append(1, '\0').append(read->name).append(1, '\0').append(read->password);
    demand(again == message, "nothing else was in it");
}

void check_name(std::string_view text) {
    const gateway::LoginName name = gateway::parse_login_name(text);
    demand(name.account.size() + name.device.size() <= text.size(), "no more is read than there is");
    demand(text.starts_with(name.account), "the account comes first");
    demand(name.device.size() <= longest_device, "a device's name is bounded");
    for (const char c : name.device) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        demand(letter || c == '-' || c == '_' || c == '.', "and made of few letters");
    }
}

/// The proof cannot be right: there is no password behind these secrets.
void check_scram(const std::string& first, const std::string& proof) {
    static const auto library = gateway::ScramLibrary::open();
    static const gateway::ScramSecrets nobodys =
        gateway::fake_scram_secrets("a secret of 32 bytes, or about so", "ana");
    gateway::ScramServer server(library);
    const auto client = server.read_first(first);
    if (client) demand(client->name.size() <= first.size(), "a name is part of the message");
    const auto challenge = server.challenge(first, nobodys);
    if (!challenge) return;
    demand(challenge->starts_with("r="), "a challenge is one");
    demand(!server.verify(proof), "nobody proves a password that nobody has");
}

void check_secrets(std::string_view text) {
    const auto read = gateway::parse_scram_secrets(text);
    if (read) demand(read->iterations > 0 && !read->salt.empty(), "secrets are whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string whole(reinterpret_cast<const char*>(data), size);
    check_plain(whole);
    check_name(whole);
    check_secrets(whole);
    fuzz::Script script(data, size);
    const std::string first(script.text());
    check_scram(first, std::string(script.text()));
    return 0;
}

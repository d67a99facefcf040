// What clients say who log in by SASL: names, PLAIN, and SCRAM with a proof that the input may ask for. Nobody is let
// in without the password.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <sodium.h>
#include <string>
#include <string_view>

#include "gateway/auth/login_name.hpp"
#include "gateway/auth/sasl_plain.hpp"
#include "gateway/auth/scram_secrets.hpp"
#include "gateway/auth/scram_server.hpp"
#include "irc/wire/base64.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using fuzz::demand;
using fuzz::Script;

// Of the password "right", with few rounds, which only make guessing slow.
constexpr std::string_view stored =
    "4096$MDEyMzQ1Njc4OWFiY2RlZg==$Q2CdtEIW5Q7zdEZEEVC8UWIbK2PCy+RXq0u0PkIzTMc="
    "$sVSn95Uo6O6eLRV+jm9/ARL/+kD60NQgJO0d9TWAPBw=";
constexpr std::string_view client_key = "2GDG2nB3OIA+CA+OoOqur/+H8y9M0xT/7CrHZLdUx8o=";

void check_name(std::string_view text) {
    const LoginName name = parse_login_name(text);
    demand(text.starts_with(name.account), "an account is what a name begins with");
    demand(name.account.find_first_of("@/") == std::string::npos, "an account ends where a device or network begins");
    const bool named = name.account.size() < text.size();
    demand(named || name.device.empty(), "nobody has a device who names none");
    demand(name.device.size() <= 32, "a device has a length");
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    demand(std::all_of(name.device.begin(), name.device.end(), harmless), "a device is a word");
}

void check_plain(std::string_view text) {
    const auto said = parse_plain(text);
    if (!said) return;
    const std::string again = said->acting_for + '\0' + said->name + '\0' + said->password;
    demand(again == text && std::count(text.begin(), text.end(), '\0') == 2, "three words are the message");
    demand(!said->name.empty() && !said->password.empty(), "nobody comes without name or password");
}

void check_secrets(std::string_view text) {
    const auto secrets = parse_scram_secrets(text);
    if (!secrets) return;
    demand(secrets->iterations >= 4096 && secrets->iterations <= 1'000'000, "rounds are neither too few nor too many");
    const std::string again = std::to_string(secrets->iterations) + "$" + secrets->salt + "$" + secrets->stored_key +
                              "$" + secrets->server_key;
    demand(text.ends_with(again.substr(again.find('$'))), "what is read is what stands there");
    demand(parse_scram_secrets(again).has_value(), "what is read is written and read again");
}

ScramSecrets check_fake(std::string_view name) {
    const ScramSecrets real = *parse_scram_secrets(stored);
    const ScramSecrets fake = fake_scram_secrets("secret", name);
    const ScramSecrets again = fake_scram_secrets("secret", name);
    demand(fake.salt == again.salt && fake.stored_key == again.stored_key, "who is not there stays the same");
    demand(fake.salt.size() == real.salt.size() && fake.stored_key.size() == real.stored_key.size(),
           "who is not there looks like all others");
    return fake;
}

std::string hmac(std::string_view key, std::string_view text) {
    const auto bytes = [](std::string_view of) { return reinterpret_cast<const unsigned char*>(of.data()); };
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> out{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    crypto_auth_hmacsha256_final(&state, out.data());
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

/// The proof that somebody makes who knows the password (RFC 5802 section 3), in base64.
std::string proof_of(const std::string& first, const std::string& challenge, std::string_view final_without_proof) {
    const std::string bare = first.substr(first.find(',', first.find(',') + 1) + 1);
    const std::string about = bare + "," + challenge + "," + std::string(final_without_proof);
    const std::string signature = hmac(*irc::decode_base64(parse_scram_secrets(stored)->stored_key), about);
    std::string proof = *irc::decode_base64(client_key);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    return irc::encode_base64(proof);
}

/// The last digit but the padding may be written in four ways, of which only two bits count.
bool same_proof(std::string_view given, std::string_view right) {
    constexpr std::size_t sure = 42;  // digits of 32 bytes before that one
    return given.substr(0, sure) == right.substr(0, sure);
}

/// Is there any way to read `final` in which its proof is the right one, for the nonce of this exchange?
bool may_be_right(const std::string& first, const std::string& challenge, std::string_view final) {
    const std::string nonce = challenge.substr(0, challenge.find(','));
    if (final.find("," + nonce) == std::string_view::npos) return false;
    constexpr std::string_view mark = ",p=";
    for (std::size_t at = final.find(mark); at != std::string_view::npos; at = final.find(mark, at + 1)) {
        if (same_proof(final.substr(at + mark.size()), proof_of(first, challenge, final.substr(0, at)))) return true;
    }
    return false;
}

/// The input's text, where `%` and a letter stand for what nobody can know before: the nonce, and the right proof.
std::string filled_in(std::string_view text, const std::string& first, const std::string& challenge) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char kind = text[at] == '%' && at + 1 < text.size() ? text[at + 1] : ' ';
        if (kind == 'n') {
            out += challenge.substr(2, challenge.find(',') - 2);
        } else if (kind == 'p') {
            out += proof_of(first, challenge, std::string_view(out).substr(0, out.rfind(",p=")));
        } else {
            out += text[at];
            continue;
        }
        ++at;
    }
    return out;
}

void check_scram(const std::string& first, std::string_view final, const ScramSecrets& fake) {
    static const std::shared_ptr<const ScramLibrary> library = ScramLibrary::open();
    demand(library != nullptr, "the library starts");
    ScramServer server(library);
    demand(!server.verify(std::string(final)), "nobody is let in before there was a challenge");
    const auto client = server.read_first(first);
    if (!client) return;
    demand(first.starts_with('n') || first.starts_with('y'), "no channel is bound");
    demand(first.find('\0') == std::string::npos, "nothing hides behind a NUL");
    const auto challenge = server.challenge(first, *parse_scram_secrets(stored));
    if (!challenge) return;
    demand(challenge->starts_with("r=") && challenge->ends_with(",i=4096"), "a challenge has a nonce and the rounds");
    const std::string last = filled_in(final, first, *challenge);
    const auto proof = server.verify(last);
    demand(!proof || may_be_right(first, *challenge, last), "nobody is let in without the password");
    demand(!proof || proof->starts_with("v="), "who is let in is shown a proof, too");
    if (first == "n,,n=ana,r=abcdefgh" && final == "c=biws,r=%n,p=%p")
        demand(proof.has_value(), "who has it is let in");

    ScramServer other(library);
    const auto nobodys = other.challenge(first, fake);
    if (nobodys) demand(!other.verify(filled_in(final, first, *nobodys)), "who is not there is never let in");
}

}  // namespace

// A name, what PLAIN or the database may say, and the two messages of SCRAM, each up to a byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool started = sodium_init() >= 0;
    demand(started, "libsodium starts");
    Script script(data, size);
    const std::string_view name = script.text();
    check_name(name);
    const std::string_view text = script.text();
    check_plain(text);
    check_secrets(text);
    const std::string first(script.text());
    check_scram(first, script.text(), check_fake(name));
    return 0;
}

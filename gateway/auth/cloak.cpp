#include "gateway/auth/cloak.hpp"

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <unistd.h>
#include <vector>

namespace patchcord::gateway {
namespace {

constexpr char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";

std::string base32(const unsigned char* bytes, std::size_t characters) {
    std::string text;
    for (std::size_t bit = 0; text.size() < characters; bit += 5) {
        unsigned value = 0;
        for (std::size_t i = bit; i < bit + 5; ++i) value = value << 1U | (unsigned{bytes[i / 8]} >> (7 - i % 8) & 1U);
        text += base32_digits[value];
    }
    return text;
}

/// What is cloaked: the address, or the network of an IPv6 one.
std::string network_of(std::string_view address) {
    boost::system::error_code bad;
    const auto parsed = boost::asio::ip::make_address(std::string(address), bad);
    if (bad || !parsed.is_v6()) return std::string(address);
    if (parsed.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).to_string();
    }
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

bool read_exactly(int file, Cloak::Key& key) {
    return ::read(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
}

}  // namespace

std::optional<Cloak> Cloak::open(const std::filesystem::path& path) {
    Key key{};
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 && errno != ENOENT) return std::nullopt;  // a link, or not ours to read
    if (file >= 0) {
        const bool complete = read_exactly(file, key);
        ::close(file);
        if (complete) return Cloak(key);
        return std::nullopt;
    }
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) return std::nullopt;
    // Whole or not at all: half a key would lock the gateway out of its own directory.
    const std::string unfinished = path.string() + ".new";
    file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return std::nullopt;
    const bool written =
        ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(file) == 0;
    ::close(file);
    const bool complete = written && ::rename(unfinished.c_str(), path.c_str()) == 0;
    return complete ? std::optional(Cloak(key)) : std::nullopt;
}

std::string Cloak::operator()(std::string_view address) const {
    constexpr std::size_t characters = 12;  // 60 bits: no two users share one by chance
    const std::string network = network_of(address);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(network.data()), network.size(), digest, &length);
    return base32(digest, characters) + ".ip";
}

std::string random_base32(std::size_t length) {
    std::vector<unsigned char> bytes(length * 5 / 8 + 1);
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return base32(bytes.data(), length);
}

}  // namespace patchcord::gateway

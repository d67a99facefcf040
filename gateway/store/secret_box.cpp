#include "gateway/store/secret_box.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace patchcord::gateway {
namespace {

using Key = std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t mark_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<Key> read_key(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return std::nullopt;
    Key key{};
    const bool complete = ::read(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
    ::close(file);
    return complete ? std::optional(key) : std::nullopt;
}

bool write_key(const std::string& path, const Key& key) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool written =
        ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(file) == 0;
    ::close(file);
    return written;
}

/// Whole or not at all, and never over a key that another process has just made.
std::optional<Key> make_key(const std::string& path) {
    Key key{};
    randombytes_buf(key.data(), key.size());
    const std::string unfinished = path + "." + std::to_string(::getpid()) + ".new";
    ::unlink(unfinished.c_str());
    const bool made = write_key(unfinished, key) && (::link(unfinished.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(unfinished.c_str());
    return made ? read_key(path) : std::nullopt;
}

std::string hex(const std::vector<unsigned char>& bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

}  // namespace

std::optional<std::string> SecretBox::seal(const std::string& secret, const std::string& owner) const {
    auto key = read_key(key_file_);
    if (!key) key = make_key(key_file_);
    if (!key) return std::nullopt;
    std::vector<unsigned char> sealed(nonce_bytes + secret.size() + mark_bytes);
    randombytes_buf(sealed.data(), nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_bytes, nullptr, bytes_of(secret), secret.size(),
                                               bytes_of(owner), owner.size(), nullptr, sealed.data(), key->data());
    sodium_memzero(key->data(), key->size());
    return hex(sealed);
}

std::optional<std::string> SecretBox::open(const std::string& sealed, const std::string& owner) const {
    std::vector<unsigned char> bytes(sealed.size() / 2);
    std::size_t length = 0;
    if (bytes.size() < nonce_bytes + mark_bytes) return std::nullopt;
    if (sodium_hex2bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &length, nullptr) != 0 ||
        length != bytes.size()) {
        return std::nullopt;
    }
    auto key = read_key(key_file_);
    if (!key) return std::nullopt;
    std::string secret(length - nonce_bytes - mark_bytes, '\0');
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(secret.data()), nullptr, nullptr, bytes.data() + nonce_bytes,
        length - nonce_bytes, bytes_of(owner), owner.size(), bytes.data(), key->data());
    sodium_memzero(key->data(), key->size());
    return opened == 0 ? std::optional(std::move(secret)) : std::nullopt;
}

}  // namespace patchcord::gateway

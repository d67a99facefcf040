#include "gateway/auth/passwords.hpp"

#include <boost/asio/thread_pool.hpp>
#include <sodium.h>

#include "gateway/auth/scram_secrets.hpp"

namespace patchcord::gateway {
namespace {

// Of no password anybody knows; what it costs to verify is the same as for every other.
constexpr const char* nobodys_hash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXRoaW5nIHNhbHR5$6Ge2cY1nGGw8bKJqXQ1b6rH1b9bq5A6Cw0m3w6qj0nI";

static_assert(Passwords::bytes_each == crypto_pwhash_MEMLIMIT_INTERACTIVE);

bool verify_now(const std::string& password, const std::string& hash) {
    const bool known = !hash.empty() && password.size() <= max_password_bytes;
    const char* against = known ? hash.c_str() : nobodys_hash;
    const bool right =
        crypto_pwhash_str_verify(against, password.data(), std::min(password.size(), max_password_bytes)) == 0;
    return right && known;
}

}  // namespace

Passwords::Passwords(EventLoop& loop) : loop_(loop) {}

Passwords::~Passwords() {
    *alive_ = false;
    if (!pool_) return;
    pool_->stop();  // what has not begun never will
    pool_->join();
}

template <class Work, class Done>
void Passwords::run(Work work, Done done) {
    if (!pool_) pool_ = std::make_unique<boost::asio::thread_pool>(threads);
    ++waiting_;
    asio::post(*pool_, [this, alive = alive_, work = std::move(work), done = std::move(done)]() mutable {
        ++working_;
        auto result = work();
        --working_;
        asio::post(loop_.io(), [this, alive = std::move(alive), done = std::move(done), result = std::move(result)] {
            if (!*alive) return;
            --waiting_;
            done(result);
        });
    });
}

void Passwords::verify(std::string password, std::string hash, std::function<void(Answer)> done) {
    if (waiting_ >= most_waiting) {
        asio::post(loop_.io(), [done = std::move(done)] { done(Answer::busy); });
        return;
    }
    auto work = [password = std::move(password), hash = std::move(hash)]() mutable {
        const bool right = verify_now(password, hash);
        sodium_memzero(password.data(), password.size());
        return right ? Answer::right : Answer::wrong;
    };
    run(std::move(work), std::move(done));
}

void Passwords::make_secrets(std::string password, std::function<void(std::optional<PasswordSecrets>)> done) {
    if (waiting_ >= most_waiting) {
        asio::post(loop_.io(), [done = std::move(done)] { done(std::nullopt); });
        return;
    }
    auto work = [password = std::move(password)]() mutable {
        std::optional<PasswordSecrets> secrets;
        if (auto hash = hash_password(password)) secrets = PasswordSecrets{*hash, make_scram_secrets(password)};
        sodium_memzero(password.data(), password.size());
        return secrets;
    };
    run(std::move(work), std::move(done));
}

void Passwords::make_scram(std::string password, std::function<void(std::string)> done) {
    if (waiting_ >= most_waiting || password.size() > max_password_bytes) {
        asio::post(loop_.io(), [done = std::move(done)] { done({}); });
        return;
    }
    auto work = [password = std::move(password)]() mutable {
        std::string scram = make_scram_secrets(password);
        sodium_memzero(password.data(), password.size());
        return scram;
    };
    run(std::move(work), std::move(done));
}

}  // namespace patchcord::gateway

#include "gateway/net/resolver.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>

#include "gateway/net/net_error.hpp"

namespace patchcord::gateway {
namespace {

std::error_code to_error(int code) {
    switch (code) {
        case EAI_NONAME:
        case EAI_NODATA:
        case EAI_ADDRFAMILY: return NetErrc::host_not_found;
        default: return NetErrc::lookup_failed;
    }
}

asio::ip::address to_address(const addrinfo& found) {
    if (found.ai_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, found.ai_addr, sizeof four);
        return asio::ip::address_v4(ntohl(four.sin_addr.s_addr));
    }
    sockaddr_in6 six{};
    std::memcpy(&six, found.ai_addr, sizeof six);
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes, six.sin6_scope_id);
}

}  // namespace

chat::Result<Addresses> look_up_host(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* first = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &first)) return to_error(error);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(first, &::freeaddrinfo);
    Addresses addresses;
    for (const addrinfo* next = first; next != nullptr; next = next->ai_next) {
        if (next->ai_family != AF_INET && next->ai_family != AF_INET6) continue;
        addresses.push_back(to_address(*next));
        if (addresses.size() == Resolver::max_addresses) break;
    }
    if (addresses.empty()) return NetErrc::host_not_found;
    return addresses;
}

/// The way back from a thread, which may outlive the resolver and its loop.
struct Resolver::Link {
    std::mutex mutex;
    Resolver* resolver = nullptr;  // null when it is gone
};

Resolver::Resolver(EventLoop& loop, LookUpHost look_up, std::chrono::milliseconds longest)
    : loop_(loop), look_up_(std::move(look_up)), longest_(longest), link_(std::make_shared<Link>()) {
    link_->resolver = this;
}

Resolver::~Resolver() {
    const std::lock_guard guard(link_->mutex);
    link_->resolver = nullptr;
    for (const auto& [host, question] : questions_) loop_.cancel(question.too_long);
}

Resolver::Id Resolver::ask(const std::string& host, Done done) {
    const auto [at, is_new] = questions_.try_emplace(host);
    at->second.askers.emplace(++last_id_, std::move(done));
    if (is_new) {
        waiting_.push_back(host);
        start_waiting();
    }
    return last_id_;
}

void Resolver::cancel(Id id) {
    answering_.erase(id);
    for (auto at = questions_.begin(); at != questions_.end(); ++at) {
        if (at->second.askers.erase(id) == 0) continue;
        if (!at->second.askers.empty() || at->second.running) return;
        std::erase(waiting_, at->first);
        questions_.erase(at);
        return;
    }
}

std::size_t Resolver::open() const {
    std::size_t count = answering_.size();
    for (const auto& [host, question] : questions_) count += question.askers.size();
    return count;
}

void Resolver::start_waiting() {
    while (threads_ < max_threads && !waiting_.empty()) {
        const std::string host = std::move(waiting_.front());
        waiting_.pop_front();
        Question& question = questions_[host];
        question.running = true;
        question.run = ++last_run_;
        question.too_long = loop_.after(longest_, [this, host] { give_up(host); });
        ++threads_;
        if (start(host, question.run)) continue;
        asio::post(loop_.io(), [link = link_, host, run = question.run] {
            if (link->resolver != nullptr) link->resolver->answered(host, run, NetErrc::lookup_failed);
        });
    }
}

/// False when the system gives no thread.
bool Resolver::start(const std::string& host, std::uint64_t run) {
    try {
        std::thread([link = link_, look_up = look_up_, host, run] {
            const auto answer = look_up(host);
            const std::lock_guard guard(link->mutex);
            if (link->resolver == nullptr) return;
            asio::post(link->resolver->loop_.io(), [link, host, run, answer] {
                if (link->resolver != nullptr) link->resolver->answered(host, run, answer);
            });
        }).detach();
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

void Resolver::answered(const std::string& host, std::uint64_t run, const chat::Result<Addresses>& answer) {
    const auto found = questions_.find(host);
    if (found == questions_.end() || found->second.run != run) {
        --given_up_;
        return;
    }
    loop_.cancel(found->second.too_long);
    tell(host, answer);
}

void Resolver::give_up(const std::string& host) {
    if (given_up_ == max_given_up) return;
    ++given_up_;
    tell(host, NetErrc::lookup_failed);
}

void Resolver::tell(const std::string& host, const chat::Result<Addresses>& answer) {
    answering_.merge(questions_.extract(host).mapped().askers);
    --threads_;
    start_waiting();
    const std::shared_ptr<Link> link = link_;
    while (link->resolver != nullptr && !answering_.empty()) {
        const Done done = std::move(answering_.extract(answering_.begin()).mapped());
        done(answer);
    }
}

}  // namespace patchcord::gateway

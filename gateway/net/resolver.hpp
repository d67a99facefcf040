#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chat_core/result.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

using Addresses = std::vector<asio::ip::address>;
/// Looks a host's addresses up and waits for the answer; may be called from several threads at once.
using LookUpHost = std::function<chat::Result<Addresses>(const std::string& host)>;

/// The system's way: /etc/hosts, the name servers. At most `Resolver::max_addresses`.
[[nodiscard]] chat::Result<Addresses> look_up_host(const std::string& host);

/// Looks host names up while the loop goes on.
///
/// The system's look-up can neither be waited for in a loop nor interrupted, and takes up to half a minute when name
/// servers are dead. So each runs in a thread that nobody waits for, not even when the program ends. Who asks for a
/// host that is being looked up gets the same answer.
///
/// One that takes much longer than that never ends: a name server that takes TCP connections and says nothing. Who
/// asked is told that it failed, and the next to ask has a thread of their own, so that it works again when the server
/// does.
class Resolver {
  public:
    using Done = std::function<void(const chat::Result<Addresses>&)>;
    /// Names a question; 0 names none.
    using Id = std::uint64_t;

    static constexpr std::size_t max_threads = 4;  // further hosts wait for one of them
    static constexpr std::size_t max_addresses = 16;
    static constexpr std::chrono::milliseconds longest_look_up{60'000};
    /// Look-ups that do not end and are no longer waited for; beyond them, who asks for such a host waits on.
    static constexpr std::size_t max_given_up = 8;

    explicit Resolver(EventLoop& loop, LookUpHost look_up = look_up_host,
                      std::chrono::milliseconds longest = longest_look_up);
    /// Questions that are open are never answered.
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// Calls `done` later, never from inside. Errors: `NetErrc::host_not_found`, `lookup_failed`.
    Id ask(const std::string& host, Done done);
    /// Forgets a question; one that was answered is ignored.
    void cancel(Id id);
    /// Questions that wait for their answer.
    [[nodiscard]] std::size_t open() const;

  private:
    struct Link;
    struct Question {
        bool running = false;
        std::uint64_t run = 0;  // names the thread
        chat::TimerId too_long;
        std::map<Id, Done> askers;
    };

    void start_waiting();
    bool start(const std::string& host, std::uint64_t run);
    void answered(const std::string& host, std::uint64_t run, const chat::Result<Addresses>& answer);
    void give_up(const std::string& host);
    void tell(const std::string& host, const chat::Result<Addresses>& answer);

    EventLoop& loop_;
    LookUpHost look_up_;
    std::chrono::milliseconds longest_;
    std::shared_ptr<Link> link_;
    std::map<std::string, Question> questions_;  // by host; one that runs stays, though nobody may ask any more
    std::map<Id, Done> answering_;               // being told right now
    std::deque<std::string> waiting_;
    std::size_t threads_ = 0;   // without those given up
    std::size_t given_up_ = 0;  // that have not ended
    std::uint64_t last_run_ = 0;
    Id last_id_ = 0;
};

}  // namespace patchcord::gateway

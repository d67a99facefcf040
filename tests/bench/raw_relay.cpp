// patchcord-raw-relay: the cheapest program that makes the system calls an IRC server cannot do without. It is the
// yardstick the load figures are divided by, so that they mean the same on every machine.
//
// One thread and epoll; it understands NICK, USER, JOIN, PRIVMSG and QUIT, trusts every client, and knows no limits. A
// connection is in one channel at most. All lines that one turn of the loop brings are shared out at its end with one
// write per receiver, straight from the channel's buffer: nothing is formatted or copied per receiver.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace {

struct Channel;

struct Connection {
    int descriptor = -1;
    bool wants_writable = false;
    bool has_unsent = false;  // stands in Relay::unsent_connections_
    bool closing = false;
    Channel* channel = nullptr;
    std::string nick;
    std::string unread;
    std::string unsent;
};

/// A stretch of a channel's turn buffer that one member said, and so does not get back.
struct Said {
    const Connection* by = nullptr;
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Channel {
    std::string name;
    std::vector<Connection*> members;
    std::string turn;
    std::vector<Said> said;
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(EXIT_FAILURE);
}

class Relay {
  public:
    explicit Relay(std::uint16_t port);

    [[noreturn]] void run();

  private:
    void accept_all();
    void receive(Connection& connection);
    void split(Connection& connection, std::string_view bytes);
    std::size_t handle_lines(Connection& connection, std::string_view bytes);
    void handle_line(Connection& connection, std::string_view line);
    void relay_message(Connection& connection, std::string_view parameters);
    void greet(Connection& connection);
    void join(Connection& connection, std::string_view name);

    void end_turn();
    void share_out(Channel& channel);
    void deliver(Connection& connection, std::string_view bytes);
    void queue(Connection& connection, std::string_view bytes);
    void flush(Connection& connection);
    void set_wants_writable(Connection& connection, bool wanted);
    void close_later(Connection& connection);
    void bury(Connection& connection);

    int listener_ = -1;
    int epoll_ = -1;
    std::array<char, 64 * 1024> buffer_{};
    std::string without_own_;
    std::unordered_map<std::string, Channel> channels_;
    std::unordered_map<std::string_view, Connection*> nicks_;  // the keys are the connections' own strings
    std::vector<Channel*> talking_channels_;
    std::vector<Connection*> unsent_connections_;
    std::vector<Connection*> closing_connections_;
};

Relay::Relay(std::uint16_t port)
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (listen(listener_, SOMAXCONN) != 0) fail("listen");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) fail("epoll_ctl");
}

void Relay::run() {
    std::array<epoll_event, 1024> ready;
    for (;;) {
        const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = ready[static_cast<std::size_t>(i)];
            auto* const connection = static_cast<Connection*>(event.data.ptr);
            if (connection == nullptr) {
                accept_all();
                continue;
            }
            if ((event.events & EPOLLOUT) != 0) flush(*connection);
            if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(*connection);
        }
        end_turn();
    }
}

void Relay::accept_all() {
    for (;;) {
        const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto connection = std::make_unique<Connection>();
        connection->descriptor = descriptor;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = connection.release();  // bury() deletes it
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
    }
}

void Relay::receive(Connection& connection) {
    const ssize_t count = recv(connection.descriptor, buffer_.data(), buffer_.size(), 0);
    if (count > 0) {
        split(connection, {buffer_.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || errno != EAGAIN) {
        close_later(connection);
    }
}

void Relay::split(Connection& connection, std::string_view bytes) {
    if (connection.unread.empty()) {
        const std::size_t used = handle_lines(connection, bytes);
        if (used < bytes.size()) connection.unread.assign(bytes.substr(used));
        return;
    }
    connection.unread.append(bytes);
    connection.unread.erase(0, handle_lines(connection, connection.unread));
}

std::size_t Relay::handle_lines(Connection& connection, std::string_view bytes) {
    std::size_t used = 0;
    for (;;) {
        const std::size_t end = bytes.find('\n', used);
        if (end == std::string_view::npos) return used;
        std::string_view line = bytes.substr(used, end - used);
        if (line.ends_with('\r')) line.remove_suffix(1);
        used = end + 1;
        handle_line(connection, line);
    }
}

void Relay::handle_line(Connection& connection, std::string_view line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view command = line.substr(0, space);
    const std::string_view parameters = line.substr(std::min(space + 1, line.size()));
    if (command == "PRIVMSG") {
        relay_message(connection, parameters);
    } else if (command == "NICK") {
        connection.nick = parameters;
        nicks_[connection.nick] = &connection;
    } else if (command == "USER") {
        greet(connection);
    } else if (command == "JOIN") {
        join(connection, parameters);
    } else if (command == "QUIT") {
        close_later(connection);
    }
}

void append_message(std::string& out, const Connection& from, std::string_view target_and_text) {
    out.append(":").append(from.nick).append("!u@h PRIVMSG ").append(target_and_text).append("\r\n");
}

void Relay::relay_message(Connection& connection, std::string_view parameters) {
    const std::string_view target = parameters.substr(0, parameters.find(' '));
    Channel* const channel = connection.channel;
    if (channel != nullptr && target == channel->name) {
        if (channel->said.empty()) talking_channels_.push_back(channel);
        const std::size_t begin = channel->turn.size();
        append_message(channel->turn, connection, parameters);
        channel->said.push_back({&connection, begin, channel->turn.size()});
    } else if (const auto found = nicks_.find(target); found != nicks_.end()) {
        std::string line;
        append_message(line, connection, parameters);
        queue(*found->second, line);
    }
}

void Relay::greet(Connection& connection) {
    queue(connection, ":raw 001 " + connection.nick + " :Welcome\r\n:raw 376 " + connection.nick + " :End\r\n");
}

void Relay::join(Connection& connection, std::string_view name) {
    Channel& channel = channels_[std::string(name)];
    channel.name = name;
    channel.members.push_back(&connection);
    connection.channel = &channel;
    queue(connection, ":raw 366 " + connection.nick + " " + channel.name + " :End\r\n");
}

void Relay::end_turn() {
    for (Channel* channel : talking_channels_) share_out(*channel);
    talking_channels_.clear();
    for (Connection* connection : unsent_connections_) {
        connection->has_unsent = false;
        if (!connection->wants_writable) flush(*connection);
    }
    unsent_connections_.clear();
    for (Connection* connection : closing_connections_) bury(*connection);
    closing_connections_.clear();
}

void Relay::share_out(Channel& channel) {
    for (Connection* member : channel.members) {
        if (std::ranges::find(channel.said, member, &Said::by) == channel.said.end()) {
            deliver(*member, channel.turn);
            continue;
        }
        without_own_.clear();
        for (const Said& said : channel.said) {
            if (said.by != member) without_own_.append(channel.turn, said.begin, said.end - said.begin);
        }
        if (!without_own_.empty()) deliver(*member, without_own_);
    }
    channel.turn.clear();
    channel.said.clear();
}

/// Writes at once, or behind what is already waiting.
void Relay::deliver(Connection& connection, std::string_view bytes) {
    if (!connection.unsent.empty()) {
        connection.unsent.append(bytes);
        return;
    }
    const ssize_t count = send(connection.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const std::size_t written = count > 0 ? static_cast<std::size_t>(count) : 0;
    if (written == bytes.size()) return;
    connection.unsent.assign(bytes.substr(written));
    set_wants_writable(connection, true);
}

/// Keeps `bytes` for the one write at the end of the turn.
void Relay::queue(Connection& connection, std::string_view bytes) {
    connection.unsent.append(bytes);
    if (connection.has_unsent) return;
    connection.has_unsent = true;
    unsent_connections_.push_back(&connection);
}

void Relay::flush(Connection& connection) {
    const ssize_t count = send(connection.descriptor, connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
    if (count == static_cast<ssize_t>(connection.unsent.size())) {
        std::string().swap(connection.unsent);  // silent connections hold no buffer
    } else if (count > 0) {
        connection.unsent.erase(0, static_cast<std::size_t>(count));
    }
    set_wants_writable(connection, !connection.unsent.empty());
}

void Relay::set_wants_writable(Connection& connection, bool wanted) {
    if (connection.wants_writable == wanted) return;
    connection.wants_writable = wanted;
    epoll_event event{};
    event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &connection;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.descriptor, &event);
}

void Relay::close_later(Connection& connection) {
    if (connection.closing) return;
    connection.closing = true;
    closing_connections_.push_back(&connection);
}

void Relay::bury(Connection& connection) {
    close(connection.descriptor);
    if (connection.channel != nullptr) std::erase(connection.channel->members, &connection);
    if (const auto found = nicks_.find(connection.nick); found != nicks_.end() && found->second == &connection) {
        nicks_.erase(found);
    }
    delete &connection;
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    const int port = argc == 2 ? std::atoi(argv[1]) : 0;
    if (port < 1 || port > 65535) {
        std::fprintf(stderr, "usage: patchcord-raw-relay PORT\n");
        return 64;  // EX_USAGE of sysexits.h
    }
    raise_descriptor_limit();
    Relay(static_cast<std::uint16_t>(port)).run();
}

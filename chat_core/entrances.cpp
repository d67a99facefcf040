#include "chat_core/entrances.hpp"

#include "chat_core/chat_service.hpp"

namespace patchcord::chat {
namespace {

/// Whoever comes back has another id, but the same address.
std::string key_of(const Group& group, const User& user) {
    const std::string& address = user.profile().address;
    return std::to_string(static_cast<std::uint64_t>(group.id())) + " " + (address.empty() ? user.name() : address);
}

}  // namespace

Entrances::Entrances(ChatService& service, EntranceOptions options)
    : service_(service), options_(options), guard_(options.flap_interval) {}

Entrances::~Entrances() {
    service_.scheduler().cancel(timer_);
}

void Entrances::set_options(EntranceOptions options) {
    options_ = options;
    guard_.set_interval(options.flap_interval);
}

bool Entrances::at_once(const Group& group, const User& user) {
    if (options_.speakers_only) return false;
    const Now now = service_.scheduler().now();
    std::string key = key_of(group, user);
    const Now due = guard_.next(key, now);
    if (due <= now) return true;
    waiting_.insert_or_assign({due, std::move(key)}, Waiting{group.id(), user.id()});
    wait_for_next();
    return false;
}

void Entrances::shown(const Group& group, const User& user) {
    if (options_.flap_interval.count() != 0) guard_.shown(key_of(group, user), service_.scheduler().now());
}

void Entrances::wait_for_next() {
    if (waiting_.empty()) return;
    const Now due = waiting_.begin()->first.first;
    if (timer_ && timer_due_ <= due) return;
    service_.scheduler().cancel(timer_);
    timer_due_ = due;
    timer_ = service_.scheduler().after(due - service_.scheduler().now(), [this] { show_due(); });
}

void Entrances::show_due() {
    timer_ = {};
    const Now now = service_.scheduler().now();
    while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
        auto first = waiting_.extract(waiting_.begin());
        if (const Now due = guard_.next(first.key().second, now); due > now) {  // came, was shown, and came again
            first.key().first = due;
            waiting_.insert(std::move(first));
            continue;
        }
        const Waiting next = first.mapped();
        Group* group = service_.find_group(next.group);
        User* user = service_.find_user(next.user);
        if (group != nullptr && user != nullptr && !options_.speakers_only) group->show(*user);
    }
    wait_for_next();
}

}  // namespace patchcord::chat

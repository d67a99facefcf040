#include "msn/client/invitations.hpp"

#include <algorithm>

namespace patchcord::msn {

bool Invitations::has_room(const std::string& handle, const std::string& cookie) const {
    return waiting_.size() < max_waiting && !waiting_.contains({handle, cookie});
}

std::string Invitations::fresh_cookie() {
    std::string cookie;
    do {
        cookie = std::to_string(++last_cookie_);
    } while (
        std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& entry) { return entry.first.second == cookie; }));
    return cookie;
}

void Invitations::add(const std::string& handle, const std::string& cookie, InvitationAnswered done,
                      chat::TimerId timer) {
    waiting_[{handle, cookie}] = {std::move(done), timer};
}

template <class Wanted>
std::vector<Invitations::Waiting> Invitations::take_if(const Wanted& wanted) {
    std::vector<Waiting> taken;
    std::erase_if(waiting_, [&](auto& entry) {
        const bool is_wanted = wanted(entry.first);
        if (is_wanted) taken.push_back(std::move(entry.second));
        return is_wanted;
    });
    return taken;
}

Invitations::Waiting Invitations::take(const std::string& handle, const std::string& cookie) {
    auto taken = take_if([&](const Key& key) { return key.first == handle && key.second == cookie; });
    return taken.empty() ? Waiting{} : std::move(taken.front());
}

Invitations::Waiting Invitations::take(const std::string& cookie) {
    auto taken = take_if([&](const Key& key) { return key.second == cookie; });
    return taken.empty() ? Waiting{} : std::move(taken.front());
}

std::vector<Invitations::Waiting> Invitations::take_all_of(const std::string& handle) {
    return take_if([&](const Key& key) { return key.first == handle; });
}

std::vector<Invitations::Waiting> Invitations::take_all() {
    return take_if([](const Key&) { return true; });
}

}  // namespace patchcord::msn

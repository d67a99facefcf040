#include "gateway/auth/account_names.hpp"

#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {

AccountNames::AccountNames(const chat::FoldTable& fold) : handles_(0, chat::FoldHash{&fold}, chat::FoldEqual{&fold}) {}

void AccountNames::replace(const std::vector<std::pair<std::string, std::string>>& names) {
    handles_.clear();
    for (const auto& [name, handle] : names) {
        if (name.find('@') == std::string::npos) handles_.emplace(name, handle);
    }
}

void AccountNames::add(const std::string& name, const std::string& handle) {
    handles_.insert_or_assign(lower_case(name), lower_case(handle));
}

void AccountNames::remove(std::string_view name) {
    if (const auto found = handles_.find(name); found != handles_.end()) handles_.erase(found);
}

std::optional<std::string> AccountNames::find(std::string_view nick) const {
    const auto found = handles_.find(nick);
    return found == handles_.end() ? std::nullopt : std::optional(found->first);
}

bool AccountNames::is_anothers(std::string_view nick, std::string_view handle) const {
    const auto found = handles_.find(nick);
    return found != handles_.end() && found->second != lower_case(handle);
}

}  // namespace patchcord::gateway

#include "msn/adhoc_group.hpp"

#include <span>

namespace patchcord::msn {

chat::Group* create_adhoc_group(chat::ChatService& service, const chat::User& first) {
    auto group = service.create_group("&" + first.name());
    const bool reserved = group.error() == chat::Errc::invalid_name;  // a name may be kept for other things
    for (unsigned number = 2; group.error() == chat::Errc::duplicate_group || (reserved && number == 2); ++number) {
        group = service.create_group("&" + first.name() + "_" + std::to_string(number));
    }
    return group ? *group : nullptr;
}

void close_adhoc_group(chat::Group& group, const std::string& set_by) {
    for (const chat::Setting setting : {chat::Setting::secret, chat::Setting::invite_only}) {
        (void)group.change({setting, true, {}, nullptr}, set_by, group.created_at());
    }
}

void make_adhoc_operator(chat::Group& group, chat::User& user, const std::string& set_by) {
    const chat::SettingChange change{chat::Setting::op, true, {}, &user};
    const auto changed = group.change(change, set_by, group.created_at());
    if (changed && *changed) group.announce(nullptr, std::span(&change, 1));
}

}  // namespace patchcord::msn

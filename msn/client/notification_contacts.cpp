// How a NotificationClient learns and changes the contact list.

#include "msn/client/notification_client.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_groups{7};
constexpr Dialect first_with_guids{10};
constexpr Dialect first_with_address_book{13};

constexpr unsigned bit(ListBit list) {
    return static_cast<unsigned>(list);
}

}  // namespace

// --- the whole list --------------------------------------------------------------------------------------------------

void NotificationClient::sync_list(Done done) {
    if (list_done_ || sync_.running()) {
        if (done) done(ClientErrc::too_many_requests);
        return;
    }
    list_done_ = done ? std::move(done) : [](std::error_code) {};
    if (dialect() >= first_with_address_book) return sync_address_book();
    const auto build = [this](CommandBuilder& line) {
        line.param("0");
        if (dialect() >= first_with_guids) line.param("0");
        line.finish();
    };
    request("SYN", build, [this](const Answer& answer) {
        if (!answer) return end_list(answer.error());
        if (!sync_.begin(dialect(), **answer)) return end_list({});
        roster_.begin_list();
        list_timer_ = run_later(options().list_timeout, [this] { end_list(ClientErrc::timed_out); });
        finish_list_if_complete();
    });
}

void NotificationClient::finish_list_if_complete() {
    if (!sync_.running() || !sync_.complete()) return;
    roster_.end_list();
    end_list({});
}

void NotificationClient::end_list(std::error_code why) {
    scheduler().cancel(list_timer_);
    sync_.end();
    const Done done = std::exchange(list_done_, {});
    if (!why) observer_.list_synchronized();
    if (done) done(why);
}

void NotificationClient::list_line(const Command& command) {
    if (command.verb == "LSG") {
        if (!apply_group(dialect(), command, roster_)) malformed(command);
        sync_.count_group();
    } else {
        const auto listed = apply_list_entry(dialect(), command, roster_);
        if (!listed) malformed(command);
        if (listed) last_listed_ = listed->handle;
        sync_.count_contact(listed.value_or(ListEntry()));
    }
    finish_list_if_complete();
}

void NotificationClient::list_change(const Command& command) {
    if (command.verb == "REM") {
        const ListChange change = apply_removal(dialect(), command, roster_);
        if (change.list == bit(ListBit::reverse)) observer_.user_removed_me(change.handle);
        return;
    }
    const ListChange change = apply_addition(command, roster_);
    if (change.list == 0) return malformed(command);
    last_listed_ = change.handle;
    // Servers that keep PL tell of both lists, in any order.
    const bool by_reverse = change.list == bit(ListBit::reverse) && (change.lists_before & bit(ListBit::pending)) == 0;
    const bool by_pending = change.list == bit(ListBit::pending) && (change.lists_before & bit(ListBit::reverse)) == 0;
    if (by_reverse || by_pending) observer_.user_added_me(change.handle, change.name);
}

/// `BPR [version] [handle] PHH [number]`: without a handle it is about the contact named last.
void NotificationClient::phone(const Command& command) {
    const auto number = find_phone(command);
    if (!number) return;
    const RosterContact* contact = roster_.find(number->handle.empty() ? last_listed_ : number->handle);
    if (contact == nullptr) return;
    RosterContact& known = *roster_.get(contact->handle);
    const Phones before = known.phones;
    known.phones.set(number->phone, number->value);
    if (!sync_.running() && known.phones != before) observer_.got_phone_number(known);
}

/// What answers a change is handled like what comes unasked.
ClientBase::Answered NotificationClient::when_changed(Done done) {
    return [this, done = std::move(done)](const Answer& answer) {
        if (answer) handle(**answer);
        if (done) done(answer.error());
    };
}

// --- who is on it ----------------------------------------------------------------------------------------------------

void NotificationClient::add_contact(ListBit list, const std::string& handle, Done done) {
    if (list == ListBit::reverse || list == ListBit::pending) {  // servers hang up
        if (done) done(refusal_error(ErrorCode::invalid_parameter));
        return;
    }
    if (dialect() >= first_with_address_book) return change_address_book(true, list, handle, std::move(done));
    if (list == ListBit::allow || list == ListBit::block) {
        done = [this, handle, done = std::move(done)](std::error_code why) {
            if (!why) return decide_pending(handle, done);
            if (done) done(why);
        };
    }
    if (dialect() >= first_with_guids) {
        const auto build = [&](CommandBuilder& line) {
            line.param(list_name(list)).param("N=" + handle);
            if (list == ListBit::forward) line.param("F=" + format_name(handle));
            line.finish();
        };
        return request("ADC", build, when_changed(std::move(done)));
    }
    const auto build = [&](CommandBuilder& line) {
        line.param(list_name(list)).param(handle).name(handle, handle).finish();
    };
    request("ADD", build, when_changed(std::move(done)));
}

/// Who is allowed or blocked waits for nothing more (PL; MSNP10 and later).
void NotificationClient::decide_pending(const std::string& handle, Done done) {
    const RosterContact* contact = roster_.find(handle);
    if (contact == nullptr || !contact->is_on(ListBit::pending)) {
        if (done) done({});
        return;
    }
    // Not all servers have this list, and the decision stands without it.
    remove_contact(ListBit::pending, handle, [done = std::move(done)](std::error_code) {
        if (done) done({});
    });
}

void NotificationClient::remove_contact(ListBit list, const std::string& handle, Done done) {
    const RosterContact* contact = roster_.find(handle);
    const bool by_guid =
        dialect() >= first_with_guids && dialect() < first_with_address_book && list == ListBit::forward;
    if (contact == nullptr || !contact->is_on(list) || (by_guid && contact->guid.empty())) {
        if (done) done(ClientErrc::not_on_list);
        return;
    }
    if (dialect() >= first_with_address_book) return change_address_book(false, list, handle, std::move(done));
    const auto build = [&](CommandBuilder& line) {
        line.param(list_name(list)).param(by_guid ? contact->guid : contact->handle).finish();
    };
    request("REM", build, when_changed(std::move(done)));
}

/// The two lists exclude each other.
void NotificationClient::move_contact(const std::string& handle, ListBit from, ListBit to, Done done) {
    const RosterContact* contact = roster_.find(handle);
    if (contact == nullptr || !contact->is_on(from)) return add_contact(to, handle, std::move(done));
    remove_contact(from, handle, [this, handle, to, done = std::move(done)](std::error_code why) {
        // Whom the server does not know there need not be removed.
        if (!why || why.category() == refusal_category()) return add_contact(to, handle, done);
        if (done) done(why);
    });
}

void NotificationClient::block_contact(const std::string& handle, Done done) {
    move_contact(handle, ListBit::allow, ListBit::block, std::move(done));
}

void NotificationClient::unblock_contact(const std::string& handle, Done done) {
    move_contact(handle, ListBit::block, ListBit::allow, std::move(done));
}

// --- groups ----------------------------------------------------------------------------------------------------------

void NotificationClient::add_list_group(std::string_view name, Done done) {
    const bool has_groups = dialect() >= first_with_groups && dialect() < first_with_address_book;
    if (!has_groups || roster_.groups().size() >= Roster::max_groups) {
        const auto why = has_groups ? ErrorCode::too_many_groups : ErrorCode::command_disabled;
        if (done) done(refusal_error(why));
        return;
    }
    const bool numbered = dialect() < first_with_guids;
    const auto build = [&](CommandBuilder& line) {
        line.name(name, "Group");
        if (numbered) line.param("0");
        line.finish();
    };
    request("ADG", build, [this, name = parse_name(format_name(name)), done = std::move(done)](const Answer& answer) {
        const std::string id = answer ? new_group_id(dialect(), **answer) : std::string();
        std::error_code why = answer.error();
        if (!why && id.empty()) why = ClientErrc::unexpected_answer;
        if (!why) roster_.add_group({id, name});
        if (done) done(why);
    });
}

/// What the answers repeat differs between servers; what was asked for does not.
void NotificationClient::change_group(std::string_view verb, const std::string& group, std::string_view name,
                                      Done done) {
    std::error_code refused;
    if (roster_.find_group(group) == nullptr) refused = ClientErrc::no_such_group;
    if (dialect() >= first_with_address_book) refused = refusal_error(ErrorCode::command_disabled);
    if (refused) {
        if (done) done(refused);
        return;
    }
    const bool renames = verb == "REG";
    const auto build = [&](CommandBuilder& line) {
        line.param(group);
        if (renames) line.name(name, "Group");
        if (renames && dialect() < first_with_guids) line.param("0");
        line.finish();
    };
    request(verb, build,
            [this, renames, group, name = parse_name(format_name(name)), done = std::move(done)](const Answer& answer) {
                if (answer && renames) roster_.rename_group(group, name);
                if (answer && !renames) roster_.remove_group(group);
                if (done) done(answer.error());
            });
}

void NotificationClient::remove_list_group(const std::string& group, Done done) {
    change_group("RMG", group, {}, std::move(done));
}

void NotificationClient::rename_list_group(const std::string& group, std::string_view name, Done done) {
    change_group("REG", group, name, std::move(done));
}

void NotificationClient::change_membership(std::string_view verb, const std::string& handle, const std::string& group,
                                           Done done) {
    const RosterContact* contact = roster_.find(handle);
    const bool by_guid = dialect() >= first_with_guids;
    std::error_code refused;
    if (roster_.find_group(group) == nullptr) refused = ClientErrc::no_such_group;
    if (contact == nullptr || !contact->is_on(ListBit::forward)) refused = ClientErrc::not_on_list;
    if (!refused && by_guid && contact->guid.empty()) refused = ClientErrc::not_on_list;
    if (dialect() >= first_with_address_book) refused = refusal_error(ErrorCode::command_disabled);
    if (refused) {
        if (done) done(refused);
        return;
    }
    const auto build = [&](CommandBuilder& line) {
        line.param(list_name(ListBit::forward));
        if (by_guid) line.param(verb == "ADC" ? "C=" + contact->guid : contact->guid);
        if (!by_guid) line.param(contact->handle);
        if (verb == "ADD") line.name(contact->name, contact->handle);
        line.param(group).finish();
    };
    request(verb, build, when_changed(std::move(done)));
}

void NotificationClient::add_to_group(const std::string& handle, const std::string& group, Done done) {
    change_membership(dialect() >= first_with_guids ? "ADC" : "ADD", handle, group, std::move(done));
}

void NotificationClient::remove_from_group(const std::string& handle, const std::string& group, Done done) {
    change_membership("REM", handle, group, std::move(done));
}

}  // namespace patchcord::msn

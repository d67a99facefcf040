#include "msn/server/sync.hpp"

#include <array>
#include <chrono>

#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_properties{5};
constexpr Dialect first_with_groups{7};
constexpr Dialect first_counted{8};  // data lines without TrID and version
constexpr Dialect first_with_guids{10};
constexpr Dialect first_with_networks{12};

constexpr std::array<std::string_view, 5> own_properties{"PHH", "PHW", "PHM", "MOB", "MBE"};
constexpr std::array<std::string_view, 4> friends_properties{"PHH", "PHW", "PHM", "MOB"};

constexpr std::string_view passport_network = "1";

void append_digits(std::string& out, unsigned number) {
    if (number < 10) out += '0';
    out += std::to_string(number);
}

/// MSNP10 and later tell versions as times: that many seconds after the year 2000 began.
std::string format_timestamp(std::uint64_t version) {
    using namespace std::chrono;
    constexpr std::uint64_t longest = 1ULL << 31U;
    const sys_seconds at = sys_days(year(2000) / 1 / 1) + seconds(version % longest);
    const year_month_day day(floor<days>(at));
    const hh_mm_ss time(at - floor<days>(at));
    std::string out = std::to_string(static_cast<int>(day.year())) + "-";
    append_digits(out, static_cast<unsigned>(day.month()));
    out += '-';
    append_digits(out, static_cast<unsigned>(day.day()));
    out += 'T';
    append_digits(out, static_cast<unsigned>(time.hours().count()));
    out += ':';
    append_digits(out, static_cast<unsigned>(time.minutes().count()));
    out += ':';
    append_digits(out, static_cast<unsigned>(time.seconds().count()));
    return out + ".0-00:00";
}

std::string format_groups(const ContactList& list, const Contact& contact, GroupStyle style) {
    std::string out;
    for (const unsigned number : ContactList::groups_of(contact, style)) {
        const ContactGroup* group = list.find_group(number);
        if (style == GroupStyle::by_guid && group == nullptr) continue;
        if (!out.empty()) out += ',';
        out += style == GroupStyle::by_guid ? group->guid : std::to_string(number);
    }
    return out;
}

/// Whom SYN is to name in the dialects that count them.
std::vector<Contact> listed(const ContactList& list, Dialect dialect, const ContactLimits& limits) {
    std::vector<Contact> all = list.everybody();
    std::size_t only_reverse = 0;
    std::erase_if(all, [&](const Contact& contact) {
        return list.find(contact.handle) == nullptr && ++only_reverse > limits.contacts;
    });
    if (dialect < first_with_guids) {
        for (Contact& contact : all) contact.lists &= ~static_cast<unsigned>(list_pending);
        // Some clients wait for ever for the last of no contacts. To allow oneself changes nothing.
        if (all.empty()) all.push_back({list.owner(), list.settings().friendly_name, {}, list_allow, {}});
    }
    return all;
}

/// SYN's answer, line by line.
class SyncWriter {
  public:
    SyncWriter(const ContactList& list, Dialect dialect, std::string_view trid)
        : list_(list), dialect_(dialect), trid_(trid) {}

    void settings() {
        begin("GTC").param(list_.settings().ask_when_added ? "A" : "N").finish();
        begin("BLP").param(list_.settings().only_allowed ? "BL" : "AL").finish();
    }
    void properties() {
        const auto& properties = list_.settings().properties;
        if (dialect_ < first_counted) {
            for (const std::string_view key : own_properties) {
                begin("PRP").param(key).encoded(find_property(&properties, key)).finish();
            }
            return;
        }
        if (dialect_ >= first_with_guids)
            begin("PRP").param("MFN").name(list_.settings().friendly_name, list_.owner()).finish();
        for (const auto& [key, value] : properties) begin("PRP").param(key).encoded(value).finish();
    }
    /// MSNP7 to 9.
    void numbered_groups() {
        std::size_t index = 0;
        numbered_group(++index, 0, first_group_name);
        for (const ContactGroup& group : list_.groups()) numbered_group(++index, group.number, group.name);
    }
    void groups_by_guid() {
        for (const ContactGroup& group : list_.groups())
            begin("LSG").name(group.name, group.guid).param(group.guid).finish();
    }
    /// MSNP2 to 7: a list of its own.
    void whole_list(ListBits which, const PropertiesOf* properties_of) {
        const std::vector<Contact> members = list_.members(which);
        if (members.empty()) begin("LST", which).param(0).param(0).finish();
        for (std::size_t i = 0; i < members.size(); ++i) {
            const Contact& contact = members[i];
            CommandBuilder line = begin("LST", which);
            line.param(i + 1).param(members.size()).param(contact.handle).name(contact.name, contact.handle);
            if (which == list_forward && dialect_ >= first_with_groups) {
                line.param(format_groups(list_, contact, GroupStyle::numbered));
            }
            line.finish();
            if (properties_of != nullptr && which == list_forward) contact_properties(contact, *properties_of);
        }
    }
    /// MSNP8 and later: a line a person, with the lists as bits.
    void person(const Contact& contact, const PropertiesOf& properties_of) {
        CommandBuilder line = begin("LST");
        const bool forward = (contact.lists & list_forward) != 0;
        if (dialect_ >= first_with_guids) {
            line.param("N=" + contact.handle).param(format_name_field(contact.name, contact.handle));
            if (forward) line.param("C=" + contact.guid);
        } else {
            line.param(contact.handle).name(contact.name, contact.handle);
        }
        line.param(contact.lists);
        if (dialect_ >= first_with_networks) line.param(passport_network);
        if (forward) line.param(format_groups(list_, contact, group_style(dialect_)));
        line.finish();
        if (forward) contact_properties(contact, properties_of);
    }

    std::string take() { return std::move(out_); }
    std::string& out() { return out_; }

  private:
    CommandBuilder begin(std::string_view verb) {
        CommandBuilder line(out_);
        line.verb(verb);
        if (dialect_ < first_counted) line.param(trid_).param(list_.version());
        return line;
    }
    CommandBuilder begin(std::string_view verb, ListBits which) {
        CommandBuilder line(out_);
        line.verb(verb).param(trid_).param(format_list(which)).param(list_.version());
        return line;
    }
    void numbered_group(std::size_t index, unsigned number, std::string_view name) {
        CommandBuilder line = begin("LSG");
        if (dialect_ < first_counted) line.param(index).param(list_.groups().size() + 1);
        line.param(number).name(name, first_group_name).param("0").finish();
    }
    void contact_properties(const Contact& contact, const PropertiesOf& properties_of) {
        const auto* properties = properties_of(contact.handle);
        for (const std::string_view key : friends_properties) {
            const std::string_view value = find_property(properties, key);
            CommandBuilder line(out_);
            if (dialect_ < first_counted) {
                line.verb("BPR").param(list_.version()).param(contact.handle).param(key).encoded(value).finish();
            } else if (!value.empty()) {
                line.verb("BPR").param(key).encoded(value).finish();
            }
        }
    }

    const ContactList& list_;
    Dialect dialect_;
    std::string_view trid_;
    std::string out_;
};

std::string format_old_sync(const ContactList& list, Dialect dialect, std::string_view trid,
                            const PropertiesOf& properties_of) {
    SyncWriter writer(list, dialect, trid);
    CommandBuilder(writer.out()).verb("SYN").param(trid).param(list.version()).finish();
    writer.settings();
    if (dialect >= first_with_properties) writer.properties();
    if (dialect >= first_with_groups) writer.numbered_groups();
    for (const ListBits which : {list_forward, list_allow, list_block, list_reverse}) {
        writer.whole_list(which, dialect >= first_with_properties ? &properties_of : nullptr);
    }
    return writer.take();
}

}  // namespace

std::span<const std::string_view> shown_properties() {
    return friends_properties;
}

std::string_view find_property(const std::map<std::string, std::string>* properties, std::string_view key) {
    if (properties == nullptr) return {};
    const auto found = properties->find(std::string(key));
    return found == properties->end() ? std::string_view() : std::string_view(found->second);
}

std::string format_sync(const ContactList& list, Dialect dialect, std::string_view trid,
                        const PropertiesOf& properties_of, const ContactLimits& limits) {
    if (dialect < first_counted) return format_old_sync(list, dialect, trid, properties_of);
    const bool by_guid = dialect >= first_with_guids;
    const std::vector<Contact> people = listed(list, dialect, limits);
    SyncWriter writer(list, dialect, trid);
    CommandBuilder first(writer.out());
    first.verb("SYN").param(trid);
    if (by_guid) {
        const std::string version = format_timestamp(list.version());
        first.param(version).param(version).param(people.size()).param(list.groups().size());
    } else {
        first.param(list.version()).param(people.size()).param(list.groups().size() + 1);
    }
    first.finish();
    writer.settings();
    writer.properties();
    if (by_guid) {
        writer.groups_by_guid();
    } else {
        writer.numbered_groups();
    }
    for (const Contact& contact : people) writer.person(contact, properties_of);
    return writer.take();
}

std::string format_list_reply(const ContactList& list, Dialect dialect, std::string_view trid, ListBits which) {
    SyncWriter writer(list, dialect, trid);
    writer.whole_list(which, nullptr);
    return writer.take();
}

std::string format_groups_reply(const ContactList& list, std::string_view trid) {
    SyncWriter writer(list, first_with_groups, trid);
    writer.numbered_groups();
    return writer.take();
}

std::string format_name_field(std::string_view name, std::string_view fallback) {
    const std::string encoded = format_name(name);
    return "F=" + (encoded.empty() ? std::string(fallback) : encoded);
}

}  // namespace patchcord::msn

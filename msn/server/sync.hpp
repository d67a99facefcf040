#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "msn/server/contact_list.hpp"
#include "msn/wire/command_builder.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

/// A person's properties, such as telephone numbers, by the names of PRP; nullptr when they are not known.
using PropertiesOf = std::function<const std::map<std::string, std::string>*(std::string_view handle)>;

/// The properties of a contact that its friends are told (BPR, MSNP5 and later).
[[nodiscard]] std::span<const std::string_view> shown_properties();

/// A property's value; empty when it is not set, or nothing is known.
[[nodiscard]] std::string_view find_property(const std::map<std::string, std::string>* properties,
                                             std::string_view key);

/// The answer to SYN: settings, groups and all lists, in the shape of the dialect.
///
/// It is always the whole list. The short form, for a client whose copy is of our version, would hide who put the owner
/// on their list while the owner was away: that does not change the version.
/// Of people who are only on RL, no more than `limits.contacts` are told: they are not the owner's doing.
[[nodiscard]] std::string format_sync(const ContactList& list, Dialect dialect, std::string_view trid,
                                      const PropertiesOf& properties_of, const ContactLimits& limits);

/// LST as a request of its own (MSNP2 to 7): one list.
[[nodiscard]] std::string format_list_reply(const ContactList& list, Dialect dialect, std::string_view trid,
                                            ListBits which);
/// LSG as a request of its own (MSNP7).
[[nodiscard]] std::string format_groups_reply(const ContactList& list, std::string_view trid);

/// `F=` with a name, as MSNP10 and later have it; `fallback` if the name is empty.
[[nodiscard]] std::string format_name_field(std::string_view name, std::string_view fallback);

}  // namespace patchcord::msn

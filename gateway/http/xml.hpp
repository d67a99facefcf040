#pragma once

#include <cstddef>
#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// XML as SOAP has it. Names are compared without their prefixes, since every server chooses its own; no entity but
/// XML's own five is ever expanded.

/// Elements inside of each other. What web services of MSN say needs about 12.
inline constexpr std::size_t max_xml_depth = 64;

/// False when it is not XML in UTF-8, has a document type, or is deeper than `max_xml_depth`.
[[nodiscard]] bool load_xml(std::string_view text, pugi::xml_document& document);
/// On one line.
[[nodiscard]] std::string format_xml(const pugi::xml_document& document);

/// The name without its prefix.
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);
/// The first child of that local name; a null node when there is none.
[[nodiscard]] pugi::xml_node child(const pugi::xml_node& parent, std::string_view name);
[[nodiscard]] pugi::xml_node descend(pugi::xml_node node, std::initializer_list<std::string_view> names);
/// An element's own text without blanks around it. The view looks into the document.
[[nodiscard]] std::string_view text_of(const pugi::xml_node& node);

/// Appends an element with that text, which is escaped when it is written.
pugi::xml_node add(pugi::xml_node parent, const char* name, const std::string& text = {});
/// Begins a document: the declaration, and the envelope with the prefix of SOAP 1.1's namespace.
pugi::xml_node add_envelope(pugi::xml_document& document, const char* prefix);

}  // namespace patchcord::gateway

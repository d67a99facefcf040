#include "gateway/http/xml.hpp"

#include <sstream>

namespace patchcord::gateway {
namespace {

using pugi::xml_node;

bool has_doctype(const xml_node& document) {
    return document.find_child([](const xml_node& node) { return node.type() == pugi::node_doctype; });
}

class DepthCheck final : public pugi::xml_tree_walker {
  public:
    bool for_each(xml_node& /*node*/) override { return depth() < static_cast<int>(max_xml_depth); }
};

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

bool load_xml(std::string_view text, pugi::xml_document& document) {
    const unsigned options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_doctype;
    if (!document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8)) return false;
    DepthCheck check;
    return !has_doctype(document) && document.traverse(check);
}

std::string format_xml(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
    return out.str();
}

std::string_view local_name(const xml_node& node) {
    const std::string_view name = node.name();
    return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

xml_node child(const xml_node& parent, std::string_view name) {
    return parent.find_child([&](const xml_node& node) { return local_name(node) == name; });
}

xml_node descend(xml_node node, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) node = child(node, name);
    return node;
}

std::string_view text_of(const xml_node& node) {
    std::string_view text = node.text().get();
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

xml_node add(xml_node parent, const char* name, const std::string& text) {
    xml_node node = parent.append_child(name);
    if (!text.empty()) node.text().set(text.c_str());
    return node;
}

xml_node add_envelope(pugi::xml_document& document, const char* prefix) {
    xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "utf-8";
    const std::string name = prefix;
    xml_node envelope = add(document, (name + ":Envelope").c_str());
    envelope.append_attribute(("xmlns:" + name).c_str()) = "http://schemas.xmlsoap.org/soap/envelope/";
    return envelope;
}

}  // namespace patchcord::gateway

#include "gateway/config/config_values.hpp"

#include <sstream>

namespace patchcord::gateway {
namespace {

std::string value_text(const toml::node& node) {
    std::ostringstream out;
    out << toml::node_view<const toml::node>(node);
    return out.str();
}

bool is_list_of_tables(const toml::node& node) {
    const toml::array* array = node.as_array();
    return array != nullptr && !array->empty() && array->front().is_table();
}

void add(const toml::table& table, const std::string& path, ConfigValues& values);

void add(const toml::node& node, const std::string& path, ConfigValues& values) {
    if (const toml::table* table = node.as_table()) {
        add(*table, path + ".", values);
    } else if (is_list_of_tables(node)) {
        std::size_t number = 0;
        for (const toml::node& item : *node.as_array()) add(item, path + "[" + std::to_string(++number) + "]", values);
    } else {
        values[path] = value_text(node);
    }
}

void add(const toml::table& table, const std::string& path, ConfigValues& values) {
    for (const auto& [key, node] : table) add(node, path + std::string(key.str()), values);
}

}  // namespace

ConfigValues config_values(const toml::table& table) {
    ConfigValues values;
    add(table, "", values);
    return values;
}

}  // namespace patchcord::gateway

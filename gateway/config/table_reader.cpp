#include "gateway/config/table_reader.hpp"

#include <algorithm>
#include <iomanip>
#include <numeric>
#include <sstream>

#include "gateway/config/units.hpp"
#include "gateway/log/escape.hpp"

namespace patchcord::gateway {
namespace {

std::size_t edit_distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

}  // namespace

void ConfigErrors::add(const toml::source_region& where, std::string_view key, std::string_view what) {
    all_.push_back(file_ + ":" + std::to_string(where.begin.line) + ": " + escape_for_log(key) + ": " +
                   escape_controls(what));
}

void ConfigErrors::add(std::string_view key, std::string_view what) {
    all_.push_back(file_ + ": " + escape_for_log(key) + ": " + escape_controls(what));
}

std::string nearest_name(std::string_view name, const std::set<std::string, std::less<>>& names) {
    constexpr std::size_t longest = 64;  // a longer name is no slip of the finger
    std::string nearest;
    std::size_t least = std::max<std::size_t>(2, name.size() / 2) + 1;
    if (name.size() > longest) return nearest;
    for (const std::string& known : names) {
        const std::size_t distance = edit_distance(name, known);
        if (distance >= least) continue;
        least = distance;
        nearest = known;
    }
    return nearest;
}

std::string TableReader::full(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const toml::node* TableReader::find(std::string_view key) {
    known_.emplace(key);
    return table_ == nullptr ? nullptr : table_->get(key);
}

void TableReader::wrong(const toml::node& node, std::string_view key, std::string_view allowed) {
    errors_.add(node.source(), full(key), allowed);
}

void TableReader::error(std::string_view key, std::string_view what) {
    const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
    if (node != nullptr) {
        wrong(*node, key, what);
    } else if (table_ != nullptr) {
        errors_.add(table_->source(), full(key), what);
    } else {
        errors_.add(full(key), what);
    }
}

void TableReader::report_unknown() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
        if (known_.contains(key.str())) continue;
        const std::string nearest = nearest_name(key.str(), known_);
        errors_.add(key.source(), full(key.str()),
                    nearest.empty() ? std::string("unknown key") : "unknown key; did you mean \"" + nearest + "\"?");
    }
}

void TableReader::read(std::string_view key, std::string& into) {
    std::string text = into;
    read_lines(key, text);
    if (text.find_first_of("\r\n") == std::string::npos) {
        into = std::move(text);
    } else {
        error(key, "must be one line");
    }
}

void TableReader::read_lines(std::string_view key, std::string& into) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::string>();
    if (!value) {
        wrong(*node, key, "must be a text in quotes");
    } else if (value->find('\0') != std::string::npos) {
        wrong(*node, key, "must be a text without NUL");
    } else {
        into = *value;
    }
}

void TableReader::read(std::string_view key, bool& into) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const auto value = node->value_exact<bool>()) {
        into = *value;
    } else {
        wrong(*node, key, "must be true or false");
    }
}

void TableReader::read(std::string_view key, double& into, double least, double most) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto value = node->is_number() ? node->value<double>() : std::nullopt;
    if (value && *value >= least && *value <= most) {
        into = *value;
    } else {
        std::ostringstream range;
        range << "must be a number from " << least << " to " << std::fixed << std::setprecision(0) << most;
        wrong(*node, key, range.str());
    }
}

void TableReader::read(std::string_view key, std::size_t& into, std::size_t least, std::size_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= static_cast<std::int64_t>(least) && *value <= static_cast<std::int64_t>(most)) {
        into = static_cast<std::size_t>(*value);
    } else {
        wrong(*node, key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
}

void TableReader::read(std::string_view key, std::vector<std::string>& into) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr ||
        !std::all_of(array->begin(), array->end(), [](const toml::node& item) { return item.is_string(); })) {
        wrong(*node, key, "must be a list of texts, [\"...\"]");
        return;
    }
    into.clear();
    for (const toml::node& item : *array) into.push_back(**item.as_string());
}

void TableReader::read(std::string_view key, std::vector<std::size_t>& into) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    const auto is_whole = [](const toml::node& item) { return item.is_integer() && **item.as_integer() >= 0; };
    if (array == nullptr || !std::all_of(array->begin(), array->end(), is_whole)) {
        wrong(*node, key, "must be a list of whole numbers, such as [2, 12]");
        return;
    }
    into.clear();
    for (const toml::node& item : *array) into.push_back(static_cast<std::size_t>(**item.as_integer()));
}

void TableReader::read(std::string_view key, Milliseconds& into, Milliseconds least) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    const auto value = text ? parse_duration(*text) : std::nullopt;
    if (value && *value >= least) {
        into = *value;
    } else {
        wrong(*node, key, "must be a time such as \"500ms\", \"90s\", \"10m\" or \"2h\"");
    }
}

void TableReader::read_size(std::string_view key, std::size_t& into, std::size_t least, std::size_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    const auto value = text ? parse_size(*text) : std::nullopt;
    if (value && *value >= least && *value <= most) {
        into = *value;
    } else {
        wrong(*node, key,
              "must be a size such as \"512 KiB\", from " + std::to_string(least) + " B to " + std::to_string(most) +
                  " B");
    }
}

const toml::table* TableReader::table(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return nullptr;
    if (node->as_table() == nullptr) wrong(*node, key, "must be a table, [" + full(key) + "]");
    return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
    std::vector<const toml::table*> all;
    const toml::node* node = find(key);
    if (node == nullptr) return all;
    const toml::array* array = node->as_array();
    if (array == nullptr ||
        !std::all_of(array->begin(), array->end(), [](const toml::node& item) { return item.is_table(); })) {
        wrong(*node, key, "must be tables, [[" + full(key) + "]]");
        return all;
    }
    for (const toml::node& item : *array) all.push_back(item.as_table());
    return all;
}

}  // namespace patchcord::gateway

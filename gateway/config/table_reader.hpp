#pragma once

#define TOML_HEADER_ONLY 0
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

#include "gateway/config/config.hpp"

namespace patchcord::gateway {

/// Collects what is wrong, each with its place in the file.
class ConfigErrors {
  public:
    explicit ConfigErrors(std::string file) : file_(std::move(file)) {}
    [[nodiscard]] const std::string& file() const { return file_; }
    void add(const toml::source_region& where, std::string_view key, std::string_view what);
    void add(std::string_view key, std::string_view what);
    [[nodiscard]] std::vector<std::string>& all() { return all_; }

  private:
    std::string file_;
    std::vector<std::string> all_;
};

/// Reads the keys of one table; at its end, whatever was not asked for is reported as unknown.
class TableReader {
  public:
    /// `table` may be null: then every key keeps its default.
    TableReader(const toml::table* table, std::string path, ConfigErrors& errors)
        : table_(table), path_(std::move(path)), errors_(errors) {}
    ~TableReader() { report_unknown(); }
    TableReader(const TableReader&) = delete;
    TableReader& operator=(const TableReader&) = delete;

    /// A text of one line: what it becomes part of, on the wire or in a header, ends at the next.
    void read(std::string_view key, std::string& into);
    void read(std::string_view key, bool& into);
    void read(std::string_view key, double& into, double least, double most);
    void read(std::string_view key, std::size_t& into, std::size_t least, std::size_t most);
    void read(std::string_view key, std::vector<std::string>& into);
    void read(std::string_view key, std::vector<std::size_t>& into);
    void read(std::string_view key, Milliseconds& into, Milliseconds least = Milliseconds(1));
    /// A text of any number of lines.
    void read_lines(std::string_view key, std::string& into);
    void read_size(std::string_view key, std::size_t& into, std::size_t least, std::size_t most);
    /// A sub-table, read by the caller; null when there is none.
    const toml::table* table(std::string_view key);
    /// An array of tables.
    std::vector<const toml::table*> tables(std::string_view key);
    /// What the caller found wrong with the value of `key`.
    void error(std::string_view key, std::string_view what);
    [[nodiscard]] bool has(std::string_view key) const { return table_ != nullptr && table_->contains(key); }

  private:
    const toml::node* find(std::string_view key);
    void wrong(const toml::node& node, std::string_view key, std::string_view allowed);
    void report_unknown();
    [[nodiscard]] std::string full(std::string_view key) const;

    const toml::table* table_;
    std::string path_;
    ConfigErrors& errors_;
    std::set<std::string, std::less<>> known_;
};

/// One of a few words, the first of which stands for the enumerator 0 and so on.
template <class Enum, std::size_t count>
void read_choice(TableReader& reader, std::string_view key, const std::string_view (&words)[count], Enum& value) {
    std::string word(words[static_cast<std::size_t>(value)]);
    reader.read(key, word);
    const auto found = std::find(std::begin(words), std::end(words), word);
    if (found != std::end(words)) {
        value = static_cast<Enum>(found - std::begin(words));
        return;
    }
    std::string allowed;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) allowed += i + 1 == count ? " or " : ", ";
        allowed += '"' + std::string(words[i]) + '"';
    }
    reader.error(key, "must be " + allowed);
}

/// Of `names`, the one that takes the fewest changes to get from `name`; empty when none is near.
[[nodiscard]] std::string nearest_name(std::string_view name, const std::set<std::string, std::less<>>& names);

}  // namespace patchcord::gateway

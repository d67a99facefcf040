#include "msn/wire/list_markup.hpp"

#include <algorithm>
#include <optional>

#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/xml_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t max_entries_read = 1000;

/// The value of an attribute in a tag; nothing when it has none of that name.
std::optional<std::string> attribute(std::string_view tag, std::string_view name) {
    const std::string wanted = " " + std::string(name) + "=";
    const std::size_t at = tag.find(wanted);
    if (at == std::string_view::npos || at + wanted.size() >= tag.size()) return std::nullopt;
    std::string_view rest = tag.substr(at + wanted.size());
    const char quote = rest.front();
    if (quote != '"' && quote != '\'') return std::nullopt;
    rest.remove_prefix(1);
    const std::size_t end = rest.find(quote);
    if (end == std::string_view::npos) return std::nullopt;
    return unescape_xml(rest.substr(0, end));
}

unsigned number(std::string_view tag, std::string_view name, unsigned otherwise) {
    return parse_digits(attribute(tag, name).value_or(""), 10, 3).value_or(otherwise);
}

std::optional<ListMarkupEntry> entry_of(std::string_view tag, std::string_view domain) {
    const auto local = attribute(tag, "n");
    const auto handle = local ? parse_handle(*local + "@" + std::string(domain)) : std::nullopt;
    if (!handle) return std::nullopt;
    return ListMarkupEntry{*handle, number(tag, "l", 0), number(tag, "t", 1),
                           parse_name(attribute(tag, "f").value_or(""))};
}

std::string element_of(const ListMarkupEntry& entry) {
    return "<c n=\"" + escape_xml(split_handle(entry.handle).local) + "\" l=\"" + std::to_string(entry.lists) +
           "\" t=\"" + std::to_string(entry.network) + "\"/>";
}

/// One payload, as it grows.
class Markup {
  public:
    explicit Markup(bool initial) : initial_(initial) {}
    [[nodiscard]] bool empty() const { return count_ == 0; }
    /// False when it is full.
    bool add(const ListMarkupEntry& entry) {
        const std::string_view domain = split_handle(entry.handle).domain;
        std::string more = domain == domain_ ? std::string() : close() + "<d n=\"" + escape_xml(domain) + "\">";
        more += element_of(entry);
        constexpr std::size_t frame = 30;  // of the elements that are not closed yet
        if (count_ == max_markup_entries || body_.size() + more.size() + frame > max_markup_bytes) return false;
        body_ += more;
        domain_ = domain;
        ++count_;
        return true;
    }
    [[nodiscard]] std::string whole() const { return (initial_ ? "<ml l=\"1\">" : "<ml>") + body_ + close() + "</ml>"; }

  private:
    [[nodiscard]] std::string close() const { return domain_.empty() ? "" : "</d>"; }

    bool initial_;
    std::string body_;
    std::string domain_;
    std::size_t count_ = 0;
};

}  // namespace

std::vector<ListMarkupEntry> parse_list_markup(std::string_view payload) {
    std::vector<ListMarkupEntry> entries;
    std::string domain;
    while (!payload.empty() && entries.size() < max_entries_read) {
        payload.remove_prefix(std::min(payload.find('<'), payload.size() - 1) + 1);
        const std::string_view tag = take_field(payload, '>');
        if (tag.starts_with("d ")) domain = attribute(tag, "n").value_or("");
        const auto entry = tag.starts_with("c ") ? entry_of(tag, domain) : std::nullopt;
        if (entry) entries.push_back(*entry);
    }
    return entries;
}

std::vector<std::string> format_list_markup(std::vector<ListMarkupEntry> entries, bool initial) {
    std::sort(entries.begin(), entries.end(), [](const ListMarkupEntry& one, const ListMarkupEntry& other) {
        const HandleParts left = split_handle(one.handle);
        const HandleParts right = split_handle(other.handle);
        return left.domain == right.domain ? left.local < right.local : left.domain < right.domain;
    });
    std::vector<std::string> payloads;
    Markup markup(initial);
    for (const ListMarkupEntry& entry : entries) {
        if (markup.add(entry)) continue;
        payloads.push_back(markup.whole());
        markup = Markup(initial);
        markup.add(entry);
    }
    if (!markup.empty() || initial) payloads.push_back(markup.whole());
    return payloads;
}

}  // namespace patchcord::msn

#include "msn/wire/list_markup.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace patchcord::msn {
namespace {

using Entries = std::vector<ListMarkupEntry>;

TEST(ListMarkupTest, WritesWhatServersExpect) {
    EXPECT_EQ(format_list_markup({{"bob@example.com", 3}}, true),
              std::vector<std::string>{"<ml l=\"1\"><d n=\"example.com\"><c n=\"bob\" l=\"3\" t=\"1\"/></d></ml>"});
    EXPECT_EQ(format_list_markup({{"bob@example.com", 3}, {"a&b@x.org", 1}, {"ana@example.com", 4}}, false),
              std::vector<std::string>{"<ml><d n=\"example.com\"><c n=\"ana\" l=\"4\" t=\"1\"/><c n=\"bob\" l=\"3\" "
                                       "t=\"1\"/></d><d n=\"x.org\"><c n=\"a&amp;b\" l=\"1\" t=\"1\"/></d></ml>"});
    EXPECT_EQ(format_list_markup({}, true), std::vector<std::string>{"<ml l=\"1\"></ml>"});
    EXPECT_EQ(format_list_markup({}, false), std::vector<std::string>{});
}

TEST(ListMarkupTest, ReadsWhatServersSay) {
    EXPECT_EQ(
        parse_list_markup("<ml><d n=\"example.com\"><c n=\"carol\" l=\"8\" t=\"1\" f=\"Carol%20C\"/>"
                          "<c n='bob' t='32' l='1'></c></d>\r\n<d n=\"x.org\"><c l=\"2\" n=\"a&amp;b\"/></d></ml>"),
        (Entries{{"carol@example.com", 8, 1, "Carol C"}, {"bob@example.com", 1, 32, ""}, {"a&b@x.org", 2, 1, ""}}));
}

TEST(ListMarkupTest, WhatIsMalformedIsLeftOut) {
    for (const char* const payload : {"", "<", "<c", "<c n=\"bob\"/>", "<d n=\"x\"><c/>", "<d n=\"x\"><c n=bob/>",
                                      "<d n=\"x\"><c n=\"bob/>", "<d n=\"x\"><c n=\"b b\"/>", "<d n=\"x\"><c n=",
                                      "<!ENTITY x \"y\"><d n=\"&x;\"><c n=\"bob\"/>", "<ml><d n='"}) {
        EXPECT_EQ(parse_list_markup(payload), Entries{}) << payload;
    }
    std::string endless = "<d n=\"x.org\">";
    for (int i = 0; i < 5000; ++i) endless += "<c n=\"u" + std::to_string(i) + "\"/>";
    EXPECT_EQ(parse_list_markup(endless).size(), 1000U);
}

RC_GTEST_PROP(ListMarkupProperty, AllIsToldInPiecesThatServersTake, (const std::vector<std::uint16_t>& numbers)) {
    Entries entries;
    for (std::size_t i = 0; i < numbers.size() * 20; ++i) {
        const unsigned number = numbers[i % numbers.size()];
        const std::string local = std::string(number % 60, 'x') + std::to_string(i);
        entries.push_back({local + "@d" + std::to_string(number % 5) + ".org", 1 + number % 3, 1, ""});
    }
    Entries read;
    for (const std::string& payload : format_list_markup(entries, false)) {
        RC_ASSERT(payload.size() <= max_markup_bytes);
        const Entries part = parse_list_markup(payload);
        RC_ASSERT(!part.empty() && part.size() <= max_markup_entries);
        read.insert(read.end(), part.begin(), part.end());
    }
    const auto by_handle = [](const ListMarkupEntry& one, const ListMarkupEntry& other) {
        return one.handle < other.handle;
    };
    std::sort(entries.begin(), entries.end(), by_handle);
    std::sort(read.begin(), read.end(), by_handle);
    RC_ASSERT(read == entries);
}

}  // namespace
}  // namespace patchcord::msn

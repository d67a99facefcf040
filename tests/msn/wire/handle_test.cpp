#include "msn/wire/handle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

namespace patchcord::msn {
namespace {

TEST(HandleTest, AHandleIsGivenInLowerCase) {
    EXPECT_EQ(parse_handle("Ana@Example.COM"), "ana@example.com");
    EXPECT_EQ(parse_handle("bob.b+x-1@mail.example"), "bob.b+x-1@mail.example");
    EXPECT_EQ(parse_handle("carol@localhost"), "carol@localhost");
}

TEST(HandleTest, EveryIrcNickCanBeALocalPart) {
    for (const char* nick : {"[x]", "\\a", "`_^{|}", "ana-1", "_9"}) {
        const std::string handle = std::string(nick) + "@irc.example";
        EXPECT_EQ(parse_handle(handle), handle);
    }
}

TEST(HandleTest, WhatIsNoHandleIsNone) {
    for (const char* text : {"",
                             "@",
                             "ana",
                             "ana@",
                             "@example.com",
                             "ana@b@example.com",
                             "a b@example.com",
                             "ana@exam ple.com",
                             "ana@example..com",
                             "ana@.com",
                             "ana@example.",
                             "ana@-example.com",
                             "ana@example-.com",
                             "ana@exa_mple.com",
                             "a%20@example.com",
                             "a:b@example.com",
                             "ana;{1}@example.com",
                             "a,b@example.com",
                             "<ana>@example.com",
                             "\"ana\"@example.com",
                             "ana@example.com;{1}",
                             "1:ana@example.com",
                             "an\r@example.com",
                             "an\t@example.com",
                             "an\x7F@example.com",
                             "jos\xC3\xA9@example.com",
                             "ana@ex\xC3\xA9.com"}) {
        EXPECT_FALSE(parse_handle(text)) << text;
    }
    EXPECT_FALSE(parse_handle(std::string_view("a\0b@example.com", 15)));
    EXPECT_FALSE(parse_handle(std::string_view("ana@example.com\0", 16)));
}

TEST(HandleTest, AHandleOf129BytesIsOneAndALongerOneIsNot) {
    const std::string domain = "@example.com";
    const std::string longest = std::string(129 - domain.size(), 'a') + domain;
    EXPECT_EQ(parse_handle(longest), longest);
    EXPECT_FALSE(parse_handle("a" + longest));
}

TEST(HandleTest, ALabelHasAtMost63Bytes) {
    EXPECT_TRUE(parse_handle("a@" + std::string(63, 'b')));
    EXPECT_FALSE(parse_handle("a@" + std::string(64, 'b')));
}

TEST(HandleTest, AHandleSplitsAtItsAt) {
    EXPECT_EQ(split_handle("ana@example.com"), (HandleParts{"ana", "example.com"}));
    EXPECT_EQ(split_handle("ana"), (HandleParts{"ana", ""}));
    EXPECT_EQ(split_handle("Hotmail"), (HandleParts{"Hotmail", ""}));
}

RC_GTEST_PROP(HandleTest, AHandleIsOneWordAndReadsAsItself, ()) {
    const auto part = [] {
        return rc::gen::nonEmpty(rc::gen::container<std::string>(
            rc::gen::oneOf(rc::gen::element('a', 'Z', '1', '-', '.', '[', '|'), rc::gen::arbitrary<char>())));
    };
    const auto handle = parse_handle(*part() + "@" + *part());
    if (!handle) return;
    RC_ASSERT(handle->size() <= max_handle_bytes);
    for (const char c : *handle) RC_ASSERT(c > ' ' && c < 0x7F && c != '%' && (c < 'A' || c > 'Z'));
    RC_ASSERT(parse_handle(*handle) == handle);
    const auto [local, domain] = split_handle(*handle);
    RC_ASSERT(std::string(local) + "@" + std::string(domain) == *handle);
    RC_ASSERT(!local.empty() && !domain.empty());
}

}  // namespace
}  // namespace patchcord::msn

#include "gateway/files/conditions.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

std::string asked(std::vector<HttpHeader> headers, std::uint64_t size = 10) {
    HttpRequest request;
    request.headers = std::move(headers);
    const FilePart part = part_asked_for(request, size, "\"tag\"");
    switch (part.kind) {
        case FilePart::Kind::whole: return "whole";
        case FilePart::Kind::not_modified: return "not modified";
        case FilePart::Kind::unsatisfiable: return "no";
        case FilePart::Kind::part: break;
    }
    return std::to_string(part.offset) + "+" + std::to_string(part.length);
}

std::string range(const std::string& value, std::uint64_t size = 10) {
    return asked({{"Range", value}}, size);
}

TEST(FileConditionsTest, OneRangeIsAPart) {
    EXPECT_EQ(asked({}), "whole");
    EXPECT_EQ(range("bytes=0-0"), "0+1");
    EXPECT_EQ(range("Bytes=2-5"), "2+4");
    EXPECT_EQ(range("bytes=2-"), "2+8");
    EXPECT_EQ(range("bytes=-3"), "7+3");
    EXPECT_EQ(range("bytes=-99"), "0+10");
    EXPECT_EQ(range("bytes=0-18446744073709551615"), "0+10");
    EXPECT_EQ(range("bytes=0-99999999999999999999999"), "0+10");
}

TEST(FileConditionsTest, WhatCannotBeGivenIsRefused) {
    for (const char* value : {"bytes=-0", "bytes=5-1", "bytes=10-", "bytes=99999999999999999999-", "bytes=0-0,2-2",
                              "bytes=", "bytes=-", "bytes=a-b", "bytes=+1-2", "bytes=1--2", "bytes=1"})
        EXPECT_EQ(range(value), "no") << value;
    EXPECT_EQ(range("bytes=0-", 0), "no");
    std::string many = "bytes=0-0";
    for (int i = 0; i < 2000; ++i) many += ",0-0";
    EXPECT_EQ(range(many), "no");
}

TEST(FileConditionsTest, AnotherUnitCountsForNothing) {
    EXPECT_EQ(range("lines=1-2"), "whole");
    EXPECT_EQ(range("1-2"), "whole");
}

TEST(FileConditionsTest, WhoHasItIsNotGivenItAgain) {
    EXPECT_EQ(asked({{"If-None-Match", "\"tag\""}}), "not modified");
    EXPECT_EQ(asked({{"If-None-Match", "\"x\", W/\"tag\""}}), "not modified");
    EXPECT_EQ(asked({{"If-None-Match", "*"}}), "not modified");
    EXPECT_EQ(asked({{"If-None-Match", "\"x\","}}), "whole");
}

TEST(FileConditionsTest, APartOfSomethingElseIsNoPart) {
    EXPECT_EQ(asked({{"Range", "bytes=1-2"}, {"If-Range", "\"tag\""}}), "1+2");
    EXPECT_EQ(asked({{"Range", "bytes=1-2"}, {"If-Range", "\"x\""}}), "whole");
    EXPECT_EQ(asked({{"Range", "bytes=1-2"}, {"If-Range", "W/\"tag\""}}), "whole") << "a weak one says too little";
    EXPECT_EQ(asked({{"Range", "bytes=1-2"}, {"If-Range", "Sun, 22 Nov 2026 16:59:27 GMT"}}), "whole");
}

}  // namespace
}  // namespace patchcord::gateway

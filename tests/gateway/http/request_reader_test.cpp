#include "gateway/http/request_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace patchcord::gateway {
namespace {

using Outcome = HttpRequestReader::Outcome;

std::string summary_of(const HttpRequest& request) {
    return request.method + " " + request.path + "?" + request.query + " @" + request.host + " [" + request.body + "]" +
           (request.keep_alive ? " stays" : " ends");
}

/// Everything that is read from `bytes`, given in chunks of that size; a failure ends it.
std::vector<std::string> read_all(std::string_view bytes, std::size_t chunk, HttpRequestLimits limits = {}) {
    HttpRequestReader reader(limits, [](std::string_view method, std::string_view path) {
        return method == "POST" && path.starts_with("/stream");
    });
    std::string body;
    std::vector<std::string> read;
    while (!bytes.empty()) {
        reader.feed(bytes.substr(0, chunk));
        bytes.remove_prefix(std::min(chunk, bytes.size()));
        HttpRequest request;
        for (Outcome outcome = reader.next(request); outcome != Outcome::nothing; outcome = reader.next(request)) {
            switch (outcome) {
                case Outcome::request: read.push_back(summary_of(request)); continue;
                case Outcome::head:
                    read.push_back("head " + request.path + (request.length ? "" : " chunks") +
                                   (request.expects_leave ? " waits" : ""));
                    continue;
                case Outcome::body: body += request.body; continue;
                case Outcome::body_end: read.push_back(std::exchange(body, {})); continue;
                case Outcome::expects_answer: read.push_back("continue?"); continue;
                case Outcome::bad: read.push_back("bad"); break;
                case Outcome::no_length: read.push_back("no length"); break;
                case Outcome::header_too_long: read.push_back("header"); break;
                case Outcome::body_too_long: read.push_back("body"); break;
                case Outcome::nothing: break;
            }
            return read;
        }
    }
    if (reader.pending()) read.push_back("pending");
    return read;
}

std::vector<std::string> read_at_once(std::string_view bytes) {
    return read_all(bytes, bytes.size());
}

using Read = std::vector<std::string>;

TEST(HttpRequestReaderTest, RequestsAreTheSameInEveryCut) {
    const std::string bytes =
        "GET /login?a=1&b HTTP/1.0\r\nHost: example.com\r\n\r\n"
        "\r\nPOST //RST.srf HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\nhello"
        "HEAD / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n"
        "GET /rdr/pprdr.asp\r\n\r\n";
    const Read expected{"GET /login?a=1&b @example.com [] ends", "POST //RST.srf? @example.com [hello] stays",
                        "HEAD /? @ [] ends", "GET /rdr/pprdr.asp? @ [] ends"};
    for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) EXPECT_EQ(read_all(bytes, chunk), expected) << chunk;
}

TEST(HttpRequestReaderTest, ATargetWithItsSchemeNamesTheHost) {
    EXPECT_EQ(read_at_once("GET http://a.example/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n"),
              Read{"GET /x?y @a.example [] stays"});
    EXPECT_EQ(read_at_once("GET https://a.example?y HTTP/1.1\r\nHost: b.example\r\n\r\n"),
              Read{"GET /?y @a.example [] stays"});
}

TEST(HttpRequestReaderTest, WhatIsNoRequestIsBadInEveryCut) {
    for (const std::string bytes :
         {"NICK ana\r\nUSER ana 0 * :ana\r\n\r\n", "\x16\x03\x01\x02\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / 0\r\n",
          "POST /\r\n", "GET foo HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\n", "GET /\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
          "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc"}) {
        for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
            EXPECT_EQ(read_all(bytes, chunk), Read{"bad"}) << testing::PrintToString(bytes) << chunk;
        }
    }
}

TEST(HttpRequestReaderTest, AHostThatIsNoneOrTwoOrMissingIsBad) {
    for (const char* headers : {"", "Host: a\r\nHost: b\r\n", "Host: a,DALogin=mal\r\n", "Host: <b>\r\n"}) {
        EXPECT_EQ(read_at_once("GET / HTTP/1.1\r\n" + std::string(headers) + "\r\n"), Read{"bad"}) << headers;
    }
    EXPECT_EQ(read_at_once("GET http://mal,example/ HTTP/1.1\r\nHost: a\r\n\r\n"), Read{"bad"});
    EXPECT_EQ(read_at_once("GET / HTTP/1.0\r\n\r\n"), Read{"GET /? @ [] ends"}) << "older clients need not say it";
}

TEST(HttpRequestReaderTest, AFailureIsSaidAgainWhateverFollows) {
    HttpRequestReader reader({});
    HttpRequest request;
    reader.feed("nonsense\r\n\r\n");
    EXPECT_EQ(reader.next(request), Outcome::bad);
    reader.feed("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(reader.next(request), Outcome::bad);
}

std::string header_of_size(std::size_t size) {
    const std::string begin = "GET / HTTP/1.0\r\nX: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

TEST(HttpRequestReaderTest, HeaderOfTheLimitPassesAndALongerOneDoesNot) {
    for (const std::size_t chunk : {1UL, 7UL, 1000UL, 100'000UL}) {
        EXPECT_EQ(read_all(header_of_size(HttpRequestLimits{}.header), chunk), Read{"GET /? @ [] ends"}) << chunk;
        EXPECT_EQ(read_all(header_of_size(2 * HttpRequestLimits{}.header), chunk), Read{"header"}) << chunk;
    }
}

TEST(HttpRequestReaderTest, RequestLineThatDoesNotEndIsGivenUp) {
    for (const std::size_t chunk : {1UL, 1000UL, 100'000UL}) {
        EXPECT_EQ(read_all("GET /" + std::string(20'000, 'x'), chunk), Read{"header"}) << chunk;
    }
}

TEST(HttpRequestReaderTest, BodyOfTheLimitPassesAndALongerOneDoesNot) {
    const HttpRequestLimits limits{1024, 100};
    const auto with_body = [](std::size_t size) {
        return "POST / HTTP/1.0\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
    };
    for (const std::size_t chunk : {1UL, 3UL, 10'000UL}) {
        EXPECT_EQ(read_all(with_body(100), chunk, limits).front().substr(0, 6), "POST /") << chunk;
        EXPECT_EQ(read_all(with_body(101), chunk, limits), Read{"body"}) << chunk;
    }
    EXPECT_EQ(read_at_once("POST / HTTP/1.0\r\nContent-Length: 99999999\r\n\r\n"), Read{"body"}) << "before it comes";
}

TEST(HttpRequestReaderTest, WhatTwoProgramsCouldReadDifferentlyIsBadInEveryCut) {
    for (const char* path : {"/", "/stream"}) {
        for (const char* headers :
             {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
              "Content-Length: 5\r\nContent-Length: 6\r\n", "Transfer-Encoding: xchunked\r\n",
              "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n",
              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Content-Length: +5\r\n",
              "Content-Length: 5, 5\r\n", "Content-Length: 0x5\r\n", "Content-Length:\r\n",
              "Content-Length: 99999999999999999999\r\n", "X: a\r\n Content-Length: 5\r\n", "X: a\r\n\tb\r\n",
              "X: a\nContent-Length: 5\r\n", "X: a\rContent-Length: 5\r\n", "Content-Length : 5\r\n",
              "Host: b\r\nContent-Length: 5\r\n"}) {
            const std::string bytes =
                "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\nhelloGET / HTTP/1.1\r\n\r\n";
            for (const std::size_t chunk : {1UL, 7UL, bytes.size()})
                EXPECT_EQ(read_all(bytes, chunk), Read{"bad"}) << headers << path << chunk;
        }
    }
    EXPECT_EQ(read_at_once("POST /stream HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), Read{"bad"});
}

TEST(HttpRequestReaderTest, AStreamedBodyIsTheSameInEveryCutAndWhatFollowsIsTheNextRequest) {
    const std::string bytes =
        "POST /stream/x?to=bob HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"
        "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3;ext=1\r\nhel\r\n002\r\nlo\r\n0\r\nX: y\r\n\r\n"
        "POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
        "GET /now HTTP/1.1\r\nHost: a\r\n\r\n";
    const Read expected{"head /stream/x waits", "hello", "head /stream chunks",  "hello",
                        "head /stream",         "",      "GET /now? @a [] stays"};
    for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) EXPECT_EQ(read_all(bytes, chunk), expected) << chunk;
}

TEST(HttpRequestReaderTest, AStreamedBodyHasNoLimitButNeedsALength) {
    EXPECT_EQ(read_at_once("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"),
              (Read{"head /stream", "pending"}));
    EXPECT_EQ(read_at_once("POST /stream HTTP/1.1\r\nHost: a\r\n\r\n"), Read{"no length"});
}

TEST(HttpRequestReaderTest, ABodyInChunksIsRefusedInEveryCut) {
    for (const char* chunks : {"3;ext=1\r\nabc\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n", "nonsense"}) {
        const std::string bytes =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
        for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk)
            EXPECT_EQ(read_all(bytes, chunk), Read{"no length"});
    }
}

TEST(HttpRequestReaderTest, AClientThatWaitsForLeaveIsNoticedOnceAndOnlyBeforeTheBody) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n";
    EXPECT_EQ(read_all(head + "hello", 1), (Read{"continue?", "POST /? @a [hello] stays"}));
    EXPECT_EQ(read_at_once(head + "hello"), Read{"POST /? @a [hello] stays"});
    EXPECT_EQ(read_at_once("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"), Read{"pending"})
        << "HTTP/1.0 knows no such thing";
}

TEST(HttpRequestReaderTest, HoldsNothingBetweenRequests) {
    HttpRequestReader reader({});
    HttpRequest request;
    reader.feed("GET / HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(reader.pending());
    EXPECT_EQ(reader.next(request), Outcome::request);
    EXPECT_FALSE(reader.pending());
    reader.feed("\r\n\r\n");
    EXPECT_EQ(reader.next(request), Outcome::nothing);
    EXPECT_FALSE(reader.pending()) << "empty lines between requests are nothing";
}

RC_GTEST_PROP(HttpRequestReaderTest, WhateverComesIsReadTheSameInOneByteCuts, (const std::vector<unsigned>& picks)) {
    static const std::vector<std::string> pieces{"GET ",
                                                 "POST ",
                                                 "/",
                                                 " HTTP/1.1",
                                                 " HTTP/1.0",
                                                 "\r\n",
                                                 "\r\n\r\n",
                                                 "Host: a",
                                                 "Content-Length: 3",
                                                 "abc",
                                                 "\n",
                                                 "Transfer-Encoding: chunked",
                                                 "3\r\n",
                                                 "0\r\n\r\n",
                                                 ":",
                                                 " ",
                                                 "\r",
                                                 "Expect: 100-continue",
                                                 std::string(1, '\0')};
    std::string bytes;
    for (const unsigned pick : picks) bytes += pieces[pick % pieces.size()];
    bytes += "\r\n\r\n";  // what is bad in a header may be found before its end
    const auto without_continue = [](Read read) {
        std::erase(read, "continue?");
        return read;
    };
    RC_ASSERT(without_continue(read_all(bytes, 1)) == without_continue(read_at_once(bytes)));
}

TEST(HttpRequestReaderTest, HeaderHasOneLimitInEveryCut) {
    const HttpRequestLimits limits{100, 100};
    const auto request = [](std::size_t size) {
        const std::string line = "GET /" + std::string(40, 'a') + " HTTP/1.0\r\n";
        const std::string name = "X: ";
        return line + name + std::string(size - line.size() - name.size() - 4, 'x') + "\r\n\r\n";
    };
    for (const std::size_t cut : {1U, 7U, 1000U}) {
        EXPECT_NE(read_all(request(100), cut, limits), Read{"header"}) << cut;
        EXPECT_EQ(read_all(request(101), cut, limits), Read{"header"}) << cut;
        EXPECT_EQ(read_all(request(140), cut, limits), Read{"header"}) << cut;
    }
}

}  // namespace
}  // namespace patchcord::gateway

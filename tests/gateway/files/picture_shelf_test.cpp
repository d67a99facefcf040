#include "gateway/files/picture_shelf.hpp"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include "tests/gateway/files/files_fixture.hpp"

namespace patchcord::gateway {
namespace {

using tests::body_of;
using tests::header_of;
using tests::HttpClient;
using tests::Log;
using tests::status_of;

const std::string png = std::string("\x89PNG\r\n\x1A\n") + "one";
const std::string other_png = std::string("\x89PNG\r\n\x1A\n") + "two";
const std::string third_png = std::string("\x89PNG\r\n\x1A\n") + "three";

std::string digest_of(const std::string& bytes) {
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
    return {digest, digest + SHA_DIGEST_LENGTH};
}

class PictureShelfTest : public tests::SpoolFixture {
  protected:
    PictureShelfTest() {
        shelf_.set_base_url("http://files.example");
        shelf_.set_most(2);
        shelf_.set_edges({[this](const chat::User& user) { log_of_edges_.push_back("fetch " + user.name()); },
                          [this](const chat::User&) { return wanted_; },
                          [this](const chat::User& user) { log_of_edges_.push_back("changed " + user.name()); }});
        HttpRoutes routes;
        shelf_.add_routes(routes);
        server_ = std::make_unique<HttpServer>(scheduler_, log_, metrics_, HttpOptions{}, std::move(routes));
    }

    std::error_code keep(const std::string& bytes) { return shelf_.keep(digest_of(bytes), bytes); }
    std::string fetch(const std::string& link) {
        const std::string base = "http://files.example";
        EXPECT_TRUE(link.starts_with(base + "/avatar/")) << link;
        HttpClient client(*server_);
        return client.ask(tests::get(link.substr(base.size())));
    }
    Log told() { return std::exchange(log_of_edges_, {}); }

    chat::ChatService service_{tests::service_options(), scheduler_};
    LoginThrottle throttle_{{2, 0.1}, 100};
    HttpMetrics metrics_{*registry_};
    HttpPictureShelf shelf_{{service_, scheduler_, *spool_, throttle_}};
    std::unique_ptr<HttpServer> server_;
    tests::Visitor bob_{service_, "bob"};
    tests::Visitor carol_{service_, "carol"};
    Log log_of_edges_;
    bool wanted_ = true;
};

TEST_F(PictureShelfTest, WhoShowsAPictureHasALinkToIt) {
    EXPECT_EQ(shelf_.link_of(bob_.user()), "");
    EXPECT_FALSE(shelf_.has(digest_of(png)));
    ASSERT_FALSE(keep(png));
    EXPECT_TRUE(shelf_.has(digest_of(png)));
    shelf_.show(bob_.user(), digest_of(png));
    shelf_.show(bob_.user(), digest_of(png));
    EXPECT_EQ(told(), Log{"changed bob"});
    const std::string answer = fetch(shelf_.link_of(bob_.user()));
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(body_of(answer), png);
    EXPECT_EQ(shelf_.link_of(carol_.user()), "");
}

TEST_F(PictureShelfTest, WhatStrangersSendCannotDoAnythingInABrowser) {
    ASSERT_FALSE(keep(png));
    shelf_.show(bob_.user(), digest_of(png));
    const std::string answer = fetch(shelf_.link_of(bob_.user()));
    EXPECT_EQ(header_of(answer, "Content-Type"), "image/png");
    EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(answer, "Content-Security-Policy"), "sandbox; default-src 'none'");
    EXPECT_EQ(header_of(answer, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header_of(answer, "Cache-Control"), "private, max-age=86400, immutable");
}

TEST_F(PictureShelfTest, OnlyPicturesOfTheirDigestAreTaken) {
    EXPECT_EQ(shelf_.keep(digest_of(other_png), png), chat::FileErrc::protocol_error);
    EXPECT_EQ(shelf_.keep("", png), chat::FileErrc::protocol_error);
    for (const std::string& bytes : {std::string(), std::string("<html>"), std::string("<svg xmlns="),
                                     std::string("BM1234"), std::string("\x89PN")}) {
        EXPECT_EQ(keep(bytes), chat::FileErrc::protocol_error) << bytes;
        EXPECT_FALSE(shelf_.has(digest_of(bytes)));
    }
}

TEST_F(PictureShelfTest, EachKindIsServedAsWhatItIs) {
    const std::vector<std::pair<std::string, std::string>> kinds{
        {"GIF87a1", "image/gif"}, {"GIF89a1", "image/gif"}, {"\xFF\xD8\xFF\xE0", "image/jpeg"}};
    for (const auto& [bytes, type] : kinds) {
        ASSERT_FALSE(keep(bytes));
        shelf_.show(bob_.user(), digest_of(bytes));
        EXPECT_EQ(header_of(fetch(shelf_.link_of(bob_.user())), "Content-Type"), type);
    }
}

TEST_F(PictureShelfTest, OneThatNobodyShowsMakesRoom) {
    ASSERT_FALSE(keep(png));
    ASSERT_FALSE(keep(other_png));
    shelf_.show(bob_.user(), digest_of(png));
    shelf_.show(carol_.user(), digest_of(png));
    const std::string link = shelf_.link_of(bob_.user());
    shelf_.show(bob_.user(), {});
    EXPECT_EQ(shelf_.link_of(bob_.user()), "");
    ASSERT_FALSE(keep(third_png));
    EXPECT_FALSE(shelf_.has(digest_of(other_png)));
    EXPECT_EQ(status_of(fetch(link)), 200U) << "carol shows it still";
    shelf_.show(bob_.user(), digest_of(third_png));
    EXPECT_EQ(keep(other_png), chat::FileErrc::no_space);
    shelf_.show(carol_.user(), digest_of(third_png));
    ASSERT_FALSE(keep(other_png));
    EXPECT_EQ(status_of(fetch(link)), 404U);
}

TEST_F(PictureShelfTest, WhoGoesShowsNothingAnyMore) {
    {
        tests::Visitor dave{service_, "dave"};
        ASSERT_FALSE(keep(png));
        shelf_.show(dave.user(), digest_of(png));
        told();
    }
    EXPECT_EQ(told(), Log{}) << "they are gone: that says it";
    ASSERT_FALSE(keep(other_png));
    ASSERT_FALSE(keep(third_png));
    EXPECT_FALSE(shelf_.has(digest_of(png)));
}

TEST_F(PictureShelfTest, LinksThatAreNoneAreCounted) {
    const std::string link = "http://files.example/avatar/aaaaaaaaaaaaaaaaaaaaaaaaaa";
    EXPECT_EQ(status_of(fetch(link)), 404U);
    EXPECT_EQ(status_of(fetch("http://files.example/avatar/")), 404U);
    EXPECT_EQ(status_of(fetch(link)), 429U);
    ASSERT_FALSE(keep(png));
    shelf_.show(bob_.user(), digest_of(png));
    EXPECT_EQ(status_of(fetch(shelf_.link_of(bob_.user()))), 200U) << "a right one is served";
    EXPECT_EQ(hits("wrong_links"), 1);
}

TEST_F(PictureShelfTest, WithoutAnAddressThereAreNone) {
    EXPECT_TRUE(shelf_.is_wanted(bob_.user()));
    shelf_.want(bob_.user());
    EXPECT_EQ(told(), Log{"fetch bob"});
    ASSERT_FALSE(keep(png));
    shelf_.show(bob_.user(), digest_of(png));
    const std::string link = shelf_.link_of(bob_.user());
    told();
    shelf_.set_base_url("");
    EXPECT_FALSE(shelf_.is_wanted(bob_.user()));
    shelf_.want(bob_.user());
    EXPECT_EQ(told(), Log{});
    EXPECT_EQ(shelf_.link_of(bob_.user()), "");
    EXPECT_EQ(status_of(fetch(link)), 404U);
    shelf_.set_base_url("http://files.example");
    wanted_ = false;
    EXPECT_FALSE(shelf_.is_wanted(bob_.user()));
}

}  // namespace
}  // namespace patchcord::gateway

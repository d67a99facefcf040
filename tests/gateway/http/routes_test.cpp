#include "gateway/http/routes.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

class HttpRoutesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        add("GET", "/a", "got a");
        add("POST", "/b", "posted b");
        add("GET", "/both", "got both");
        add("POST", "/both", "posted both");
    }

    void add(const char* method, const char* path, const char* answer) {
        routes_.add(method, path, [answer](const HttpRequest&, const HttpRespond& respond) {
            HttpResponse response;
            response.body = answer;
            respond(response);
        });
    }

    HttpResponse ask(const char* method, const char* path) {
        HttpRequest request;
        request.method = method;
        request.path = path;
        HttpResponse answer;
        routes_.dispatch(request, [&](HttpResponse response) { answer = std::move(response); });
        return answer;
    }

    HttpRoutes routes_;
};

TEST_F(HttpRoutesTest, PathAndMethodChooseTheHandler) {
    EXPECT_EQ(ask("GET", "/a").body, "got a");
    EXPECT_EQ(ask("POST", "/both").body, "posted both");
    EXPECT_EQ(ask("HEAD", "/both").body, "got both");
}

TEST_F(HttpRoutesTest, UnknownPathIsNotFound) {
    for (const char* path : {"/", "/A", "/a/", "//a", "/a/../a", "*", ""}) EXPECT_EQ(ask("GET", path).status, 404U);
}

TEST_F(HttpRoutesTest, WrongMethodIsToldTheRightOnes) {
    const auto allowed = [this](const char* method, const char* path) {
        const HttpResponse response = ask(method, path);
        EXPECT_EQ(response.status, 405U);
        return response.headers;
    };
    EXPECT_EQ(allowed("POST", "/a"), (std::vector<HttpHeader>{{"Allow", "GET, HEAD"}}));
    EXPECT_EQ(allowed("HEAD", "/b"), (std::vector<HttpHeader>{{"Allow", "POST"}}));
    EXPECT_EQ(allowed("get", "/both"), (std::vector<HttpHeader>{{"Allow", "GET, HEAD, POST"}}));
}

TEST_F(HttpRoutesTest, AStarStandsForAllThatBeginsSo) {
    add("GET", "/file/*", "a file");
    EXPECT_EQ(ask("GET", "/file/x/y").body, "a file");
    EXPECT_EQ(ask("GET", "/file/").body, "a file");
    EXPECT_EQ(ask("GET", "/file").status, 404U);
    EXPECT_EQ(ask("GET", "/files").status, 404U);
}

TEST_F(HttpRoutesTest, AnUploadIsDispatchedByItself) {
    std::string uploaded;
    routes_.add_upload("PUT", "/up/*", [&](const HttpRequest& request, const HttpIntake&) { uploaded = request.path; });
    EXPECT_TRUE(routes_.is_upload("PUT", "/up/x"));
    EXPECT_FALSE(routes_.is_upload("POST", "/up/x"));
    EXPECT_FALSE(routes_.is_upload("PUT", "/a"));
    EXPECT_EQ(ask("GET", "/up/x").status, 405U);
    EXPECT_EQ(ask("PUT", "/up/x").status, 405U) << "not read as a whole";
    HttpRequest request;
    request.method = "PUT";
    request.path = "/up/x";
    unsigned status = 0;
    routes_.dispatch_upload(request, {[&](const HttpResponse& response) { status = response.status; }, {}});
    EXPECT_EQ(uploaded, "/up/x");
    request.path = "/a";
    routes_.dispatch_upload(request, {[&](const HttpResponse& response) { status = response.status; }, {}});
    EXPECT_EQ(status, 404U);
}

}  // namespace
}  // namespace patchcord::gateway

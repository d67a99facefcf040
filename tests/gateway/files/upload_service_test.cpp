#include "gateway/files/upload_service.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/files/files_fixture.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using Answer = chat::AccountVerifier::Answer;
using tests::body_of;
using tests::header_of;
using tests::HttpClient;
using tests::Log;
using tests::status_of;

constexpr const char* basic = "Authorization: Basic YW5hOnNlY3JldDp3b3Jk\r\n";  // ana, secret:word

class UploadServiceTest : public tests::FilesFixture {
  protected:
    UploadServiceTest() {
        ana_.user().set_account("ana");
        bob_.take();
    }

    static std::string put(std::string_view path, std::string_view body, std::string_view headers = basic) {
        return "PUT " + std::string(path) +
               " HTTP/1.1\r\nHost: files.example\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               std::string(headers) + "\r\n" + std::string(body);
    }
    static std::string link_in(const std::string& answer) { return header_of(answer, "Location").value_or(""); }
};

TEST_F(UploadServiceTest, AFileIsKeptForItsLinkWhenThePasswordIsRight) {
    HttpClient ana(*server_, "127.0.0.1");
    ana.send(put("/upload/cat%20%C3%A4.png", "hello"));
    EXPECT_EQ(on_disk(), 0U) << "nothing is kept of a stranger";
    EXPECT_EQ(accounts_.next().name, "ana");
    EXPECT_EQ(accounts_.next().password, "secret:word");
    EXPECT_FALSE(accounts_.next().may_open);
    accounts_.answer(Answer::right, "ana");
    const std::string answer = ana.take();
    EXPECT_EQ(status_of(answer), 201U);
    EXPECT_TRUE(link_in(answer).ends_with("/cat%20%C3%A4.png")) << answer;
    EXPECT_EQ(body_of(answer), link_in(answer) + "\n");
    EXPECT_EQ(body_of(ana.ask(get(link_in(answer)))), "hello");
    EXPECT_EQ(index_.all().front().owner, "account:ana");
}

TEST_F(UploadServiceTest, WhoHasNoAccountIsRefusedBeforeTheBody) {
    HttpClient mal(*server_, "127.0.0.1");
    mal.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n");
    const std::string answer = mal.take();
    EXPECT_EQ(status_of(answer), 401U);
    EXPECT_EQ(header_of(answer, "WWW-Authenticate"), "Basic realm=\"Patchcord\", charset=\"UTF-8\"");
    HttpClient again(*server_, "127.0.0.1");
    again.send(put("/upload", "hello"));
    accounts_.answer(Answer::wrong);
    EXPECT_EQ(status_of(again.take()), 401U);
    HttpClient often(*server_, "127.0.0.1");
    often.send(put("/upload", "hello"));
    accounts_.answer(Answer::busy);
    EXPECT_EQ(status_of(often.take()), 429U);
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(UploadServiceTest, APasswordIsNotTakenFromAnotherMachineWithoutTls) {
    HttpClient ana(*server_);
    EXPECT_EQ(status_of(ana.ask(put("/upload", "hello"))), 403U);
    EXPECT_EQ(accounts_.pending(), 0U);
    uploads_->set_plaintext_passwords(true);
    HttpClient again(*server_);
    again.send(put("/upload", "hello"));
    EXPECT_EQ(accounts_.pending(), 1U);
    accounts_.answer(Answer::wrong);
}

TEST_F(UploadServiceTest, AStrangersPageCannotUseAPasswordThatABrowserKnows) {
    HttpClient ana(*server_, "127.0.0.1");
    const std::string headers = std::string(basic) + "Origin: http://mal.example\r\n";
    EXPECT_EQ(status_of(ana.ask(put("/upload", "hello", headers))), 403U);
    EXPECT_EQ(accounts_.pending(), 0U);
}

TEST_F(UploadServiceTest, TheBodyIsAskedForOnlyWhenItWillBeTaken) {
    HttpClient ana(*server_, "127.0.0.1");
    ana.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n" + std::string(basic) +
             "\r\n");
    EXPECT_EQ(ana.take(), "");
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(ana.take(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(status_of(ana.ask("hello")), 201U);
}

TEST_F(UploadServiceTest, WhatIsTooBigIsRefusedBeforeTheBody) {
    const auto refused = [&](const std::string& length) {
        HttpClient ana(*server_, "127.0.0.1");
        ana.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\nExpect: 100-continue\r\n" +
                 basic + "\r\n");
        accounts_.answer(Answer::right, "ana");
        return status_of(ana.take());
    };
    EXPECT_EQ(refused("1001"), 413U) << "over the quota";
    EXPECT_EQ(refused("99999999999"), 413U) << "over max_size";
    EXPECT_EQ(hits("max_size"), 1);
    options_.total_quota = 900;
    spool_->set_options(options_);
    EXPECT_EQ(refused("901"), 507U);
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(UploadServiceTest, ChunksThatGrowTooManyAreCutOff) {
    HttpClient ana(*server_, "127.0.0.1");
    ana.send("PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + std::string(basic) + "\r\n");
    accounts_.answer(Answer::right, "ana");
    ana.send("3e8\r\n" + std::string(1000, 'x') + "\r\n");
    EXPECT_EQ(ana.take(), "");
    const std::string answer = ana.ask("1\r\nx\r\n");
    EXPECT_EQ(status_of(answer), 413U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(UploadServiceTest, AnUploadThatBreaksOffLeavesNothing) {
    {
        HttpClient ana(*server_, "127.0.0.1");
        ana.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n" + std::string(basic) + "\r\n");
        accounts_.answer(Answer::right, "ana");
        ana.send("hello");
        EXPECT_EQ(on_disk(), 1U);
    }
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_FALSE(spool_->obstacle("account:ana", 1000));
}

TEST_F(UploadServiceTest, TheNameIsThatOfContentDispositionAndLeadsNowhere) {
    HttpClient ana(*server_, "127.0.0.1");
    ana.send(put("/upload", "hello",
                 std::string(basic) + "Content-Disposition: attachment; filename=\"../../etc/passwd\"\r\n"));
    accounts_.answer(Answer::right, "ana");
    EXPECT_TRUE(link_in(ana.take()).ends_with("/passwd"));
    ana.send(put("/upload/..%2f..%2fx.txt", "hello"));
    accounts_.answer(Answer::right, "ana");
    EXPECT_TRUE(link_in(ana.take()).ends_with("/x.txt"));
}

TEST_F(UploadServiceTest, AFileWithATargetIsOfferedByWhoSentIt) {
    HttpClient ana(*server_, "127.0.0.1");
    ana.send(put("/upload/cat.png?to=bob", "hello"));
    accounts_.answer(Answer::right, "ana");
    const std::string answer = ana.take();
    EXPECT_EQ(body_of(answer), link_in(answer) + "\nOffered to bob\n");
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: cat.png 5"}));
    EXPECT_EQ(desk_->all().front().link, link_in(answer));
    ana.send(put("/upload/cat.png?to=%23room", "hello"));
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(body_of(ana.take()).find("Not offered"), std::string::npos);
    EXPECT_EQ(bob_.take(), (Log{"file ana -> #room: cat.png 5"}));
    ana.send(put("/upload/cat.png?to=nobody", "hello"));
    accounts_.answer(Answer::right, "ana");
    EXPECT_NE(body_of(ana.take()).find("Not offered to nobody: "), std::string::npos);
}

TEST_F(UploadServiceTest, WhoIsNotHereGetsTheLinkAlone) {
    HttpClient carol(*server_, "127.0.0.1");
    carol.send(put("/upload/cat.png?to=bob", "hello"));
    accounts_.answer(Answer::right, "carol");
    const std::string answer = carol.take();
    EXPECT_EQ(status_of(answer), 201U);
    EXPECT_NE(body_of(answer).find("Not offered to bob"), std::string::npos);
    EXPECT_EQ(bob_.take(), Log{});
}

TEST_F(UploadServiceTest, OptionsSayWhatIsTaken) {
    HttpClient ana(*server_);
    const std::string answer = ana.ask("OPTIONS /upload HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(answer), 204U);
    EXPECT_EQ(header_of(answer, "Allow"), "OPTIONS, POST, PUT");
    EXPECT_FALSE(header_of(answer, "Content-Length"));
    EXPECT_EQ(status_of(ana.ask(tests::get("/upload"))), 405U);
}

// --- links for one file ----------------------------------------------------------------------------------------------

TEST_F(UploadServiceTest, ALinkIsGoodForOneFileOfWhoAskedForIt) {
    const auto link = uploads_->invite(ana_.user(), "bob");
    ASSERT_TRUE(link);
    HttpClient browser(*server_);
    const std::string page = browser.ask(get(*link));
    EXPECT_EQ(status_of(page), 200U);
    EXPECT_NE(page.find("<input type=\"file\""), std::string::npos);
    EXPECT_NE(page.find("Send a file to bob"), std::string::npos);
    EXPECT_EQ(header_of(page, "Content-Security-Policy"),
              "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    const std::string form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n"
        "hello\r\n--b--\r\n";
    const std::string headers = "Content-Type: multipart/form-data; boundary=b\r\nOrigin: null\r\n";
    const std::string answer = browser.ask(put(path_of(*link), form, headers));
    EXPECT_EQ(status_of(answer), 201U) << answer;
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: cat.png 5"}));
    EXPECT_EQ(body_of(browser.ask(get(link_in(answer)))), "hello");
    EXPECT_EQ(registry_->value("patchcord_spool_bytes"), 5) << "the form around it counts no more";
    EXPECT_EQ(status_of(browser.ask(get(*link))), 404U);
    EXPECT_EQ(status_of(browser.ask(put(path_of(*link), "hello", ""))), 404U);
}

TEST_F(UploadServiceTest, AFormWithoutAFileLeavesTheLinkGood) {
    const auto link = uploads_->invite(ana_.user(), "");
    const std::string headers = "Content-Type: multipart/form-data; boundary=b\r\n";
    for (const char* form : {"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b--\r\n",
                             "--b--\r\n", "nothing", ""}) {
        HttpClient browser(*server_);
        EXPECT_EQ(status_of(browser.ask(put(path_of(*link), form, headers))), 400U) << form;
    }
    {
        HttpClient half(*server_);
        half.send("PUT " + path_of(*link) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel");
        HttpClient meanwhile(*server_);
        EXPECT_EQ(status_of(meanwhile.ask(put(path_of(*link), "x", ""))), 404U) << "somebody is at it";
    }
    HttpClient whole(*server_);
    EXPECT_EQ(status_of(whole.ask(put(path_of(*link), "hello", ""))), 201U);
}

TEST_F(UploadServiceTest, ALinkIsGoodForATimeOnly) {
    const auto link = uploads_->invite(ana_.user(), "");
    scheduler_.advance(desk_->options().offer_time);
    HttpClient browser(*server_);
    EXPECT_EQ(status_of(browser.ask(get(*link))), 404U);
}

TEST_F(UploadServiceTest, NobodyGathersLinks) {
    for (std::size_t i = 0; i < desk_->options().max_offers; ++i) ASSERT_TRUE(uploads_->invite(ana_.user(), ""));
    EXPECT_EQ(uploads_->invite(ana_.user(), "").error(), chat::FileErrc::too_many);
    EXPECT_EQ(hits("uploads"), 1);
    EXPECT_TRUE(uploads_->invite(bob_.user(), ""));
}

TEST_F(UploadServiceTest, WhoGuessesLinksHasToWait) {
    const auto link = uploads_->invite(ana_.user(), "");
    HttpClient mal(*server_, "192.0.2.66");
    const std::string wrong = "/upload/bbbbbbbbbbbbbbbbbbbbbbbbbb";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(status_of(mal.ask(tests::get(wrong))), 404U);
    EXPECT_EQ(status_of(mal.ask(tests::get(wrong))), 429U);
    EXPECT_EQ(status_of(mal.ask(put(wrong, "hello", ""))), 429U);
    HttpClient ana(*server_, "192.0.2.66");
    EXPECT_EQ(status_of(ana.ask(get(*link))), 200U) << "the right one is not refused, wherever it comes from";
    EXPECT_EQ(status_of(ana.ask(put(path_of(*link), "hello", ""))), 201U);
}

TEST_F(UploadServiceTest, WithoutLinksThereIsNothing) {
    drop_->set_base_url({});
    EXPECT_EQ(uploads_->address(), "");
    EXPECT_EQ(uploads_->invite(ana_.user(), "").error(), chat::FileErrc::not_possible);
    HttpClient ana(*server_, "127.0.0.1");
    EXPECT_EQ(status_of(ana.ask(put("/upload", "hello"))), 404U);
}

TEST_F(UploadServiceTest, AnIndexThatFailsMeansThatThereIsNoRoomAndNothingIsLeft) {
    index_.refuses = chat::FileErrc::no_space;
    const auto link = uploads_->invite(ana_.user(), "");
    HttpClient browser(*server_);
    EXPECT_EQ(status_of(browser.ask(put(path_of(*link), "hello", ""))), 507U);
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_FALSE(spool_->obstacle(HttpFileDrop::owner_of(ana_.user()), options_.quota)) << "nothing counts";
    EXPECT_EQ(registry_->value("patchcord_spool_files"), 0);
    EXPECT_EQ(registry_->value("patchcord_spool_bytes"), 0);
    index_.refuses = {};
    EXPECT_EQ(status_of(browser.ask(put(path_of(*link), "hello", ""))), 201U) << "the link is good still";
}

}  // namespace
}  // namespace patchcord::gateway

#include "gateway/files/file_drop.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/files/files_fixture.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using tests::body_of;
using tests::header_of;
using tests::HttpClient;
using tests::status_of;

class FileDropTest : public tests::FilesFixture {
  protected:
    chat::FileOfferId offer(std::string_view name = "cat.png", std::uint64_t size = 5) {
        const auto id = desk_->offer(ana_.user(), {nullptr, &bob_.user(), {}}, name, size,
                                     std::make_unique<tests::ManualSource>(giver_));
        EXPECT_TRUE(id);
        return *id;
    }
    std::string link_of(chat::FileOfferId id) { return desk_->find(id)->link; }

    std::shared_ptr<tests::FileEnd> giver_ = std::make_shared<tests::FileEnd>();
};

TEST_F(FileDropTest, TheFirstWhoComesAcceptsAndAllAreGivenItWhileItComes) {
    const auto id = offer();
    const std::string link = link_of(id);
    EXPECT_TRUE(link.starts_with("http://files.example/file/")) << link;
    EXPECT_TRUE(link.ends_with("/cat.png"));
    HttpClient bob(*server_);
    HttpClient carol(*server_, "192.0.2.2");
    const std::string head = bob.ask(get(link));
    EXPECT_EQ(status_of(head), 200U);
    EXPECT_EQ(header_of(head, "Content-Length"), "5");
    ASSERT_NE(giver_->relay, nullptr) << "accepted";
    giver_->relay->got("he");
    EXPECT_EQ(bob.take(), "he");
    EXPECT_EQ(body_of(carol.ask(get(link))), "he") << "who comes later gets it from the beginning";
    giver_->relay->got("llo");
    EXPECT_EQ(bob.take(), "llo");
    EXPECT_EQ(carol.take(), "llo");
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_FALSE(desk_->find(id));
    EXPECT_EQ(body_of(bob.ask(get(link))), "hello") << "it is kept";
    scheduler_.advance(61min);
    HttpClient late(*server_);
    EXPECT_EQ(status_of(late.ask(get(link))), 404U);
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(FileDropTest, ATransferThatFailsHalfWayIsCutAndNeverLooksWhole) {
    const auto id = offer();
    const std::string link = link_of(id);
    HttpClient bob(*server_);
    bob.send(get(link));
    giver_->relay->got("he");
    giver_->relay->source_ended();
    EXPECT_TRUE(bob.transport().closed_now());
    HttpClient carol(*server_);
    EXPECT_EQ(status_of(carol.ask(get(link))), 404U);
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(FileDropTest, AReaderWhoGoesDoesNotTakeItFromTheOthers) {
    const std::string link = link_of(offer());
    {
        HttpClient bob(*server_);
        bob.send(get(link));
    }
    giver_->relay->got("hello");
    HttpClient carol(*server_);
    EXPECT_EQ(body_of(carol.ask(get(link))), "hello");
}

TEST_F(FileDropTest, HeadTellsAboutItAndDoesNotAccept) {
    const std::string link = link_of(offer());
    HttpClient bob(*server_);
    const std::string head = bob.ask("HEAD " + path_of(link) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(head), 200U);
    EXPECT_EQ(header_of(head, "Content-Length"), "5");
    EXPECT_EQ(giver_->relay, nullptr);
    EXPECT_EQ(on_disk(), 0U);
}

TEST_F(FileDropTest, WhatStrangersSendCannotDoAnythingInABrowser) {
    const std::string link = link_of(offer("na\xC3\xAFve \"x\".html"));
    HttpClient bob(*server_);
    const std::string head = bob.ask(get(link));
    EXPECT_EQ(header_of(head, "Content-Disposition"),
              "attachment; filename=\"na_ve _x_.html\"; filename*=UTF-8''na%C3%AFve%20_x_.html");
    EXPECT_EQ(header_of(head, "Content-Type"), "application/octet-stream");
    EXPECT_EQ(header_of(head, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(head, "Content-Security-Policy"), "sandbox; default-src 'none'");
    EXPECT_EQ(header_of(head, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header_of(head, "Cache-Control"), "private");
}

TEST_F(FileDropTest, OneRangeIsGivenAlsoOfWhatStillComes) {
    const std::string link = link_of(offer());
    HttpClient bob(*server_);
    const std::string head = bob.ask(get(link, "Range: bytes=1-3\r\n"));
    EXPECT_EQ(status_of(head), 206U);
    EXPECT_EQ(header_of(head, "Content-Range"), "bytes 1-3/5");
    giver_->relay->got("hello");
    EXPECT_EQ(bob.take(), "ell");
    const std::string answer = bob.ask(get(link, "Range: bytes=0-0,2-2\r\n"));
    EXPECT_EQ(status_of(answer), 416U);
    EXPECT_EQ(header_of(answer, "Content-Range"), "bytes */5");
    const auto tag = header_of(head, "ETag");
    ASSERT_TRUE(tag);
    EXPECT_EQ(status_of(bob.ask(get(link, "If-None-Match: " + *tag + "\r\n"))), 304U);
    EXPECT_EQ(status_of(bob.ask(get(link))), 200U) << "nothing was left behind the 304";
}

TEST_F(FileDropTest, ABadRangeDoesNotAccept) {
    const std::string link = link_of(offer());
    HttpClient bob(*server_);
    EXPECT_EQ(status_of(bob.ask(get(link, "Range: bytes=9-\r\n"))), 416U);
    EXPECT_EQ(giver_->relay, nullptr);
}

TEST_F(FileDropTest, AnOfferThatIsOverIsLikeOneThatNeverWas) {
    const auto id = offer();
    const std::string withdrawn = link_of(id);
    desk_->withdraw(id);
    const std::string expired = link_of(offer());
    scheduler_.advance(desk_->options().offer_time);
    HttpClient bob(*server_);
    const std::string never = bob.ask(get("http://files.example/file/aaaaaaaaaaaaaaaaaaaaaaaaaa/cat.png"));
    EXPECT_EQ(status_of(never), 404U);
    HttpClient carol(*server_, "192.0.2.2");
    const auto without_date = [](const std::string& answer) { return answer.substr(answer.find("\r\nContent-Type")); };
    EXPECT_EQ(without_date(carol.ask(get(withdrawn))), without_date(never));
    EXPECT_EQ(without_date(carol.ask(get(expired))), without_date(never));
}

TEST_F(FileDropTest, WhatWentAnotherWayIsGone) {
    const auto id = offer();
    const std::string link = link_of(id);
    const auto taker = std::make_shared<tests::FileEnd>();
    ASSERT_FALSE(desk_->accept(id, std::make_unique<tests::ManualSink>(taker)));
    HttpClient bob(*server_);
    EXPECT_EQ(status_of(bob.ask(get(link))), 410U);
    taker->relay->sink_ready();
    giver_->relay->got("hello");
    taker->relay->sink_finished();
    EXPECT_EQ(status_of(bob.ask(get(link))), 410U);
}

TEST_F(FileDropTest, AFileForARoomIsAcceptedOnceForAll) {
    const auto id =
        desk_->offer(ana_.user(), {room_, nullptr, {}}, "cat.png", 5, std::make_unique<tests::ManualSource>(giver_));
    ASSERT_TRUE(id);
    const std::string link = link_of(*id);
    HttpClient bob(*server_);
    HttpClient carol(*server_);
    bob.send(get(link));
    carol.send(get(link));
    giver_->relay->got("hello");
    EXPECT_EQ(body_of(bob.take()), "hello");
    EXPECT_EQ(body_of(carol.take()), "hello");
}

TEST_F(FileDropTest, WhoGuessesHasToWaitAndNobodyElseBehindTheSameAddress) {
    const std::string link = link_of(offer());
    HttpClient mal(*server_, "192.0.2.66");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(status_of(mal.ask(tests::get("/file/bbbbbbbbbbbbbbbbbbbbbbbbb" + std::string(1, char('a' + i))))),
                  404U);
    const std::string answer = mal.ask(tests::get("/file/bbbbbbbbbbbbbbbbbbbbbbbbbb"));
    EXPECT_EQ(status_of(answer), 429U);
    EXPECT_GE(std::stoi(header_of(answer, "Retry-After").value_or("0")), 10);
    EXPECT_EQ(hits("wrong_links"), 1);
    HttpClient bob(*server_, "192.0.2.66");
    bob.send(get(link));
    ASSERT_NE(giver_->relay, nullptr) << "the right one is not refused";
    giver_->relay->got("hello");
    EXPECT_EQ(status_of(bob.take()), 200U);
    EXPECT_EQ(status_of(bob.ask(get(link))), 200U) << "nor what is kept";
    EXPECT_EQ(hits("wrong_links"), 1);
}

TEST_F(FileDropTest, RightLinksCostNothing) {
    keep("aaaaaaaaaaaaaaaaaaaaaaaaaa", "hello");
    HttpClient bob(*server_);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(status_of(bob.ask(tests::get("/file/aaaaaaaaaaaaaaaaaaaaaaaaaa"))), 200U);
    EXPECT_EQ(status_of(bob.ask(tests::get("/file/bbbbbbbbbbbbbbbbbbbbbbbbbb"))), 404U) << "the first wrong one";
}

TEST_F(FileDropTest, PathsLeadNowhere) {
    const std::string token = path_of(link_of(offer())).substr(6, 26);
    for (const std::string& path :
         {std::string("/file/"), std::string("/file/../../etc/passwd"), std::string("/file/%2e%2e%2fetc%2fpasswd"),
          std::string("/file/..%5c..%5c"), "/file/" + token + "/../../etc/passwd", "/file/" + token + "/a/b",
          "/file/" + token + "%00.txt", "/file/" + token + "x/cat.png", "/file//" + token,
          "/file/" + std::string(7000, 'a')}) {
        HttpClient mal(*server_, "192.0.2." + std::to_string(path.size() % 200));
        EXPECT_EQ(status_of(mal.ask(tests::get(path))), 404U) << path;
    }
    EXPECT_EQ(giver_->relay, nullptr);
}

TEST_F(FileDropTest, ALongNameMakesNoLongLinkAndKeepsItsEnding) {
    std::string name;
    for (int i = 0; i < 80; ++i) name += "\xC3\xA4";
    const std::string link = link_of(offer(name + ".png"));
    EXPECT_LT(link.size(), 160U);
    EXPECT_TRUE(link.ends_with("%A4.png")) << link;
}

TEST_F(FileDropTest, WithoutRoomTheOfferStays) {
    options_.quota = 4;
    spool_->set_options(options_);
    const auto id = offer();
    HttpClient bob(*server_);
    EXPECT_EQ(status_of(bob.ask(get(link_of(id)))), 507U);
    EXPECT_TRUE(desk_->find(id));
}

TEST_F(FileDropTest, AnEmptyFileIsOneToo) {
    const std::string link = link_of(offer("empty.txt", 0));
    HttpClient bob(*server_);
    const std::string answer = bob.ask(get(link));
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(header_of(answer, "Content-Length"), "0");
    giver_->relay->got({});
    EXPECT_EQ(status_of(bob.ask(get(link))), 200U);
    EXPECT_EQ(index_.files.size(), 1U);
}

TEST_F(FileDropTest, WhatIsKeptIsOfferedWithTheLinkItHas) {
    keep("aaaaaaaaaaaaaaaaaaaaaaaaaa", "hello");
    const auto id = drop_->offer_kept(ana_.user(), {nullptr, &bob_.user(), {}}, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    ASSERT_TRUE(id);
    EXPECT_EQ(link_of(*id), drop_->link_to("aaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaa.txt"));
    EXPECT_TRUE(desk_->can_seek(*id));
    const auto taker = std::make_shared<tests::FileEnd>();
    ASSERT_FALSE(desk_->accept(*id, std::make_unique<tests::ManualSink>(taker), 2));
    scheduler_.advance(1ms);
    taker->relay->sink_ready();
    scheduler_.advance(1ms);
    EXPECT_EQ(taker->bytes, "llo");
    EXPECT_TRUE(taker->finished);
    taker->relay->sink_finished();
    EXPECT_EQ(content("aaaaaaaaaaaaaaaaaaaaaaaaaa"), "hello") << "and stays for its link";
}

TEST_F(FileDropTest, AnOfferOfWhatIsKeptIsOverWhenItsLinkHasBeenServedWhole) {
    keep("aaaaaaaaaaaaaaaaaaaaaaaaaa", "hello");
    const auto id = *drop_->offer_kept(ana_.user(), {nullptr, &bob_.user(), {}}, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    const std::string link = link_of(id);
    ana_.take();
    HttpClient bob(*server_);
    (void)bob.ask("HEAD " + path_of(link) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(bob.ask(get(link, "Range: bytes=4-\r\n"))), 206U);
    EXPECT_TRUE(desk_->find(id)) << "nobody has it yet";
    EXPECT_EQ(body_of(bob.ask(get(link))), "hello");
    EXPECT_FALSE(desk_->find(id));
    EXPECT_EQ(ana_.take(), (tests::Log{"file ana -> bob: aaaaaaaaaaaaaaaaaaaaaaaaaa.txt 5: completed"}));
    EXPECT_EQ(body_of(bob.ask(get(link))), "hello") << "and stays for its link";
    scheduler_.advance(desk_->options().offer_time);
    EXPECT_EQ(ana_.take(), tests::Log{});
}

TEST_F(FileDropTest, WhatHasNotLeftYetWasNotServedWhole) {
    keep("aaaaaaaaaaaaaaaaaaaaaaaaaa", "hello");
    const auto id = *drop_->offer_kept(ana_.user(), {nullptr, &bob_.user(), {}}, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    const std::string link = link_of(id);
    {
        HttpClient goes(*server_);
        goes.transport().stall();
        goes.send(get(link));
    }
    EXPECT_TRUE(desk_->find(id));
    HttpClient bob(*server_);
    bob.transport().stall();
    bob.send(get(link));
    EXPECT_TRUE(desk_->find(id));
    bob.transport().drain();
    bob.drained();
    EXPECT_FALSE(desk_->find(id));
}

TEST_F(FileDropTest, WhatIsKeptIsShownToARoomWithoutAnOfferThatWaits) {
    keep("aaaaaaaaaaaaaaaaaaaaaaaaaa", "hello");
    ASSERT_TRUE(drop_->offer_kept(ana_.user(), {room_, nullptr, {}}, "aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    EXPECT_TRUE(desk_->all().empty());
    HttpClient bob(*server_);
    EXPECT_EQ(body_of(bob.ask(tests::get("/file/aaaaaaaaaaaaaaaaaaaaaaaaaa"))), "hello");
    scheduler_.advance(desk_->options().offer_time);
    EXPECT_EQ(ana_.take(), tests::Log{}) << "nothing failed";
    EXPECT_EQ(registry_->value("patchcord_files_limit_hits_total", R"(limit="offer_time")"), 0);
}

TEST_F(FileDropTest, WithoutAnAddressThereAreNoLinks) {
    drop_->set_base_url({});
    EXPECT_EQ(link_of(offer()), "");
}

}  // namespace
}  // namespace patchcord::gateway

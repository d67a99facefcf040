#include "msn/transfer/picture_fetch.hpp"

#include "msn/wire/base64.hpp"
#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

constexpr std::uint32_t picture_flags = 0x20;

class PictureFetchTest : public testing::Test {
  protected:
    /// Asks for a picture of so many bytes; its session is known then.
    void fetch(std::uint32_t size) {
        MsnObject object;
        object.size = size;
        object.type = display_picture;
        object.text = "<msnobj/>";
        side_.talk().fetch({object, 60s, [this](std::error_code why, std::string bytes) {
                                ++ends_;
                                why_ = why;
                                bytes_ = std::move(bytes);
                            }});
        const Log said = side_.sent();
        ASSERT_EQ(summary(said), (Log{"INVITE MSNMSGR:bob@example.com MSNSLP/1.0"}));
        invitation_ = said.front();
        session_ = request().session_id;
    }
    [[nodiscard]] SlpRequest request() const {
        const auto request = parse_slp_request(read_p2p(invitation_).data);
        EXPECT_TRUE(request);
        return request.value_or(SlpRequest{});
    }
    Log say(const std::string& payload) {
        EXPECT_TRUE(side_.hear(payload));
        return summary(side_.sent());
    }
    std::string piece(std::uint64_t offset, std::uint64_t total, std::string_view bytes) {
        return peer_.data(session_, offset, total, bytes, picture_flags);
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide side_{scheduler_, network_, "ana@example.com", "bob@example.com"};
    P2pPeer peer_;
    std::string invitation_;
    std::uint32_t session_ = 0;
    int ends_ = 0;
    std::error_code why_;
    std::string bytes_;
};

TEST_F(PictureFetchTest, ThePeerIsAskedByTheTextOfItsObject) {
    fetch(7);
    const std::string said = read_p2p(invitation_).data;
    EXPECT_EQ(request().purpose, SlpPurpose::object);
    EXPECT_NE(said.find("\r\nAppID: 1\r\n"), std::string::npos) << said;
    EXPECT_EQ(decode_base64(request().context, 100), std::string("<msnobj/>\0", 10));
    EXPECT_NE(session_, 0U);
}

TEST_F(PictureFetchTest, AllOfItIsAcknowledgedOnceAndEndedByWhoAsked) {
    fetch(7);
    EXPECT_EQ(say(peer_.ack(read_p2p(invitation_).header)), Log{});
    EXPECT_EQ(say(peer_.answer(invitation_, 200)), Log{"ack"});
    EXPECT_EQ(say(piece(0, 4, std::string(4, '\0'))), Log{"ack"}) << "what goes ahead is none of it";
    EXPECT_EQ(say(piece(0, 7, "PNG")), Log{});
    EXPECT_EQ(ends_, 0);
    EXPECT_EQ(say(piece(3, 7, "DATA")), (Log{"ack", "BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
    EXPECT_EQ(ends_, 1);
    EXPECT_EQ(why_, std::error_code());
    EXPECT_EQ(bytes_, "PNGDATA");
    EXPECT_EQ(say(piece(0, 7, "again")), Log{});
    EXPECT_EQ(ends_, 1);
}

TEST_F(PictureFetchTest, WithoutPreparationItIsTakenToo) {
    fetch(4);
    say(peer_.answer(invitation_, 200));
    say(piece(0, 4, std::string(4, '\0')));
    EXPECT_EQ(bytes_, std::string(4, '\0'));
    EXPECT_EQ(ends_, 1);
}

TEST_F(PictureFetchTest, ADirectConnectionIsNotToBeHad) {
    fetch(7);
    SlpDialogue dialogue = peer_.dialogue(session_);
    dialogue.call_id = request().call_id;
    std::string words = format_slp_file_invite(dialogue, "");
    const std::string kind = "application/x-msnmsgr-sessionreqbody";
    words.replace(words.find(kind), kind.size(), "application/x-msnmsgr-transreqbody");
    EXPECT_EQ(say(peer_.text(words)), (Log{"ack", "MSNSLP/1.0 200 OK"}));
    EXPECT_EQ(ends_, 0);
}

TEST_F(PictureFetchTest, WhoDeclinesIsToldNothing) {
    for (const std::uint32_t status : {603U, 500U}) {
        fetch(7);
        EXPECT_EQ(say(peer_.answer(invitation_, status)), Log{"ack"});
        EXPECT_EQ(why_, FileErrc::declined);
    }
    EXPECT_EQ(ends_, 2);
}

TEST_F(PictureFetchTest, WhatIsNotAsAnnouncedEndsIt) {
    fetch(7);
    EXPECT_EQ(say(piece(0, 8, "PNGDATA!")), Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"});
    EXPECT_EQ(why_, FileErrc::wrong_size);
    fetch(7);
    say(piece(0, 7, "PNG"));
    EXPECT_EQ(say(piece(4, 7, "ATA")), Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"});
    EXPECT_EQ(why_, FileErrc::protocol_error);
    EXPECT_EQ(bytes_, "") << "half a picture is none";
}

TEST_F(PictureFetchTest, ThePeerMayBreakItOff) {
    fetch(7);
    SlpDialogue bye = peer_.dialogue(session_);
    bye.call_id = request().call_id;
    EXPECT_EQ(say(peer_.text(format_slp_bye(bye))), Log{"ack"});
    EXPECT_EQ(why_, FileErrc::cancelled);
    fetch(7);
    EXPECT_EQ(say(peer_.data(session_, 0, 0, "", 0x40)), Log{});
    EXPECT_EQ(why_, FileErrc::protocol_error);
    EXPECT_EQ(ends_, 2);
}

TEST_F(PictureFetchTest, WhoIsSilentIsNotWaitedForForEver) {
    fetch(7);
    say(peer_.answer(invitation_, 200));
    scheduler_.advance(59s);
    EXPECT_EQ(ends_, 0);
    scheduler_.advance(1s);
    EXPECT_EQ(why_, FileErrc::stalled);
    EXPECT_EQ(summary(side_.sent()), Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"});
}

TEST_F(PictureFetchTest, TheEndOfTheConversationIsItsEnd) {
    fetch(7);
    side_.close();
    EXPECT_EQ(ends_, 1);
    EXPECT_EQ(why_, FileErrc::sender_gone);
}

TEST_F(PictureFetchTest, FilesGoOnBesideIt) {
    fetch(7);
    EXPECT_TRUE(side_.talk().idle());
    EXPECT_EQ(say(peer_.invite(9, 5)), Log{"ack"});
    ASSERT_FALSE(side_.take());
    EXPECT_EQ(summary(side_.sent()), (Log{"MSNSLP/1.0 200 OK"}));
    say(piece(0, 7, "PNGDATA"));
    EXPECT_EQ(bytes_, "PNGDATA");
    EXPECT_FALSE(side_.talk().idle());
}

}  // namespace
}  // namespace patchcord::msn

#include "irc/server/label.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

TEST(LabelledReplyTest, NoLineBecomesAnAck) {
    LabelledReply reply("x", "r");
    EXPECT_EQ(reply.finish("irc.test", {}), "@label=x :irc.test ACK\r\n");
}

TEST(LabelledReplyTest, OneLineCarriesTheLabelItself) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test PONG a\r\n");
    EXPECT_EQ(reply.finish("irc.test", {}), "@label=x :irc.test PONG a\r\n");
}

TEST(LabelledReplyTest, OneLineWithTagsKeepsThem) {
    LabelledReply reply("x", "r");
    reply.add("@time=now :irc.test PONG a\r\n");
    EXPECT_EQ(reply.finish("irc.test", "now"), "@label=x;time=now :irc.test PONG a\r\n");
}

TEST(LabelledReplyTest, SeveralLinesAreABatch) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test 1\r\n");
    reply.add("@time=then :irc.test 2\r\n");
    EXPECT_EQ(reply.finish("irc.test", "now"),
              "@label=x;time=now :irc.test BATCH +r labeled-response\r\n"
              "@batch=r :irc.test 1\r\n"
              "@batch=r;time=then :irc.test 2\r\n"
              "@time=now :irc.test BATCH -r\r\n");
}

TEST(LabelledReplyTest, SeveralLinesAddedAtOnceAreSeveral) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test 1\r\n:irc.test 2\r\n");
    EXPECT_EQ(reply.finish("irc.test", {}),
              "@label=x :irc.test BATCH +r labeled-response\r\n"
              "@batch=r :irc.test 1\r\n"
              "@batch=r :irc.test 2\r\n"
              ":irc.test BATCH -r\r\n");
}

TEST(LabelledReplyTest, WhatIsTakenEarlyIsInTheSameBatch) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test 1\r\n");
    EXPECT_EQ(reply.take("irc.test", {}), "@label=x :irc.test BATCH +r labeled-response\r\n@batch=r :irc.test 1\r\n");
    reply.add(":irc.test 2\r\n");
    EXPECT_EQ(reply.take("irc.test", {}), "@batch=r :irc.test 2\r\n");
    EXPECT_EQ(reply.finish("irc.test", {}), ":irc.test BATCH -r\r\n");
}

TEST(LabelledReplyTest, AReplyThatIsOneBatchCarriesTheLabelOnIt) {
    LabelledReply reply("x", "r");
    reply.add("@time=now :irc.test BATCH +b1 chathistory #a\r\n@batch=b1 :ana 1\r\n:irc.test BATCH -b1\r\n");
    EXPECT_EQ(reply.finish("irc.test", {}),
              "@label=x;time=now :irc.test BATCH +b1 chathistory #a\r\n"
              "@batch=b1 :ana 1\r\n"
              ":irc.test BATCH -b1\r\n");
}

TEST(LabelledReplyTest, ABatchBesideOtherLinesIsInTheBatchOfTheReply) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test BATCH +b1 chathistory #a\r\n@batch=b1 :ana 1\r\n:irc.test BATCH -b1\r\n:irc.test 2\r\n");
    EXPECT_EQ(reply.finish("irc.test", {}),
              "@label=x :irc.test BATCH +r labeled-response\r\n"
              "@batch=r :irc.test BATCH +b1 chathistory #a\r\n"
              "@batch=b1 :ana 1\r\n"
              "@batch=r :irc.test BATCH -b1\r\n"
              "@batch=r :irc.test 2\r\n"
              ":irc.test BATCH -r\r\n");
}

TEST(LabelledReplyTest, ALineBesideTheBatchIsNotLeftOutOfTheReply) {
    LabelledReply reply("x", "r");
    reply.add(":irc.test BATCH +b1 chathistory #a\r\n:irc.test 2\r\n:irc.test BATCH -b1\r\n");
    EXPECT_TRUE(reply.finish("irc.test", {}).starts_with("@label=x :irc.test BATCH +r labeled-response\r\n"));
}

TEST(LabelledReplyTest, ALabelIsEscaped) {
    LabelledReply reply("a;b c\\", "r");
    EXPECT_EQ(reply.finish("irc.test", {}), "@label=a\\:b\\sc\\\\ :irc.test ACK\r\n");
}

TEST(WithTagTest, ATagIsPutInFront) {
    EXPECT_EQ(with_tag("PING x\r\n", "a=1"), "@a=1 PING x\r\n");
    EXPECT_EQ(with_tag("@b=2 PING x\r\n", "a=1"), "@a=1;b=2 PING x\r\n");
}

}  // namespace
}  // namespace patchcord::irc

#include "msn/wire/offline_mail.hpp"

#include <gtest/gtest.h>

#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

std::string notice(const std::string& type, const std::string& body) {
    return "MIME-Version: 1.0\r\nContent-Type: " + type + "; charset=UTF-8\r\n\r\n" + body;
}

std::string note(const std::string& content) {
    return "<M>" + content + "</M>";
}

const std::string bobs =
    "<T>11</T><S>6</S><RT>2026-01-02T03:04:05.000Z</RT><RS>0</RS><SZ>950</SZ><E>Bob@Example.com</E>"
    "<I>AB-1</I><F>0-9</F><N>=?utf-8?B?Qm9i?=</N>";

// --- what the notification server says

TEST(OfflineMailTest, NoticeSaysWhetherItIsAboutAll) {
    const std::string initial =
        notice("text/x-msmsgsinitialmdatanotification", "Mail-Data:  <MD></MD> \r\nInbox-URL: /cgi-bin/HoTMaiL\r\n");
    const auto first = find_mail_notice(*parse_mime(initial));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->data, "<MD></MD>");
    EXPECT_TRUE(first->complete);
    const std::string later = notice("text/x-msmsgsoimnotification", "Inbox-Unread: 0\nMail-Data: too-large");
    const auto second = find_mail_notice(*parse_mime(later));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->data, "too-large");
    EXPECT_FALSE(second->complete);
    EXPECT_TRUE(parse_mail_data(second->data).too_large);
}

TEST(OfflineMailTest, OtherNoticesAreNone) {
    EXPECT_FALSE(find_mail_notice(*parse_mime(notice("text/x-msmsgsemailnotification", "Mail-Data: <MD></MD>\r\n"))));
    EXPECT_FALSE(find_mail_notice(*parse_mime(notice("text/x-msmsgsoimnotification", "Other: <MD></MD>\r\n"))));
    EXPECT_FALSE(find_mail_notice(*parse_mime(notice("text/x-msmsgsoimnotification", ""))));
}

TEST(OfflineMailTest, NotesAreRead) {
    const MailData data = parse_mail_data("<MD><E><I>0</I><IU>0</IU></E><Q><QTM>1</QTM></Q>" + note(bobs) +
                                          note("<E>a&amp;b@example.com</E><I>2</I>") + "</MD>");
    EXPECT_FALSE(data.too_large);
    ASSERT_EQ(data.notes.size(), 2U);
    EXPECT_EQ(data.notes[0].id, "AB-1");
    EXPECT_EQ(data.notes[0].from, "bob@example.com");
    EXPECT_EQ(data.notes[0].name, "Bob");
    ASSERT_TRUE(data.notes[0].received);
    EXPECT_EQ(chat::unix_seconds(*data.notes[0].received), 1'767'323'045);
    EXPECT_EQ(data.notes[1].from, "a&b@example.com");
    EXPECT_EQ(data.notes[1].received, std::nullopt);
}

TEST(OfflineMailTest, NotesThatAreMalformedOrOfAnotherKindAreLeftOut) {
    const std::string long_id(max_mail_id_bytes + 1, 'x');
    for (const std::string& content :
         {std::string(), std::string("<I>1</I>"), std::string("<E>bob@example.com</E>"),
          std::string("<E>bob</E><I>1</I>"), std::string("<T>0</T><E>bob@example.com</E><I>1</I>"),
          std::string("<E>bob@example.com</E><I>a b</I>"), "<E>bob@example.com</E><I>" + long_id + "</I>",
          std::string("<E>bob@example.com</E><I>1&#10;</I>1")}) {
        const MailData data = parse_mail_data("<MD>" + note(content) + note(bobs) + "</MD>");
        EXPECT_LE(data.notes.size(), 2U);
        EXPECT_EQ(data.notes.back().id, "AB-1") << content;
        const bool blank_at_the_end = content.find("&#10;") != std::string::npos;
        EXPECT_TRUE(blank_at_the_end || data.notes.size() == 1U) << content;
    }
    for (const char* text : {"", "<MD>", "<M>", "<M><M><M>", "</M>", "<MD><M><E>bob@example.com</E><I>1</I>"}) {
        EXPECT_TRUE(parse_mail_data(text).notes.empty()) << text;
    }
}

TEST(OfflineMailTest, NotesAreBounded) {
    std::string many;
    for (std::size_t i = 0; i < max_mail_notes + 5; ++i) many += note(bobs);
    EXPECT_EQ(parse_mail_data(many).notes.size(), max_mail_notes);
}

// --- messages

TEST(OfflineMailTest, MailIsRead) {
    const auto mail = parse_offline_mail(
        "X-Message-Info: x\nReceived: from a by b;\n\t 01 Jan 2026\nFrom: =?utf-8?B?Qm/Dtg==?= <bob@example.com>\n"
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n"
        "X-OIM-Message-Type: OfflineMessage\nX-OIM-Run-Id: {AB-CD}\nX-OIM-Sequence-Num: 12\n"
        "X-OriginalArrivalTime: 02 Jan 2026 03:04:05.123 (UTC) FILETIME=[0:0]\nDate: 03 Jan 2026 00:00:00 -0800\n\n"
        "aGVs\r\nbG8N\nCndv cmxkDQo=\n");
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->text, "hello\nworld");
    EXPECT_EQ(mail->run, "{AB-CD}");
    EXPECT_EQ(mail->sequence, 12U);
    EXPECT_EQ(mail->name, "Bo\u00f6");
    EXPECT_EQ(chat::unix_seconds(mail->sent_at.value()), 1'767'323'045);
}

TEST(OfflineMailTest, MailMayLackEverythingButAText) {
    const auto mail = parse_offline_mail("Date: 01 Jan 2026 19:04:05 -0800\n\nhello");
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->text, "hello");
    EXPECT_EQ(mail->run, "");
    EXPECT_EQ(mail->sequence, 0U);
    EXPECT_EQ(chat::unix_seconds(mail->sent_at.value()), 1'767'323'045);
    EXPECT_EQ(parse_offline_mail("A: b\n\nhello")->sent_at, std::nullopt);
    EXPECT_EQ(parse_offline_mail("X-OIM-Run-Id: " + std::string(65, 'a') + "\nX-OIM-Sequence-Num: -1\n\nx")->run, "");
}

TEST(OfflineMailTest, MailThatCannotBeShownIsNone) {
    for (const char* text :
         {"", "hello", "A: b\n\n", "A: b\n\n\n\n", "Content-Type: image/gif\n\nGIF",
          "Content-Transfer-Encoding: base64\n\n!!", "Content-Transfer-Encoding: quoted-printable\n\n=41",
          "Content-Type: multipart/mixed\n\n--a"}) {
        EXPECT_FALSE(parse_offline_mail(text)) << text;
    }
}

TEST(OfflineMailTest, TextIsBoundedAndWithoutControls) {
    EXPECT_EQ(parse_offline_mail("A: b\n\n" + std::string(2 * max_offline_text_bytes, 'x'))->text.size(),
              max_offline_text_bytes);
    const std::string dirty("Content-Type: text/plain; charset=utf-8\n\na\0b\ac\xff", 47);
    EXPECT_EQ(parse_offline_mail(dirty)->text, "abc\uFFFD");
    EXPECT_EQ(parse_offline_mail("Content-Type: text/plain; charset=iso-8859-1\n\n\xe4")->text, "\u00e4");
}

TEST(OfflineMailTest, LetterIsReadAsItWasWritten) {
    const std::string text = "hello\nw\u00f6rld " + std::string(500, 'x');
    const std::string letter = format_offline_letter({"AB-CD", 3, text});
    const auto mail = parse_offline_mail(letter);
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->text, text);
    EXPECT_EQ(mail->run, "{AB-CD}");
    EXPECT_EQ(mail->sequence, 3U);
    for (std::size_t at = 0; at < letter.size();) {
        const std::size_t end = std::min(letter.find("\r\n", at), letter.size());
        EXPECT_LE(end - at, 76U);
        at = end + 2;
    }
}

// --- headers

TEST(OfflineMailTest, HeaderWordsAreDecoded) {
    EXPECT_EQ(decode_header_words("=?utf-8?B?Qm9i?="), "Bob");
    EXPECT_EQ(decode_header_words("=?utf-8?b?Qm9i ?="), "Bob");
    EXPECT_EQ(decode_header_words("=?iso-8859-1?Q?J=F6rg_A=2E?="), "J\u00f6rg A.");
    EXPECT_EQ(decode_header_words("=?utf-8?B?Qm9i?= =?utf-8*en?Q?=20B?="), "Bob B");
    EXPECT_EQ(decode_header_words("a =?utf-8?B?Qm9i?= b"), "a Bob b");
    EXPECT_EQ(decode_header_words("Bob"), "Bob");
    EXPECT_EQ(decode_header_words(encode_header_word("J\u00f6rg ?= \U0001f600")), "J\u00f6rg ?= \U0001f600");
}

TEST(OfflineMailTest, WhatIsNoHeaderWordStaysAsItIs) {
    for (const char* text : {"=?", "=??", "=???", "=?utf-8?B", "=?utf-8?B?",
                             "=?utf-8?B?!!?=", "=?utf-8?X?Qm9i?=", "=??B?Qm9i?=", "?=", "=?=?=?="}) {
        EXPECT_EQ(decode_header_words(text), text);
    }
    EXPECT_EQ(decode_header_words("=?utf-8?Q?a=ZZ=4?="), "a=ZZ=4");
    EXPECT_EQ(decode_header_words("=?utf-8?B?YQ1iCmMAZA==?=").find_first_of(std::string("\r\n\0", 3)),
              std::string::npos);
    EXPECT_LE(decode_header_words(std::string(5'000, 'x')).size(), max_name_bytes);
}

}  // namespace
}  // namespace patchcord::msn

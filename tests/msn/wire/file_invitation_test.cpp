#include "msn/wire/file_invitation.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::msn {
namespace {

std::string message_with(const std::string& fields) {
    return "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n" + fields + "\r\n";
}

std::optional<FileInvitation> offered(const std::string& fields) {
    const std::string payload = message_with("Invitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n" + fields);
    return parse_file_invitation(*parse_mime(payload));
}

std::string encode_base64(const std::string& bytes) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    unsigned bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63U];
    }
    if (count > 0) text += alphabet[bits << (6 - count) & 63U];
    return text;
}

/// The structure of 574 bytes that clients send, for a file of 11 bytes.
std::string context(const std::u16string& name) {
    std::string bytes(574, '\0');
    bytes[0] = '\x3E';
    bytes[1] = 2;
    bytes[4] = 2;
    bytes[8] = 11;
    bytes[16] = 1;
    for (std::size_t i = 0; i < name.size(); ++i) {
        bytes[20 + 2 * i] = static_cast<char>(name[i] & 0xFFU);
        bytes[21 + 2 * i] = static_cast<char>(name[i] >> 8U);
    }
    return encode_base64(bytes);
}

TEST(FileInvitationTest, OldInvitationNamesTheFile) {
    EXPECT_EQ(offered("Application-File: my cat.jpg\r\nApplication-FileSize: 12288\r\n"),
              (FileInvitation{"my cat.jpg", 12288}));
    for (const std::string size : {"many", "-1", "12 ", "99999999999999999999", ""}) {
        const auto file = offered("Application-File: x\r\nApplication-FileSize: " + size + "\r\n");
        EXPECT_EQ(file, (FileInvitation{"x", size == "12 " ? std::optional<std::uint64_t>(12) : std::nullopt})) << size;
    }
}

TEST(FileInvitationTest, OtherInvitationsOfferNoFile) {
    EXPECT_FALSE(offered("Application-Name: Voice\r\n"));
    const std::string cancelled = message_with("Invitation-Command: CANCEL\r\nApplication-File: x\r\n");
    EXPECT_FALSE(parse_file_invitation(*parse_mime(cancelled)));
    EXPECT_FALSE(parse_file_invitation(*parse_mime(message_with(""))));
}

TEST(FileInvitationTest, ContextNamesTheFile) {
    EXPECT_EQ(parse_file_context(context(u"hello.txt")), (FileInvitation{"hello.txt", 11}));
    EXPECT_EQ(parse_file_context(context(u"gr\u00FC\u00DFe \U0001F431.txt")),
              (FileInvitation{"gr\u00FC\u00DFe \U0001F431.txt", 11}));
}

TEST(FileInvitationTest, ContextThatIsTooShortNamesNone) {
    EXPECT_FALSE(parse_file_context(""));
    EXPECT_FALSE(parse_file_context("PgIA"));
    EXPECT_FALSE(parse_file_context(context(u"x").insert(4, "\r\n")));
}

TEST(FileInvitationTest, HalfAPairIsReplaced) {
    const std::u16string halves{u'a', static_cast<char16_t>(0xD83D), u'b', static_cast<char16_t>(0xDC31)};
    EXPECT_EQ(parse_file_context(context(halves))->name, "a\uFFFDb\uFFFD");
    EXPECT_EQ(parse_file_context(context(std::u16string(260, static_cast<char16_t>(0xD83D))))->name.size(), 255U);
}

TEST(FileInvitationTest, NameIsOneOfAFileAndNothingElse) {
    const std::pair<std::string, std::string> names[] = {{"C:\\Users\\bob\\cat.jpg", "cat.jpg"},
                                                         {"../../etc/passwd", "passwd"},
                                                         {"a\x01\x02"
                                                          "b",
                                                          "ab"},
                                                         {"dir/", "unnamed"},
                                                         {"\xC3\xA9.txt", "\xC3\xA9.txt"},
                                                         {"\xE9.txt", "\xC3\xA9.txt"}};
    for (const auto& [given, name] : names) {
        EXPECT_EQ(offered("Application-File: " + given + "\r\n")->name, name) << given;
    }
    const std::string longest = offered("Application-File: " + std::string(254, 'x') + "\xC3\xA9\r\n")->name;
    EXPECT_EQ(longest, std::string(254, 'x')) << "cut between characters";
}

TEST(FileInvitationTest, NameLooksLikeWhatItIs) {
    EXPECT_EQ(offered("Application-File: \u202Egpj.exe\r\n")->name, "gpj.exe");
    EXPECT_EQ(offered("Application-File: \u2066a\u200Bb\uFEFF.txt\r\n")->name, "ab.txt");
    EXPECT_EQ(offered("Application-File: \u200B\r\n")->name, "unnamed");
    EXPECT_EQ(offered("Application-File: \U0001F469\u200D\U0001F467.jp\u200Dg\r\n")->name,
              "\U0001F469\u200D\U0001F467.jpg");
}

TEST(FileInvitationTest, SizeIsForPeople) {
    EXPECT_EQ(describe({"a.txt", std::nullopt}),
              "offers a file: a.txt, which cannot be had in a conversation of several");
    EXPECT_EQ(describe({"a.txt", 11}), "offers a file: a.txt (11 B), which cannot be had in a conversation of several");
    EXPECT_EQ(describe({"a.txt", 12'600}),
              "offers a file: a.txt (12 KiB), which cannot be had in a conversation of several");
    EXPECT_EQ(describe({"a.txt", 5'300'000}),
              "offers a file: a.txt (5 MiB), which cannot be had in a conversation of several");
}

TEST(FileInvitationTest, AContextIsWrittenAsClientsDo) {
    const std::string written = format_file_context("hello.txt", 11);
    EXPECT_EQ(written.size(), 768U);
    EXPECT_TRUE(written.starts_with("PgIAAAIAAAALAAAAAAAAAAEAAABoAGUAbABsAG8ALgB0AHgAdAAAAAAAAAAAAAAA")) << written;
    EXPECT_TRUE(written.ends_with("AAAAAAA/////w==")) << written;
    EXPECT_EQ(parse_file_context(written), (FileInvitation{"hello.txt", 11}));
}

TEST(FileInvitationTest, AContextThatIsWrittenIsReadWhateverTheName) {
    const std::string big = std::string(240, 'x') + ".tar.gz";
    for (const std::string name : {"\xC3\xA4.txt", "\xF0\x9F\x90\xB1\xF0\x9F\x90\xB1.png", big.c_str(), "x"}) {
        EXPECT_EQ(parse_file_context(format_file_context(name, 0xFFFF'FFFF'FFFF)),
                  (FileInvitation{name, 0xFFFF'FFFF'FFFF}));
    }
    EXPECT_EQ(parse_file_context(format_file_context("../../etc/passwd", 1)), (FileInvitation{"passwd", 1}));
}

}  // namespace
}  // namespace patchcord::msn

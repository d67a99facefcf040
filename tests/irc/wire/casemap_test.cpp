#include "irc/wire/casemap.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

const chat::FoldTable& ascii() {
    return fold_table(Casemapping::ascii);
}
const chat::FoldTable& rfc1459() {
    return fold_table(Casemapping::rfc1459);
}

TEST(CasemapTest, AsciiFoldsTheLettersAndNothingElse) {
    EXPECT_EQ(chat::folded("AZaz09[]\\~{}|^@`", ascii()), "azaz09[]\\~{}|^@`");
}

TEST(CasemapTest, Rfc1459AlsoFoldsTheFourScandinavianLetters) {
    EXPECT_EQ(chat::folded("AZ[]\\~{}|^@`_", rfc1459()), "az{}|^{}|^@`_");
}

TEST(CasemapTest, BytesAboveAsciiNeverFold) {
    for (int byte = 0x80; byte <= 0xFF; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        EXPECT_EQ(chat::folded(text, ascii()), text);
        EXPECT_EQ(chat::folded(text, rfc1459()), text);
    }
}

TEST(CasemapTest, FoldingTwiceChangesNothingMore) {
    for (const chat::FoldTable* table : {&ascii(), &rfc1459()}) {
        for (const char folded : *table) EXPECT_EQ((*table)[static_cast<unsigned char>(folded)], folded);
    }
}

TEST(CasemapTest, TheNameOfEachMappingReadsBackAsTheMapping) {
    for (const Casemapping mapping : {Casemapping::ascii, Casemapping::rfc1459}) {
        EXPECT_EQ(parse_casemapping(format_casemapping(mapping)), mapping);
    }
    EXPECT_EQ(format_casemapping(Casemapping::ascii), "ascii");
    EXPECT_EQ(format_casemapping(Casemapping::rfc1459), "rfc1459");
}

TEST(CasemapTest, MappingsNotServedAreRefused) {
    EXPECT_FALSE(parse_casemapping(""));
    EXPECT_FALSE(parse_casemapping("rfc1459-strict"));
    EXPECT_FALSE(parse_casemapping("rfc7613"));
}

}  // namespace
}  // namespace patchcord::irc

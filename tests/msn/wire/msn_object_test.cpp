#include "msn/wire/msn_object.hpp"

#include <gtest/gtest.h>
#include <string>

#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

const std::string picture =
    R"(<msnobj Creator="bob@example.com" Size="7" Type="3" Location="TFR1.dat" Friendly="AAA=" )"
    R"(SHA1D="EauWsvSkKIGXsFwwiYnlVjjBQGE=" SHA1C="kD7DPz1vVBsNfDYIupIs51GtxHU="/>)";

std::optional<MsnObject> parse(const std::string& text) {
    return parse_msn_object(percent_encode(text));
}

/// The picture with something in place of something else.
std::string with(const std::string& old_words, const std::string& new_words) {
    std::string text = picture;
    const std::size_t at = text.find(old_words);
    EXPECT_NE(at, std::string::npos) << old_words;
    return text.replace(at, old_words.size(), new_words);
}

TEST(MsnObjectTest, APictureIsReadAsItsPresenceDescribesIt) {
    const auto object = parse(picture);
    ASSERT_TRUE(object);
    EXPECT_EQ(object->size, 7U);
    EXPECT_EQ(object->type, display_picture);
    EXPECT_EQ(object->digest, "\x11\xAB\x96\xB2\xF4\xA4\x28\x81\x97\xB0\x5C\x30\x89\x89\xE5\x56\x38\xC1\x40\x61");
    EXPECT_EQ(object->text, picture);
}

TEST(MsnObjectTest, WhatClientsLeaveOutOrAddDoesNoHarm) {
    EXPECT_TRUE(parse(with(R"( SHA1C="kD7DPz1vVBsNfDYIupIs51GtxHU=")", "")));
    EXPECT_TRUE(parse(with("/>", R"( contenttype="D" contentid="1"/>)")));
    EXPECT_TRUE(parse(with("/>", " />")));
    EXPECT_TRUE(parse(with("AAA=", "")));
    EXPECT_TRUE(parse(with("EauWsvSkKIGXsFwwiYnlVjjBQGE=", "EauWsvSkKIGXsFwwiYnlVjjBQGE"))) << "without padding";
}

TEST(MsnObjectTest, EmoticonsAreObjectsOfAnotherType) {
    const auto object = parse(with(R"(Type="3")", R"(Type="2")"));
    ASSERT_TRUE(object);
    EXPECT_EQ(object->type, 2U);
}

TEST(MsnObjectTest, WhatIsNotOneElementIsNone) {
    for (const std::string& text :
         {std::string(), std::string("0"), std::string("<msnobj/>"), std::string("<msnobj />"), picture + " ",
          picture + picture, " " + picture, with("/>", ">"), with("/>", "></msnobj>"), with("<msnobj", "<msnobject"),
          with("<msnobj ", "<msnobj"), with(R"(Type="3")", "Type=3"), with(R"(Type="3")", "Type='3'"),
          with(R"(Type="3")", R"(Ty pe="3")"), with("TFR1.dat", "a<b"), with("TFR1.dat", "a>b"),
          with("TFR1.dat", std::string("a\0b", 3)), with("TFR1.dat", "a\nb"), with("\"/>", "/>")}) {
        EXPECT_FALSE(parse(text)) << text;
    }
}

TEST(MsnObjectTest, WhatLacksOrMisstatesSomethingIsNone) {
    for (const std::string& text :
         {with("Size=\"7\" ", ""), with(R"(Size="7")", R"(Size="0")"), with(R"(Size="7")", R"(Size="-7")"),
          with(R"(Size="7")", R"(Size="99999999999")"), with("Type=\"3\" ", ""), with(R"(Type="3")", R"(Type="x")"),
          with("bob@example.com", ""), with("SHA1D", "SHA2D"), with("EauWsvSkKIGXsFwwiYnlVjjBQGE=", "EauWsvSkKIGX"),
          with("EauWsvSkKIGXsFwwiYnlVjjBQGE=", "EauWsvSkKIGXsFwwiYnlVjjBQGFFFF=="),
          with("EauWsvSkKIGXsFwwiYnlVjjBQGE=", "EauWsvSkKIG XsFwwiYnlVjjBQGE="), with("Location", "Size"),
          with("/>", R"( Size="8"/>)")}) {
        EXPECT_FALSE(parse(text)) << text;
    }
}

TEST(MsnObjectTest, ItsLengthAndWhatIsInItAreBounded) {
    EXPECT_FALSE(parse_msn_object(percent_encode(with("TFR1.dat", std::string(max_object_bytes, 'x')))));
    std::string many;
    for (int i = 0; i < 30; ++i) many += " a" + std::to_string(i) + "=\"\"";
    EXPECT_FALSE(parse(with("/>", many + "/>")));
}

}  // namespace
}  // namespace patchcord::msn

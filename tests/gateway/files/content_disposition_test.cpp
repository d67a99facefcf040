#include "gateway/files/content_disposition.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

TEST(ContentDispositionTest, ANameIsGivenInBothForms) {
    EXPECT_EQ(format_attachment("cat.png"), "attachment; filename=\"cat.png\"; filename*=UTF-8''cat.png");
    EXPECT_EQ(format_attachment("a\"b\\c\r\n%.txt"),
              "attachment; filename=\"a_b_c___.txt\"; filename*=UTF-8''a%22b%5Cc%0D%0A%25.txt");
    EXPECT_EQ(format_attachment("\xE4\xBD\xA0.txt"), "attachment; filename=\"_.txt\"; filename*=UTF-8''%E4%BD%A0.txt");
}

TEST(ContentDispositionTest, ANameIsReadInBothForms) {
    EXPECT_EQ(file_name_in("attachment; filename=cat.png"), "cat.png");
    EXPECT_EQ(file_name_in("attachment;FileName = \"a; b.png\" ; x=y"), "a; b.png");
    EXPECT_EQ(file_name_in("form-data; name=\"filename\"; filename=\"a\\\"b\""), "a\"b");
    EXPECT_EQ(file_name_in("attachment; filename=\"C:\\dir\\cat.png\""), "C:\\dir\\cat.png") << "as browsers send it";
    EXPECT_EQ(file_name_in("attachment; filename=\"old\"; filename*=UTF-8'en'n%C3%A4.txt"), "n\xC3\xA4.txt");
    EXPECT_EQ(file_name_in("attachment; filename*=utf-8''n%C3%A4.txt; filename=old"), "n\xC3\xA4.txt");
    EXPECT_EQ(file_name_in("attachment; filename*=latin1''n%E4; filename=old"), "old");
    EXPECT_EQ(file_name_in("attachment; filename*=UTF-8''%zz; filename=old"), "old");
    for (const char* none : {"", "attachment", "attachment;", "attachment; filename",
                             "attachment; filename=", "filename=x", "attachment; filename=\"", ";;;=;", "; x=\"a\\"})
        EXPECT_EQ(file_name_in(none), "") << none;
}

TEST(ContentDispositionTest, OnlyWhatNoProgramRunsIsCalledByItsName) {
    EXPECT_EQ(content_type_of("cat.PNG"), "image/png");
    EXPECT_EQ(content_type_of("cat.jpeg"), "image/jpeg");
    EXPECT_EQ(content_type_of("a.txt"), "text/plain; charset=utf-8");
    for (const char* name : {"x.html", "x.svg", "x.xhtml", "x.pdf", "x.js", "x.png.html", "png", ""})
        EXPECT_EQ(content_type_of(name), "application/octet-stream") << name;
}

}  // namespace
}  // namespace patchcord::gateway

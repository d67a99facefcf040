#include "gateway/files/multipart.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

/// "name: bytes", or "bad", or "none".
std::string read(std::string_view form, std::size_t chunk) {
    std::string read_name;
    std::string bytes;
    MultipartReader reader(
        "b1", {[&](const std::string& name) { read_name = name; }, [&](std::string_view piece) { bytes += piece; }});
    for (; !form.empty(); form.remove_prefix(std::min(chunk, form.size()))) {
        if (!reader.feed(form.substr(0, chunk))) return "bad";
    }
    return reader.has_file() ? read_name + ": " + bytes : "none";
}

std::string read_in_all_cuts(const std::string& form) {
    const std::string whole = read(form, form.size());
    for (std::size_t chunk = 1; chunk < form.size(); ++chunk) EXPECT_EQ(read(form, chunk), whole) << chunk;
    return whole;
}

std::string part(std::string_view disposition, std::string_view content) {
    return "--b1\r\nContent-Disposition: form-data; " + std::string(disposition) + "\r\nContent-Type: x/y\r\n\r\n" +
           std::string(content) + "\r\n";
}

TEST(MultipartReaderTest, TheFirstFileIsTakenOut) {
    EXPECT_EQ(read_in_all_cuts(part("name=\"a\"; filename=\"cat.png\"", "hello") + "--b1--\r\n"), "cat.png: hello");
    EXPECT_EQ(
        read_in_all_cuts("preamble\r\n" + part("name=\"note\"", "word") + part("name=\"a\"; filename=\"one\"", "1") +
                         part("name=\"b\"; filename=\"two\"", "2") + "--b1--\r\n"),
        "one: 1");
    EXPECT_EQ(read_in_all_cuts(part("name=\"a\"; filename=\"empty\"", "") + "--b1--"), "empty: ");
}

TEST(MultipartReaderTest, WhatLooksLikeABoundaryAndIsNoneBelongsToTheFile) {
    const std::string content = "a\r\n--b\r\n\r\n--b2--\r\r\n-\r\n";
    EXPECT_EQ(read_in_all_cuts(part("filename=f", content) + "--b1--\r\n"), "f: " + content);
}

TEST(MultipartReaderTest, AFormThatEndsTooEarlyHasNoFile) {
    EXPECT_EQ(read_in_all_cuts(part("filename=f", "hello")), "none");
    EXPECT_EQ(read_in_all_cuts("nothing"), "none");
    EXPECT_EQ(read_in_all_cuts("--b1--\r\n"), "bad");
    EXPECT_EQ(read_in_all_cuts(part("name=a; filename=\"\"", "") + "--b1--\r\n"), "bad");
    EXPECT_EQ(read("--b1\r\nX: " + std::string(10'000, 'x'), 100), "bad");
}

TEST(MultipartReaderTest, AHeaderThatIsTooLongIsRefusedInWhateverCutsItComes) {
    const std::string padding = "X: " + std::string(5'000, 'x') + "\r\n";
    const std::string form = "--b1\r\n" + padding + "Content-Disposition: form-data; filename=f\r\n\r\nx\r\n--b1--";
    EXPECT_EQ(read(form, 100), "bad");
    EXPECT_EQ(read(form, form.size()), "bad");
}

TEST(MultipartReaderTest, TheBoundaryIsInTheHeader) {
    EXPECT_EQ(MultipartReader::boundary_in("multipart/form-data; boundary=b1"), "b1");
    EXPECT_EQ(MultipartReader::boundary_in("Multipart/Form-Data; charset=x; Boundary=\"b 1\"; y=z"), "b 1");
    EXPECT_EQ(MultipartReader::boundary_in("multipart/form-data; boundary=b1;x=y"), "b1");
    for (const char* none : {"", "text/plain; boundary=b1", "multipart/form-data", "multipart/form-data; boundary="})
        EXPECT_EQ(MultipartReader::boundary_in(none), "") << none;
    EXPECT_EQ(MultipartReader::boundary_in("multipart/form-data; boundary=" + std::string(71, 'b')), "");
}

}  // namespace
}  // namespace patchcord::gateway

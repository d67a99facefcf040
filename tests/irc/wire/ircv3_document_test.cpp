#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "irc/wire/caps.hpp"

namespace patchcord::irc {
namespace {

TEST(Ircv3DocumentTest, EveryCapabilityHasARowWithItsSpecification) {
    std::ifstream in(PATCHCORD_SOURCE_DIR "/docs/ircv3.md");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    ASSERT_FALSE(text.empty());
    for (const CapInfo& info : all_caps()) {
        const std::string row = "| [`" + std::string(info.name) + "`](https://ircv3.net/specs/";
        EXPECT_NE(text.find(row), std::string::npos) << info.name;
    }
}

}  // namespace
}  // namespace patchcord::irc

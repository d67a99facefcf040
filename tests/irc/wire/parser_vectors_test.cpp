#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/yaml.h>

#include "chat_core/mask.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/message.hpp"
#include "irc/wire/names.hpp"
#include "irc/wire/source.hpp"
#include "irc/wire/tags.hpp"

// The vectors under tests/data/irc-parser-tests, which many IRC implementations share; their README tells where from.

namespace patchcord::irc {
namespace {

// The cases of one file. A file that cannot be read, or holds none, fails the test that asked.
std::vector<YAML::Node> cases(const std::string& file) {
    const YAML::Node tests = YAML::LoadFile(std::string(PATCHCORD_TEST_DATA) + "/irc-parser-tests/" + file)["tests"];
    std::vector<YAML::Node> out(tests.begin(), tests.end());
    EXPECT_FALSE(out.empty()) << file;
    return out;
}

std::string text_at(const YAML::Node& node, const std::string& key) {
    return node[key].as<std::string>("");
}

std::vector<std::string> list_at(const YAML::Node& node, const std::string& key) {
    return node[key] ? node[key].as<std::vector<std::string>>() : std::vector<std::string>();
}

using Tags = std::map<std::string, std::string>;

Tags tags_at(const YAML::Node& atoms) {
    return atoms["tags"] ? atoms["tags"].as<Tags>() : Tags();
}

Tags read_tags(std::string_view wire) {
    Tags out;
    TagReader reader(wire);
    while (const auto tag = reader.next()) out[std::string(tag->key)] = unescape_tag_value(tag->value);
    for (const auto& [key, value] : out) EXPECT_EQ(find_tag(wire, key), value);
    return out;
}

TEST(ParserVectorsTest, SourcesAreTakenApartAsTheVectorsSay) {
    for (const YAML::Node& test : cases("userhost-split.yaml")) {
        const std::string text = text_at(test, "source");
        SCOPED_TRACE(text);
        const Source source = parse_source(text);
        EXPECT_EQ(source.nick, text_at(test["atoms"], "nick"));
        EXPECT_EQ(source.user, text_at(test["atoms"], "user"));
        EXPECT_EQ(source.host, text_at(test["atoms"], "host"));
        EXPECT_EQ(format_source(source), text);
    }
}

TEST(ParserVectorsTest, HostNamesAreValidAsTheVectorsSay) {
    for (const YAML::Node& test : cases("validate-hostname.yaml")) {
        const std::string host = text_at(test, "host");
        EXPECT_EQ(is_valid_hostname(host), test["valid"].as<bool>()) << '"' << host << '"';
    }
}

TEST(ParserVectorsTest, MasksMatchAsTheVectorsSay) {
    const chat::FoldTable& table = fold_table(Casemapping::ascii);
    for (const YAML::Node& test : cases("mask-match.yaml")) {
        const std::string mask = text_at(test, "mask");
        SCOPED_TRACE(mask);
        for (const std::string& text : list_at(test, "matches"))
            EXPECT_TRUE(chat::matches_mask(mask, text, table)) << text;
        for (const std::string& text : list_at(test, "fails"))
            EXPECT_FALSE(chat::matches_mask(mask, text, table)) << text;
    }
}

TEST(ParserVectorsTest, LinesAreTakenApartAsTheVectorsSay) {
    for (const YAML::Node& test : cases("msg-split.yaml")) {
        const std::string line = text_at(test, "input");
        SCOPED_TRACE(line);
        const auto message = parse_message(line);
        ASSERT_TRUE(message.has_value());
        EXPECT_EQ(read_tags(message->tags), tags_at(test["atoms"]));
        EXPECT_EQ(message->source, text_at(test["atoms"], "source"));
        EXPECT_EQ(message->command, text_at(test["atoms"], "verb"));
        const auto params = message->params();
        EXPECT_EQ(std::vector<std::string>(params.begin(), params.end()), list_at(test["atoms"], "params"));
    }
}

TEST(ParserVectorsTest, LinesArePutTogetherAsTheVectorsAllow) {
    for (const YAML::Node& test : cases("msg-join.yaml")) {
        const YAML::Node atoms = test["atoms"];
        const Tags tags = tags_at(atoms);
        const std::string source = text_at(atoms, "source");
        const std::string command = text_at(atoms, "verb");
        const std::vector<std::string> params = list_at(atoms, "params");
        const std::string line =
            format_message({{tags.begin(), tags.end()}, source, command, {params.begin(), params.end()}});
        const std::vector<std::string> allowed = list_at(test, "matches");
        EXPECT_NE(std::find(allowed.begin(), allowed.end(), line), allowed.end())
            << text_at(test, "desc") << " gave: " << line;
    }
}

}  // namespace
}  // namespace patchcord::irc

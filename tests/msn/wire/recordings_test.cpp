#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/command_framer.hpp"

// Sessions recorded with real MSN software, under tests/data/msn-sessions; their README tells how they are written.

namespace patchcord::msn {
namespace {

namespace fs = std::filesystem;

struct Recording {
    std::string name;  // below the data directory
    std::map<Direction, std::string> streams;
};

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        switch (text.at(++i)) {
            case '\\': out += '\\'; break;
            case 'r': out += '\r'; break;
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'x':
                out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
                i += 2;
                break;
            default: ADD_FAILURE() << "unknown escape in: " << text;
        }
    }
    return out;
}

Recording read(const fs::path& path, const fs::path& root) {
    Recording recording{path.lexically_relative(root).string(), {}};
    std::ifstream in(path, std::ios::binary);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) continue;
        if (line.size() < 3 || (line[0] != 'C' && line[0] != 'S') || (line[1] != ':' && line[1] != '+')) {
            ADD_FAILURE() << recording.name << ": " << line;
            continue;
        }
        const Direction direction = line[0] == 'C' ? Direction::to_server : Direction::to_client;
        recording.streams[direction] += unescape(std::string_view(line).substr(3));
    }
    return recording;
}

std::vector<Recording> recordings() {
    const fs::path root = fs::path(PATCHCORD_TEST_DATA) / "msn-sessions";
    std::vector<Recording> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".txt") found.push_back(read(entry.path(), root));
    }
    std::sort(found.begin(), found.end(),
              [](const Recording& one, const Recording& other) { return one.name < other.name; });
    EXPECT_GE(found.size(), 200U);
    return found;
}

Role role_of(const Recording& recording) {
    return recording.name.find("-ns-") != std::string::npos ? Role::notification : Role::switchboard;
}

struct Framed {
    std::vector<std::string> commands;  // as they would be sent
    std::vector<std::string> verbs;
    FramingError error = FramingError::none;
    std::size_t pending = 0;
    friend bool operator==(const Framed&, const Framed&) = default;
};

Framed frame(Direction direction, std::string_view stream, std::size_t size) {
    CommandFramer framer(direction);
    Framed framed;
    while (!stream.empty() && framer.error() == FramingError::none) {
        const std::string piece(stream.substr(0, size));
        stream.remove_prefix(piece.size());
        framer.feed(piece);
        Command command;
        while (framer.next(command) == CommandFramer::Outcome::command) {
            framed.commands.push_back(format_command(command));
            framed.verbs.emplace_back(command.verb);
        }
        framer.keep();
    }
    framed.error = framer.error();
    framed.pending = framer.pending();
    return framed;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) all += part;
    return all;
}

// What does not simply come back as it was.
struct Oddity {
    FramingError error = FramingError::none;
    std::size_t unframed = 0;            // bytes at the end that are no command
    std::string_view space_behind = {};  // words behind which a line ends with a space
};

using Oddities = std::map<std::pair<std::string, Direction>, Oddity>;

const Oddities& oddities() {
    static const Oddities table{
        // A list entry of MSNP12 in no group: the server sends the empty field.
        {{"bitlbee-1.2.8/012729-245-ns-c.txt", Direction::to_client}, {FramingError::none, 0, " 19 1"}},
        {{"purple-msnp9/014302-308-ns-c.txt", Direction::to_client}, {FramingError::none, 0, " 19 1"}},
        // The client's buffer is too small for its ticket: the line has no end.
        {{"bitlbee-1.2.8/login-fails-long-ticket/012029-219-ns-k.txt", Direction::to_server},
         {FramingError::none, 1023}},
        // A message one byte longer than allowed, sent on purpose.
        {{"escargot/20-errors/010748-104-sb-a.txt", Direction::to_server}, {FramingError::payload_too_long, 1680}},
    };
    return table;
}

// The stream as it comes back when all is right.
std::string expected_stream(std::string stream, const Oddity& odd) {
    stream.resize(stream.size() - odd.unframed);
    if (odd.space_behind.empty()) return stream;
    const std::size_t at = stream.find(std::string(odd.space_behind) + " \r\n");
    EXPECT_NE(at, std::string::npos);
    if (at != std::string::npos) stream.erase(at + odd.space_behind.size(), 1);
    return stream;
}

TEST(RecordingsTest, EverySessionIsFramedAndComesBackByteForByte) {
    std::size_t odd_streams = 0;
    for (const Recording& recording : recordings()) {
        for (const auto& [direction, stream] : recording.streams) {
            SCOPED_TRACE(recording.name + (direction == Direction::to_server ? " C" : " S"));
            const Framed framed = frame(direction, stream, stream.size());
            const auto odd = oddities().find({recording.name, direction});
            odd_streams += odd == oddities().end() ? 0U : 1U;
            const Oddity expected = odd == oddities().end() ? Oddity{} : odd->second;
            EXPECT_EQ(framed.error, expected.error);
            EXPECT_EQ(joined(framed.commands), expected_stream(stream, expected));
        }
    }
    EXPECT_EQ(odd_streams, oddities().size());
}

TEST(RecordingsTest, TheCutMakesNoDifference) {
    for (const Recording& recording : recordings()) {
        for (const auto& [direction, stream] : recording.streams) {
            const Framed whole = frame(direction, stream, stream.size());
            for (const std::size_t size : {1U, 2U, 3U, 7U, 64U, 1448U}) {
                EXPECT_EQ(frame(direction, stream, size), whole) << recording.name << " in pieces of " << size;
            }
        }
    }
}

// ZZZ was sent to see what a server does with it; numbers are error replies.
TEST(RecordingsTest, EveryVerbIsInTheTableOfItsKindOfServer) {
    for (const Recording& recording : recordings()) {
        for (const auto& [direction, stream] : recording.streams) {
            for (const std::string& verb : frame(direction, stream, stream.size()).verbs) {
                const VerbInfo* const info = find_verb(direction, verb);
                if (verb == "ZZZ" || verb.front() <= '9') {
                    EXPECT_EQ(info, nullptr) << verb;
                } else {
                    ASSERT_NE(info, nullptr) << recording.name << ": " << verb;
                    EXPECT_TRUE(info->belongs_to(role_of(recording))) << recording.name << ": " << verb;
                }
            }
        }
    }
}

}  // namespace
}  // namespace patchcord::msn

#include "tests/msn/client/recording_player.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

namespace fs = std::filesystem;

fs::path root() {
    return fs::path(PATCHCORD_TEST_DATA) / "msn-sessions";
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char c = text.at(++i);
        if (c == 'x') {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
    }
    return out;
}

/// Calls `then` for each command in `bytes`.
template <class Then>
void for_each_command(Direction direction, const std::string& bytes, const Then& then) {
    CommandFramer framer(direction);
    framer.feed(bytes);
    Command command;
    while (framer.next(command) == CommandFramer::Outcome::command) then(command);
}

/// Does the first parameter of what a server says with this verb repeat the TrID of a request?
bool answers(std::string_view verb) {
    constexpr std::array<std::string_view, 27> verbs = {"ACK", "ADC", "ADD", "ADG", "ANS", "BLP", "CAL", "CHG", "CVR",
                                                        "GTC", "ILN", "INF", "IRO", "LSG", "LST", "NAK", "PRP", "QRY",
                                                        "REA", "REG", "REM", "RMG", "SYN", "URL", "USR", "UUX", "VER"};
    return verb == "XFR" || parse_error_code(verb) || std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

}  // namespace

std::vector<RecordedStep> read_recording(const std::string& name) {
    std::ifstream in(root() / name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    std::vector<RecordedStep> steps;
    std::chrono::milliseconds now{0};
    for (std::string line; std::getline(in, line);) {
        const std::string_view rest = std::string_view(line).substr(std::min<std::size_t>(3, line.size()));
        if (line.starts_with("C+") || line.starts_with("S+")) {
            steps.back().bytes += unescape(rest);
        } else if (line.starts_with("C:") || line.starts_with("S:")) {
            const auto kind = line.front() == 'C' ? RecordedStep::Kind::client : RecordedStep::Kind::server;
            steps.push_back({kind, unescape(rest), now});
        } else if (const std::size_t time = line.find("t="); time != std::string::npos) {
            now = std::chrono::milliseconds(static_cast<long>(std::stod(line.substr(time + 2)) * 1000));
            const bool end = line.find("closed its side") != std::string::npos;
            steps.push_back({end ? RecordedStep::Kind::end : RecordedStep::Kind::time, {}, now});
        }
    }
    return steps;
}

std::vector<std::string> recordings_in(const std::string& directory, std::string_view kind) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root() / directory)) {
        const std::string name = entry.path().lexically_relative(root()).string();
        const bool wanted = name.find(kind) != std::string::npos && entry.path().extension() == ".txt";
        if (wanted) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string recorded_param(const std::vector<RecordedStep>& steps, std::string_view start, std::size_t index) {
    std::string found;
    for (const RecordedStep& step : steps) {
        if (step.kind != RecordedStep::Kind::client || !step.bytes.starts_with(start) || !found.empty()) continue;
        for_each_command(Direction::to_server, step.bytes,
                         [&](const Command& command) { found = command.param(index); });
    }
    return found;
}

void RecordingPlayer::collect() {
    for_each_command(Direction::to_server, server_.take(), [this](const Command& command) {
        if (command.verb == "PNG") return client_.data_received("QNG\r\n");  // as it always did
        sent_.push_back(format_command(command));
    });
}

void RecordingPlayer::match(const Command& recorded) {
    collect();
    const auto found = std::find_if(sent_.begin(), sent_.end(),
                                    [&](const std::string& line) { return line.starts_with(recorded.verb); });
    if (found == sent_.end()) {
        left_out_.push_back(format_command(recorded));
        return;
    }
    for_each_command(Direction::to_server, *found, [&](const Command& ours) {
        if (ours.trid()) trids_[std::string(recorded.param(0))] = ours.param(0);
    });
    extra_.insert(extra_.end(), sent_.begin(), found);
    sent_.erase(sent_.begin(), found + 1);
}

void RecordingPlayer::say(const std::string& bytes) {
    for_each_command(Direction::to_client, bytes, [&](const Command& command) {
        Command ours;
        ours.verb = command.verb;
        ours.payload = command.payload;
        const std::string_view first = command.param(0);
        const bool numbered = answers(command.verb) && first != "0" && parse_digits(first, 10, 10).has_value();
        const auto known = trids_.find(std::string(first));
        // An answer to what ours did not ask. The lines of a list are numbered up to MSNP7 only, groups never are.
        if (numbered && known == trids_.end() && command.verb != "LSG") return;
        for (const std::string_view param : command.params()) ours.add_param(param);
        if (!numbered || known == trids_.end()) return client_.data_received(format_command(ours));
        Command renumbered;
        renumbered.verb = ours.verb;
        renumbered.payload = ours.payload;
        renumbered.add_param(known->second);
        for (const std::string_view param : ours.params().subspan(1)) renumbered.add_param(param);
        client_.data_received(format_command(renumbered));
    });
}

void RecordingPlayer::play(const std::vector<RecordedStep>& steps, const std::function<void(const Command&)>& drive) {
    const chat::Now begin = scheduler_.now();
    const auto wait_until = [&](std::chrono::milliseconds at) {
        while (scheduler_.now() < begin + at) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(begin + at - scheduler_.now());
            scheduler_.advance(std::min(left, std::chrono::milliseconds(1000)));
            collect();
        }
    };
    client_.connection_made(server_);
    for (const RecordedStep& step : steps) {
        wait_until(step.at);
        if (step.kind == RecordedStep::Kind::server) {
            say(step.bytes);
        } else if (step.kind == RecordedStep::Kind::client) {
            for_each_command(Direction::to_server, step.bytes, [&](const Command& command) {
                if (command.verb == "PNG") return;
                drive(command);
                match(command);
            });
        }
    }
    collect();
    extra_.insert(extra_.end(), sent_.begin(), sent_.end());
    client_.connection_lost({});
}

}  // namespace patchcord::msn

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/msn/client/client_fixture.hpp"

namespace patchcord::msn {

/// One thing that happened on a recorded connection.
struct RecordedStep {
    enum class Kind { client, server, time, end };
    Kind kind = Kind::client;
    std::string bytes;             // of a command, with its payload
    std::chrono::milliseconds at;  // since the beginning
};

/// Reads a file of tests/data/msn-sessions; its README tells how they are written.
std::vector<RecordedStep> read_recording(const std::string& name);
/// All files below a directory there, with `-ns-` or `-sb-` in their names, in alphabetical order.
std::vector<std::string> recordings_in(const std::string& directory, std::string_view kind);
/// The parameter at `index` of the first command of the client's that begins with `start`; empty when there is none.
std::string recorded_param(const std::vector<RecordedStep>& steps, std::string_view start, std::size_t index);

/// Plays the server of a recording to a client of ours.
///
/// What the recorded client did, ours is told to do: `drive` is given each of its commands, in turn, and calls what
/// makes ours send the like. The server's answers then have our TrIDs. When nothing is sent, its answers are left out,
/// too. Time passes as it did.
class RecordingPlayer {
  public:
    RecordingPlayer(tests::ManualScheduler& scheduler, ServerEnd& server, ClientBase& client)
        : scheduler_(scheduler), server_(server), client_(client) {}

    void play(const std::vector<RecordedStep>& steps, const std::function<void(const Command&)>& drive);
    /// What our client sent and the recorded one did not, PNG excepted.
    [[nodiscard]] const std::vector<std::string>& extra() const { return extra_; }
    /// What the recorded client sent and ours did not.
    [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

  private:
    void collect();
    void match(const Command& recorded);
    void say(const std::string& bytes);

    tests::ManualScheduler& scheduler_;
    ServerEnd& server_;
    ClientBase& client_;
    std::vector<std::string> sent_;
    std::map<std::string, std::string> trids_;  // of the recording, ours
    std::vector<std::string> extra_;
    std::vector<std::string> left_out_;
};

}  // namespace patchcord::msn

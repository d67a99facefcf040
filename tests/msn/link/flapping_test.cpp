#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

/// A service whose connections to us break, and whose person answers every call.
class FlappingTest : public LinkTest {
  protected:
    FlappingTest() {
        befriend("ana@example.com", "bob@example.com");
        link();
        settle();
    }

    /// Lets time pass; bob answers whoever calls, and remembers what he heard.
    void pass(std::chrono::seconds time) {
        for (std::chrono::seconds passed{0}; passed < time; ++passed) {
            advance(1s);
            listen();
            note_reports();
        }
    }
    void listen() {
        for (const std::string& ring : tests::matching("RNG", bob_.take())) {
            std::vector<std::string> words;  // RNG session address CKI key caller name
            std::string_view rest = ring;
            while (!rest.empty()) words.emplace_back(take_field(rest, ' '));
            windows_.push_back(open_switchboard());
            windows_.back().send("ANS 1 bob@example.com " + words.at(4) + " " + words.at(1));
        }
        for (MsnClient& window : windows_) {
            for (const std::string& got : tests::matching("MSG ana@example.com", window.take())) {
                ++heard_[got.substr(got.rfind("\r\n\r\n") + 4)];
            }
        }
    }
    /// "undelivered bob: message 7 (why)", or "told bob did not get your message (why): message 7".
    void note_reports() {
        for (const std::string& line : ana_.take()) {
            const std::size_t at = line.find("message ", line.starts_with("undelivered") ? 0 : line.rfind("): "));
            const bool report = line.starts_with("undelivered ") || line.find("did not get your message") != line.npos;
            if (!report || at == std::string::npos) continue;
            const std::size_t end = line.find_first_not_of("0123456789", at + 8);
            ++reported_[line.substr(at, end == std::string::npos ? end : end - at)];
        }
    }
    void cut_switchboards() {
        for (const auto& wire : connector_.wires) {
            const std::string& said = wire->from_client();
            if (said.starts_with("USR") || said.starts_with("ANS")) wire->cut_now();
        }
    }
    void cut_notification() {
        for (const auto& wire : connector_.wires) {
            if (wire->from_client().starts_with("VER")) wire->cut_now();
        }
    }

    Visitor ana_{near_, "ana", profile_of("ana")};
    MsnClient bob_ = come_online("bob@example.com", 12);
    std::vector<MsnClient> windows_;
    std::map<std::string, int> heard_;
    std::map<std::string, int> reported_;
};

TEST_F(FlappingTest, InThreeHoursEveryMessageArrivesOnceOrIsReported) {
    std::mt19937 random(20'260'101);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same faults in every run
    const auto end = scheduler_.now() + 3h;
    std::vector<std::string> accepted;
    int refused = 0;
    for (int number = 0; scheduler_.now() < end; ++number) {
        switch (random() % 8) {
            case 0: cut_notification(); break;
            case 1: cut_switchboards(); break;
            case 2: connector_.failure = std::make_error_code(std::errc::connection_refused); break;
            case 3: connector_.failure = {}; break;
            default: break;
        }
        const std::string text = "message " + std::to_string(number);
        say(ana_, "bob", text);
        if (last_error_) {
            ++refused;  // whoever wrote it knows at once
        } else {
            accepted.push_back(text);
        }
        if (random() % 10 == 0) cut_switchboards();  // before the acknowledgement
        pass(std::chrono::seconds(1 + random() % 20));
    }
    connector_.failure = {};
    pass(1'800s);
    EXPECT_LT(reported_.size() * 4, accepted.size()) << "most arrive in spite of it";
    for (const std::string& text : accepted) {
        EXPECT_LE(heard_[text], 1) << text << " was heard twice";
        EXPECT_LE(reported_[text], 1) << text << " was reported twice";
        EXPECT_GE(heard_[text] + reported_[text], 1) << text << " was lost";
    }
    EXPECT_GT(accepted.size(), 400U);
    EXPECT_LT(refused, static_cast<int>(accepted.size()));
}

}  // namespace
}  // namespace patchcord::msn

// MSNFTP: lines and blocks are cut alike however they come, and both ends of a connection stand whatever the other one
// says.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/file_error.hpp"
#include "msn/transfer/msnftp_stream.hpp"
#include "msn/wire/msnftp.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/test_transport.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;

/// Everything that a stream of lines says.
std::string lines_of(std::string_view stream, std::size_t cut) {
    msn::MsnftpLines lines;
    std::string all;
    while (!stream.empty() && !lines.too_long()) {
        std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        while (const auto line = lines.next(piece)) {
            demand(line->size() <= msn::MsnftpLines::max_bytes, "a line is bounded");
            demand(line->find('\n') == std::string_view::npos, "a line is one");
            if (const auto read = msn::parse_msnftp_line(*line)) all += static_cast<char>(read->verb);
            all.append(*line).append("\n");
        }
    }
    return all + (lines.too_long() ? "too long" : "");
}

std::string blocks_of(std::string_view stream, std::size_t cut) {
    using Event = msn::MsnftpBlocks::Event;
    msn::MsnftpBlocks blocks;
    std::string all;
    while (!stream.empty()) {
        std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        std::string_view data;
        for (Event event = blocks.next(piece, data); event != Event::more; event = blocks.next(piece, data)) {
            if (event == Event::bad) return all + "bad";
            all += event == Event::end ? "end" : std::string(data);
        }
    }
    return all;
}

void check_cuts(std::string_view stream) {
    for (const std::size_t cut : {1U, 2U, 3U, 7U, 100U}) {
        demand(lines_of(stream, cut) == lines_of(stream, stream.size()), "lines do not depend on the cut");
        demand(blocks_of(stream, cut) == blocks_of(stream, stream.size()), "blocks do not depend on the cut");
    }
}

class Wire final : public tests::TestTransport {
  public:
    std::string written;

  private:
    void note(std::string_view bytes) override { written += bytes; }
};

class Owner final : public msn::MsnftpOwner {
  public:
    Owner(std::uint64_t size, bool leaves) : left_(size), leaves_(leaves) {}
    void stream_ready() override {
        demand(!ended, "an end is the end");
        ready = true;
        if (leaves_ && stream != nullptr) stream->leave(chat::FileErrc::cancelled);
    }
    void stream_got(std::string_view bytes) override {
        demand(!ended && ready, "the file comes when all is agreed on");
        demand(bytes.size() <= left_, "no more comes than was announced");
        left_ -= bytes.size();
    }
    void stream_done() override { demand(!ended, "an end is the end"); }
    void stream_ended(std::error_code) override {
        demand(!ended, "an end comes once");
        ended = true;
    }
    msn::MsnftpStream* stream = nullptr;
    bool ready = false;
    bool ended = false;

  private:
    std::uint64_t left_;
    bool leaves_;
};

void play(Script& script) {
    const unsigned how = script.byte();
    const std::uint64_t size = script.byte();
    Owner owner(size, (how & 2U) != 0);
    const auto link = std::make_shared<msn::MsnftpLink>(msn::MsnftpLink{&owner, nullptr, nullptr});
    std::unique_ptr<msn::MsnftpStream> stream;
    if ((how & 1U) != 0) {
        stream = std::make_unique<msn::MsnftpSenderStream>(link, "bob@example.com", 7, size);
    } else {
        stream = std::make_unique<msn::MsnftpReceiverStream>(link, "bob@example.com", 7, size);
    }
    owner.stream = stream.get();
    Wire wire;
    stream->connection_made(wire);
    while (!script.empty()) {
        const unsigned what = script.byte();
        if (what == 0) {
            wire.stall(script.byte());
        } else if (what == 1) {
            wire.drain();
            if (wire.take_drained_wanted()) stream->drained();
        } else if (what == 2) {
            const std::string bytes(script.byte(), 'x');
            demand(stream->take(bytes) <= bytes.size(), "no more is taken than given");
        } else {
            stream->data_received(script.text());
        }
        demand(!owner.ended || wire.closed(), "what has ended is closed");
    }
    demand(wire.written.find("FIL") == std::string::npos || (how & 1U) != 0, "only the sender says how much comes");
    stream->connection_lost({});
    demand(owner.ended || (how & 2U) != 0, "the owner is told");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_cuts({reinterpret_cast<const char*>(data), size});
    Script script(data, size);
    play(script);
    return 0;
}

// A SASL message out in chunks and in again, chunks of a stranger's, and base64 in both directions.

#include <cstdint>
#include <string>
#include <string_view>

#include "irc/wire/base64.hpp"
#include "irc/wire/sasl.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord::irc;
using patchcord::fuzz::demand;
using patchcord::fuzz::Script;

void check_round_trip(std::string_view message) {
    const std::string text = encode_base64(message);
    demand(decode_base64(text) == message, "what is encoded is decoded");
    if (text.size() > SaslResponse::most_bytes) return;
    SaslResponse response;
    const auto chunks = sasl_chunks(text);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        demand(chunks[i].size() <= SaslResponse::chunk_bytes && !chunks[i].empty(), "a chunk is a parameter");
        const bool last = i + 1 == chunks.size();
        const auto state = response.add(chunks[i]);
        demand(state == (last ? SaslResponse::State::complete : SaslResponse::State::more), "the last chunk ends it");
    }
    demand(response.text() == text, "the chunks are the message");
}

/// Chunks up to a byte 0xFF each; one in four is stretched to a full one, which no input would be long enough for.
void check_strangers_chunks(Script script) {
    SaslResponse response;
    std::string expected;
    while (!script.empty()) {
        const bool full = script.byte() % 4 == 0;
        std::string chunk(script.text());
        if (full) chunk.resize(SaslResponse::chunk_bytes, 'A');
        const auto state = response.add(chunk);
        if (chunk != "+" && state != SaslResponse::State::chunk_too_long && state != SaslResponse::State::too_long) {
            expected += chunk;
        }
        demand(response.text() == expected, "what was refused is not kept");
        demand(expected.size() <= SaslResponse::most_bytes, "what is kept is bounded");
        if (state != SaslResponse::State::more) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    check_round_trip(input);
    check_strangers_chunks(Script(data, size));
    if (const auto bytes = decode_base64(input)) demand(encode_base64(*bytes) == input, "there is one way to write it");
    return 0;
}

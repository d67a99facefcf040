// Names of files from strangers: cleaned, into headers and out of them; and uploads, in cuts the input chooses.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/file_name.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/files/content_disposition.hpp"
#include "gateway/files/multipart.hpp"
#include "gateway/files/percent.hpp"
#include "gateway/http/body_framer.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::gateway;
using patchcord::fuzz::demand;
namespace chat = patchcord::chat;

void check_name(std::string_view given) {
    const std::string name = chat::clean_file_name(given);
    demand(!name.empty() && name.size() <= chat::max_file_name_bytes, "a name is there and bounded");
    demand(chat::is_valid_utf8(name), "a name is UTF-8");
    demand(name.find_first_of("/\\<>:\"|?*\r\n\t\x7F") == std::string::npos, "a name is no path and no pattern");
    demand(name.front() != '.' && name.front() != '-', "a name is not hidden and no option");
    demand(chat::without_deceptive(name) == name, "a name shows what it is");

    const std::string header = format_attachment(name);
    for (const char c : header) demand(c >= ' ' && c < 0x7F, "a header is one line of ASCII");
    demand(file_name_in(header) == name, "the name is read out of its header");
}

void check_percent(std::string_view text) {
    const std::string encoded = percent_encode(text);
    demand(encoded.find_first_of(" /\"'\\;?&#\r\n") == std::string::npos, "what is encoded is one part of a path");
    demand(percent_decode(encoded) == text, "percent coding can be undone");
}

struct Upload {
    bool good = true;
    std::string name;
    std::string bytes;
    bool operator==(const Upload&) const = default;
};

/// What a form holds whose boundary is "b".
Upload read_form(std::string_view body, std::size_t cut) {
    Upload upload;
    MultipartReader reader("b", {[&](const std::string& name) { upload.name = name; },
                                 [&](std::string_view bytes) { upload.bytes += bytes; }});
    for (; !body.empty() && upload.good; body.remove_prefix(std::min(cut, body.size()))) {
        upload.good = reader.feed(body.substr(0, cut));
    }
    demand(!reader.has_file() || !upload.name.empty(), "a file has a name");
    return upload;
}

struct Body {
    HttpBodyFramer::Outcome end = HttpBodyFramer::Outcome::nothing;
    std::string bytes;
    std::string rest;
    bool operator==(const Body&) const = default;
};

/// What a body in chunks holds, and what comes behind it.
Body read_chunked(std::string_view input, std::size_t cut) {
    using Outcome = HttpBodyFramer::Outcome;
    HttpBodyFramer framer = HttpBodyFramer::chunked();
    Body body;
    std::string piece;
    while (!input.empty()) {
        body.rest += input.substr(0, cut);
        input.remove_prefix(std::min(cut, input.size()));
        if (body.end != Outcome::nothing) continue;
        Outcome outcome = framer.next(body.rest, piece);
        for (; outcome == Outcome::piece; outcome = framer.next(body.rest, piece)) body.bytes += piece;
        body.end = outcome;
    }
    if (body.end != Outcome::end) body.rest.clear();
    return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t cut = data[0] + std::size_t{1};
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    check_name(text);
    check_percent(text);
    (void)MultipartReader::boundary_in(text);
    (void)file_name_in(text);
    demand(read_form(text, cut) == read_form(text, text.size() + 1), "the cut of a form makes no difference");
    demand(read_chunked(text, cut) == read_chunked(text, text.size() + 1), "the cut of a body makes no difference");
    return 0;
}

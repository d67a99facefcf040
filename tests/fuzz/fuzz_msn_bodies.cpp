// Message bodies and what else MSN sends as text within text: MIME, formats, text, chunks, personal messages, Passport.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/file_name.hpp"
#include "chat_core/utf8.hpp"
#include "msn/wire/base64.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/chunks.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/file_invitation.hpp"
#include "msn/wire/im_format.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/msn_object.hpp"
#include "msn/wire/p2p.hpp"
#include "msn/wire/passport.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/presence_codec.hpp"
#include "msn/wire/slp.hpp"
#include "msn/wire/text_message.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::msn;
using patchcord::fuzz::demand;

void check_text(const MimeMessage& message) {
    const auto text = parse_text(message);
    demand(patchcord::chat::is_valid_utf8(text.text()), "text is UTF-8");
    demand(clean_text(text.text()) == text.text(), "text has no controls");
    std::string joined;
    for (const std::string& payload : format_text(text, {message.body.substr(0, 200)})) {
        demand(payload.size() <= max_message_payload, "a payload fits");
        const auto again = parse_mime(payload);
        demand(again && again->headers.size() <= 4, "a name adds no header");
        demand(parse_text(*again).uniform_style() == text.uniform_style().value_or(patchcord::chat::Style()),
               "a style covers every payload");
        joined += parse_text(*again).text();
    }
    std::string expected = text.text();
    std::erase(expected, '\n');
    std::erase(joined, '\n');
    demand(joined == expected, "the payloads are the text");
}

void check_message(std::string_view payload) {
    const auto message = parse_mime(payload);
    if (!message) return;
    demand(message->headers.size() <= max_mime_headers, "headers are bounded");
    for (const MimeHeader& header : message->headers) {
        demand(header.value.find_first_of("\r\n") == std::string_view::npos, "a value is one line");
    }
    (void)classify(*message);
    check_text(*message);
    if (const auto format = find_header(*message, "X-MMS-IM-Format")) {
        const ImFormat read = parse_im_format(*format);
        demand(parse_im_format(format_im_format(read)) == read, "a format reads back");
    }
    if (const auto parts = format_chunks(payload, "{1}")) {
        for (const std::string& part : *parts) demand(part.size() <= max_message_payload, "a chunk fits");
    }
}

// Messages one after the other, each up to a byte 0xFF, whose first byte says who sends it.
void check_assembler(std::string_view rest) {
    const ChunkLimits limits{.max_bytes = 2000, .max_open = 10, .max_total_bytes = 5000};
    ChunkAssembler assembler(limits);
    patchcord::chat::Now now{};
    while (!rest.empty()) {
        const std::string_view step = take_field(rest, '\xFF');
        const auto message = parse_mime(step.substr(step.empty() ? 0 : 1));
        if (message && is_chunk(*message)) {
            const auto result = assembler.add(step.substr(0, 1), *message, now);
            demand(result.payload.empty() || result.outcome == ChunkAssembler::Outcome::complete, "whole or nothing");
        }
        now += std::chrono::seconds(7);
        assembler.expire(now);
        demand(assembler.open() <= limits.max_open, "open messages are bounded");
        demand(assembler.kept_bytes() <= limits.max_total_bytes, "what is kept is bounded");
    }
    assembler.expire(now + limits.lifetime);
    demand(assembler.open() == 0 && assembler.kept_bytes() == 0, "nothing is kept for ever");
}

void check_personal_message(std::string_view payload) {
    const PersonalMessage message = parse_personal_message(payload);
    demand(one_line(message.text) == message.text, "a personal message is one line");
    demand(message.text.size() <= max_personal_message_bytes, "a personal message is bounded");
    demand(parse_personal_message(format_personal_message(message)) == message, "a personal message reads back");
}

void check_file(const std::optional<FileInvitation>& file) {
    if (!file) return;
    demand(!file->name.empty() && file->name.size() <= patchcord::chat::max_file_name_bytes, "a file has a name");
    demand(one_line(file->name) == file->name && patchcord::chat::is_valid_utf8(file->name), "a name is one line");
    demand(file->name.find_first_of("/\\") == std::string::npos, "a name has no path");
}

void check_object(std::string_view param) {
    const auto object = parse_msn_object(param);
    if (!object) return;
    demand(object->text.size() <= max_object_bytes, "an object is bounded");
    demand(object->size > 0 && object->digest.size() == 20, "an object can be fetched and looked at");
    const auto again = parse_msn_object(percent_encode(object->text));
    demand(percent_encode(object->text).size() > max_object_bytes || again == object, "an object reads back");
}

void check_slp(std::string_view text) {
    const auto request = parse_slp_request(text);
    if (!request) return;
    check_file(parse_file_context(request->context));
    check_object(decode_base64(request->context, max_object_bytes).value_or(""));
    const std::string answer = format_slp_decline(*request, "ana@irc.msn.test", "bob@example.com");
    demand(answer.ends_with('\0') && answer.size() < max_p2p_data_bytes, "an answer fits one piece");
    demand(!parse_slp_request(answer), "an answer is no request");
}

// Pieces one after the other, each up to "\xFF\xFF", and a message as it is.
void check_p2p(std::string_view rest) {
    check_slp(rest);
    check_file(parse_file_context(rest));
    if (const auto mime = parse_mime(rest)) check_file(parse_file_invitation(*mime));
    SlpAssembler assembler;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find("\xFF\xFF"), rest.size());
        if (const auto piece = parse_p2p(rest.substr(0, end))) {
            demand(piece->data.size() == piece->header.length, "a piece is as long as it says");
            const auto ack = parse_p2p(format_p2p_ack(piece->header, 7));
            demand(ack && ack->header.ack_id == piece->header.identifier, "an acknowledgement reads back");
            if (const auto message = assembler.add(*piece)) check_slp(*message);
            demand(assembler.kept_bytes() <= max_slp_bytes, "what is kept is bounded");
        }
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
}

void check_passport(std::string_view header) {
    if (const auto request = parse_passport_request(header)) {
        const auto again = parse_passport_request(format_passport_request(*request));
        demand(again && again->sign_in == request->sign_in && again->password == request->password,
               "a request reads back");
    }
    if (const auto answer = parse_passport_answer(header)) {
        demand(one_line(answer->reason) == answer->reason, "a reason is one line");
        demand(answer->ticket.find_first_of(" \r\n'") == std::string::npos, "a ticket is a parameter");
        (void)parse_ticket(answer->ticket);
    }
    if (const auto url = parse_passport_urls(header)) demand(one_line(*url) == *url, "an address is one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    check_message(input);
    check_assembler(input);
    check_personal_message(input);
    check_p2p(input);
    check_object(input);
    check_passport(input);
    return 0;
}

#include "msn/wire/chunks.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t max_message_id_bytes = 64;
constexpr std::size_t least_chunk_payload = 1024;
constexpr std::size_t number_bytes = std::string_view("Chunks: 64\r\n\r\n").size();
constexpr std::size_t longest_sequence = 4;  // of UTF-8

bool about_chunks(const MimeHeader& header) {
    return same_word(header.name, "Message-ID") || same_word(header.name, "Chunks") || same_word(header.name, "Chunk");
}

std::string headers_without_chunks(const MimeMessage& message) {
    std::string headers;
    MimeBuilder builder(headers);
    for (const MimeHeader& header : message.headers) {
        if (!about_chunks(header)) builder.header(header.name, header.value);
    }
    return headers;
}

// Where a chunk of at most `limit` bytes ends: between code points and not between CR and LF.
std::size_t chunk_end(std::string_view body, std::size_t limit) {
    if (body.size() <= limit) return body.size();
    std::size_t end = chat::code_point_border(body, limit);
    if (end > 1 && body[end - 1] == '\r' && body[end] == '\n') --end;
    return end > 0 ? end : limit;
}

// The bodies of the chunks: the first at most `first_limit` bytes, the others `limit`.
std::vector<std::string_view> cut(std::string_view body, std::size_t first_limit, std::size_t limit) {
    std::vector<std::string_view> bodies;
    do {
        const std::size_t end = chunk_end(body, bodies.empty() ? first_limit : limit);
        bodies.push_back(body.substr(0, end));
        body.remove_prefix(end);
    } while (!body.empty());
    return bodies;
}

}  // namespace

bool is_chunk(const MimeMessage& message) {
    return find_header(message, "Message-ID") && (find_header(message, "Chunks") || find_header(message, "Chunk"));
}

struct ChunkAssembler::Part {
    std::size_t index = 0;
    std::size_t count = 0;  // 0: not the first
    std::string headers;
    std::string_view body;

    [[nodiscard]] std::size_t bytes() const { return headers.size() + body.size(); }
};

std::optional<ChunkAssembler::Part> ChunkAssembler::read_part(const MimeMessage& message, std::size_t max_chunks) {
    constexpr std::size_t max_digits = 6;
    Part part;
    part.body = message.body;
    if (const auto index = find_header(message, "Chunk")) {
        const auto number = parse_digits(*index, 10, max_digits);
        if (!number || *number == 0 || *number >= max_chunks) return std::nullopt;
        part.index = *number;
        return part;
    }
    const auto count = parse_digits(find_header(message, "Chunks").value_or(""), 10, max_digits);
    if (!count || *count == 0 || *count > max_chunks) return std::nullopt;
    part.count = *count;
    part.headers = headers_without_chunks(message);
    return part;
}

std::string ChunkAssembler::payload_of(const Open& open) {
    std::string body;
    for (const auto& [index, part] : open.parts) body += part;
    std::string payload = open.headers;
    MimeBuilder(payload).body(body);
    return payload;
}

ChunkAssembler::Open* ChunkAssembler::find_or_begin(const Key& key, chat::Now now) {
    const auto known = open_.find(key);
    if (known != open_.end()) return &known->second;
    std::size_t of_sender = 0;
    for (auto it = open_.lower_bound({key.first, {}}); it != open_.end() && it->first.first == key.first; ++it)
        ++of_sender;
    if (open_.size() >= limits_.max_open || of_sender >= limits_.max_open_per_sender) return nullptr;
    Open& open = open_[key];
    open.begun = now;
    return &open;
}

bool ChunkAssembler::fits(const Open& open, const Part& part) const {
    if (open.bytes + part.bytes() > limits_.max_bytes) return false;
    if (total_bytes_ + part.bytes() > limits_.max_total_bytes) return false;
    const std::size_t count = std::max(open.count, part.count);
    if (count == 0) return true;
    const std::size_t highest = open.parts.empty() ? 0 : open.parts.rbegin()->first;
    return std::max(highest, part.index) < count;
}

void ChunkAssembler::give_up(Open& open) {
    total_bytes_ -= open.bytes;
    const chat::Now begun = open.begun;
    open = Open();
    open.begun = begun;
    open.given_up = true;
}

ChunkAssembler::Result ChunkAssembler::add(std::string_view sender, const MimeMessage& part, chat::Now now) {
    const std::string_view id = find_header(part, "Message-ID").value_or("");
    auto read = read_part(part, limits_.max_chunks);
    if (!read || id.empty() || id.size() > max_message_id_bytes) return {};
    const Key key{std::string(sender), std::string(id)};
    Open* open = find_or_begin(key, now);
    if (open == nullptr || open->given_up || open->parts.contains(read->index)) return {};
    if (!fits(*open, *read)) {
        give_up(*open);
        return {};
    }
    open->bytes += read->bytes();
    total_bytes_ += read->bytes();
    open->parts.emplace(read->index, read->body);
    if (read->count > 0) {
        open->count = read->count;
        open->headers = std::move(read->headers);
    }
    if (open->parts.size() != open->count) return {Outcome::waiting, {}};
    Result result{Outcome::complete, payload_of(*open)};
    total_bytes_ -= open->bytes;
    open_.erase(key);
    return result;
}

std::vector<ChunkAssembler::Incomplete> ChunkAssembler::expire(chat::Now now) {
    std::vector<Incomplete> incomplete;
    for (auto it = open_.begin(); it != open_.end();) {
        const Open& open = it->second;
        if (now - open.begun < limits_.lifetime) {
            ++it;
            continue;
        }
        if (open.count > 0) incomplete.push_back({it->first.first, payload_of(open)});
        total_bytes_ -= open.bytes;
        it = open_.erase(it);
    }
    return incomplete;
}

std::optional<chat::Now> ChunkAssembler::next_expiry() const {
    const auto first = std::min_element(open_.begin(), open_.end(), [](const auto& left, const auto& right) {
        return left.second.begun < right.second.begun;
    });
    if (first == open_.end()) return std::nullopt;
    return first->second.begun + limits_.lifetime;
}

std::optional<std::vector<std::string>> format_chunks(std::string_view payload, std::string_view message_id,
                                                      std::size_t max_payload) {
    max_payload = std::max(max_payload, least_chunk_payload);
    if (payload.size() <= max_payload) return std::vector<std::string>{std::string(payload)};
    const auto message = parse_mime(payload);
    const ChunkLimits limits;
    if (!message || payload.size() > limits.max_bytes || message_id.size() > max_message_id_bytes) return std::nullopt;

    std::string other;
    MimeBuilder(other).header("Message-ID", message_id);
    const std::string first = headers_without_chunks(*message) + other;
    if (first.size() + number_bytes + longest_sequence > max_payload) return std::nullopt;
    const auto bodies =
        cut(message->body, max_payload - first.size() - number_bytes, max_payload - other.size() - number_bytes);
    if (bodies.size() > limits.max_chunks) return std::nullopt;

    std::vector<std::string> parts;
    for (const std::string_view body : bodies) {
        std::string& part = parts.emplace_back(parts.empty() ? first : other);
        const bool is_first = parts.size() == 1;
        MimeBuilder(part)
            .header(is_first ? "Chunks" : "Chunk", std::to_string(is_first ? bodies.size() : parts.size() - 1))
            .body(body);
    }
    return parts;
}

}  // namespace patchcord::msn

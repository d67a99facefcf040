#include "msn/wire/control_message.hpp"

#include <array>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::string_view control_type = "text/x-msmsgscontrol";
constexpr std::string_view datacast_type = "text/x-msnmsgr-datacast";

struct TypeRow {
    std::string_view type;
    BodyKind kind;
};

constexpr std::array<TypeRow, 15> types = {{{"text/plain", BodyKind::text},
                                            {"text/x-clientcaps", BodyKind::client_caps},
                                            {"text/x-msmsgsinvite", BodyKind::invitation},
                                            {"application/x-msnmsgrp2p", BodyKind::p2p},
                                            {"text/x-mms-emoticon", BodyKind::emoticon},
                                            {"text/x-mms-animemoticon", BodyKind::emoticon},
                                            {"image/gif", BodyKind::ink},
                                            {"application/x-ms-ink", BodyKind::ink},
                                            {"text/x-msmsgsprofile", BodyKind::profile},
                                            {"text/x-msmsgsinitialemailnotification", BodyKind::notification},
                                            {"text/x-msmsgsinitialmdatanotification", BodyKind::notification},
                                            {"text/x-msmsgsemailnotification", BodyKind::notification},
                                            {"text/x-msmsgsactivemailnotification", BodyKind::notification},
                                            {"text/x-msmsgsoimnotification", BodyKind::notification},
                                            {"application/x-msmsgssystemmessage", BodyKind::notification}}};

void append_field(std::string& body, std::string_view name, std::string_view value) {
    body.append(name).append(": ").append(one_line(value)).append("\r\n");
}

// A body that is a list of fields itself, ended by an empty line.
std::string payload_of(std::string_view type, const std::string& fields) {
    std::string payload;
    MimeBuilder(payload).content_type(type).body(fields + "\r\n");
    return payload;
}

}  // namespace

BodyKind classify(const MimeMessage& message) {
    const std::string_view type = content_type(message).type;
    for (const TypeRow& row : types) {
        if (same_word(row.type, type)) return row.kind;
    }
    if (parse_typing(message)) return BodyKind::typing;
    if (const auto datacast = parse_datacast(message)) {
        return datacast->id == DatacastId::nudge ? BodyKind::nudge : BodyKind::datacast;
    }
    return BodyKind::other;
}

std::optional<std::string_view> parse_typing(const MimeMessage& message) {
    if (!same_word(content_type(message).type, control_type)) return std::nullopt;
    return find_header(message, "TypingUser");
}

std::string format_typing(std::string_view handle) {
    std::string payload;
    MimeBuilder(payload).content_type(control_type).header("TypingUser", handle).body("\r\n");
    return payload;
}

std::optional<Datacast> parse_datacast(const MimeMessage& message) {
    if (!same_word(content_type(message).type, datacast_type)) return std::nullopt;
    const auto fields = parse_mime(message.body);
    if (!fields || !fields->unfolded.empty()) return Datacast();  // nothing that is folded outlives `fields`
    const auto id = parse_digits(find_header(*fields, "ID").value_or(""), 10, 3).value_or(0);
    constexpr auto highest = static_cast<std::uint32_t>(DatacastId::action);
    return Datacast{id <= highest ? static_cast<DatacastId>(id) : DatacastId::unknown,
                    find_header(*fields, "Data").value_or("")};
}

std::string format_datacast(const Datacast& datacast) {
    std::string fields;
    append_field(fields, "ID", std::to_string(static_cast<int>(datacast.id)));
    if (!datacast.data.empty()) append_field(fields, "Data", datacast.data);
    return payload_of(datacast_type, fields);
}

std::string format_client_caps(std::string_view client_name, bool keeps_log) {
    std::string fields;
    append_field(fields, "Client-Name", client_name);
    append_field(fields, "Chat-Logging", keeps_log ? "Y" : "N");
    return payload_of("text/x-clientcaps", fields);
}

}  // namespace patchcord::msn

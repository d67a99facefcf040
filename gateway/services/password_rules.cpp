#include "gateway/services/password_rules.hpp"

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::gateway {

bool may_carry_passwords(const Url& url, bool insecure) {
    return url.secure || insecure || is_loopback_host(url.host);
}

std::string problem_with_redirection(const Url& from, const std::optional<Url>& to) {
    if (!to) return "it sends us to an address that is none";
    if (to->host != from.host) return "it sends us, and the password, to another host";
    if (from.secure && !to->secure) return "it wants the password without TLS";
    return {};
}

bool is_redirection(unsigned status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string shown_words(std::string_view words) {
    std::string text = chat::without_deceptive(msn::one_line(msn::clean_text(words)));
    text.resize(chat::code_point_border(text, max_reason_bytes));
    return text;
}

msn::TicketSource::Ticket no_ticket(const Url& asked, const std::string& why) {
    return {{}, msn::ClientErrc::no_ticket, asked.host + ": " + why};
}

}  // namespace patchcord::gateway

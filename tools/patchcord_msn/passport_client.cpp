#include "tools/patchcord_msn/passport_client.hpp"

#include <boost/beast/http/fields.hpp>

#include "msn/wire/passport.hpp"

namespace patchcord::tools {
namespace {

using msn::ClientErrc;
using Ticket = msn::TicketSource::Ticket;

constexpr std::string_view nexus_path = "/rdr/pprdr.asp";

std::string host_header(const chat::Endpoint& service) {
    const bool numeric_v6 = service.host.find(':') != std::string::npos;
    return (numeric_v6 ? "[" + service.host + "]" : service.host) + ":" + std::to_string(service.port);
}

/// The path of an address such as `https://host/path`.
std::string path_of(std::string_view address) {
    const std::size_t scheme_end = address.find("://");
    if (scheme_end != std::string_view::npos) address.remove_prefix(scheme_end + 3);
    const std::size_t slash = address.find('/');
    return slash == std::string_view::npos ? "/" : std::string(address.substr(slash));
}

std::string_view header(const HttpGet::Answer& answer, std::string_view name) {
    const auto value = answer[boost::beast::string_view(name.data(), name.size())];
    return {value.data(), value.size()};
}

Ticket read_ticket(const chat::Result<HttpGet::Answer>& answer) {
    if (!answer) return {{}, ClientErrc::no_ticket, answer.error().message()};
    const bool refused = answer->result_int() == 401;
    const auto said = msn::parse_passport_answer(header(*answer, refused ? "WWW-Authenticate" : "Authentication-Info"));
    if (refused) return {{}, ClientErrc::wrong_password, said ? said->reason : std::string()};
    if (answer->result_int() == 200 && said && said->status == msn::PassportAnswer::Status::success) {
        return {said->ticket, {}, {}};
    }
    return {{}, ClientErrc::no_ticket, "it answered " + std::to_string(answer->result_int())};
}

}  // namespace

PassportClient::PassportClient(chat::Connector& connector, chat::Endpoint service)
    : connector_(connector), service_(std::move(service)) {}

void PassportClient::get(std::string target, std::vector<std::pair<std::string, std::string>> headers,
                         HttpGet::Done done) {
    HttpGetRequest request{host_header(service_), std::move(target), std::move(headers)};
    connector_.connect(service_, chat::Security::plain, std::make_unique<HttpGet>(std::move(request), done),
                       [done](std::error_code why) { done(why); });
}

void PassportClient::get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                                std::function<void(Ticket)> done) {
    const std::string authorization = msn::format_passport_request({handle, password, challenge});
    get(std::string(nexus_path), {}, [=, this](const chat::Result<HttpGet::Answer>& nexus) {
        if (!nexus) return done(read_ticket(nexus.error()));
        const auto login = msn::parse_passport_urls(header(*nexus, msn::passport_urls_header));
        if (!login) return done({{}, ClientErrc::no_ticket, "it does not say where to log in"});
        get(path_of(*login), {{"Authorization", authorization}},
            [done](const chat::Result<HttpGet::Answer>& answer) { done(read_ticket(answer)); });
    });
}

}  // namespace patchcord::tools

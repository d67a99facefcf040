#include "gateway/auth/sasl_plain.hpp"

#include "gateway/auth/login_name.hpp"

namespace patchcord::gateway {

std::optional<PlainCredentials> parse_plain(std::string_view message) {
    const std::size_t first = message.find('\0');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = message.find('\0', first + 1);
    if (second == std::string_view::npos || message.find('\0', second + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    PlainCredentials credentials;
    credentials.acting_for = message.substr(0, first);
    credentials.name = message.substr(first + 1, second - first - 1);
    credentials.password = message.substr(second + 1);
    if (credentials.name.empty() || credentials.password.empty()) return std::nullopt;
    return credentials;
}

bool PlainExchange::is_for_itself(const PlainCredentials& credentials) const {
    const auto account = [this](const std::string& name) { return book_.stored_name(parse_login_name(name).account); };
    return credentials.acting_for.empty() || account(credentials.acting_for) == account(credentials.name);
}

void PlainExchange::respond(std::string message, Done done) {
    auto credentials = parse_plain(message);
    const std::weak_ptr<bool> alive = alive_;
    if (!credentials || !is_for_itself(*credentials)) {
        book_.later([alive, done = std::move(done)] {
            if (!alive.expired()) done({Step::Kind::wrong});
        });
        return;
    }
    const bool may_open = may_open_(credentials->name);
    accounts_.check(
        {std::move(credentials->name), std::move(credentials->password), address_, may_open},
        [alive, done = std::move(done)](chat::AccountVerifier::Answer answer, const chat::AccountIdentity& who) {
            using Answer = chat::AccountVerifier::Answer;
            if (alive.expired()) return;
            if (answer == Answer::right) {
                done({Step::Kind::right, {}, who});
            } else {
                done({answer == Answer::wrong ? Step::Kind::wrong : Step::Kind::busy});
            }
        });
}

}  // namespace patchcord::gateway

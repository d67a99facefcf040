#include "gateway/auth/sasl_scram.hpp"

#include "gateway/auth/login_name.hpp"

namespace patchcord::gateway {

struct ScramExchange::State : std::enable_shared_from_this<State> {
    enum class Next { first, proof, end, nothing };

    State(LoginBook& with, Store& in, std::shared_ptr<const ScramLibrary> library, std::string from)
        : book(with), store(in), server(std::move(library)), address(std::move(from)) {}

    /// Answers when the caller has returned, if somebody waits for it then.
    void answer(const Done& done, Step step) {
        book.later([weak = weak_from_this(), done, step = std::move(step)] {
            if (!weak.expired()) done(step);
        });
    }
    void refuse(const Done& done, Step::Kind why) {
        next = Next::nothing;
        answer(done, {why});
    }

    void take_first(const std::string& message, const Done& done);
    void go_on(const std::string& first, const chat::Result<std::optional<Account>>& found, const Done& done);
    void take_proof(const std::string& message, const Done& done);

    LoginBook& book;
    Store& store;
    ScramServer server;
    std::string address;
    Next next = Next::first;
    chat::AccountIdentity who;
    std::string handle;        // of the account; empty: there is none
    bool has_secrets = false;  // the account's own
};

void ScramExchange::State::take_first(const std::string& message, const Done& done) {
    const auto client = server.read_first(message);
    if (!client) return refuse(done, Step::Kind::wrong);
    const LoginName name = parse_login_name(client->name);
    who = {book.stored_name(name.account), name.device, {}};
    const std::string acting_for = book.stored_name(parse_login_name(client->acting_for).account);
    if (!client->acting_for.empty() && acting_for != who.account) return refuse(done, Step::Kind::wrong);
    next = Next::nothing;  // until the account is found
    store.find_account(who.account,
                       [weak = weak_from_this(), message, done](const chat::Result<std::optional<Account>>& found) {
                           if (const auto self = weak.lock()) self->go_on(message, found, done);
                       });
}

void ScramExchange::State::go_on(const std::string& first, const chat::Result<std::optional<Account>>& found,
                                 const Done& done) {
    if (!found) return refuse(done, Step::Kind::busy);
    ScramSecrets secrets = fake_scram_secrets(store.secret_of_unknown_accounts(), who.account);
    if (*found) {
        handle = (*found)->handle;
        who.made = (*found)->created_at;
        if (const auto own = parse_scram_secrets((*found)->scram)) {
            secrets = *own;
            has_secrets = true;
        }
    }
    auto challenge = server.challenge(first, secrets);
    if (!challenge) return refuse(done, Step::Kind::wrong);
    next = Next::proof;
    answer(done, {Step::Kind::challenge, std::move(*challenge)});
}

void ScramExchange::State::take_proof(const std::string& message, const Done& done) {
    const LoginAttempt attempt{who.account, address};
    if (!book.begin(attempt)) return refuse(done, Step::Kind::busy);
    book.learned(who.account, handle);
    auto proof = server.verify(message);
    if (!proof || !has_secrets) {
        book.wrong(attempt);
        return refuse(done, Step::Kind::wrong);
    }
    book.right(attempt);
    next = Next::end;
    answer(done, {Step::Kind::challenge, std::move(*proof)});
}

ScramExchange::ScramExchange(LoginBook& book, Store& store, std::shared_ptr<const ScramLibrary> library,
                             std::string address)
    : state_(std::make_shared<State>(book, store, std::move(library), std::move(address))) {}

ScramExchange::~ScramExchange() = default;

void ScramExchange::respond(std::string message, Done done) {
    switch (state_->next) {
        case State::Next::first: state_->take_first(message, done); break;
        case State::Next::proof: state_->take_proof(message, done); break;
        case State::Next::end:
            if (message.empty()) {
                state_->next = State::Next::nothing;
                state_->answer(done, {Step::Kind::right, {}, state_->who});
                break;
            }
            [[fallthrough]];
        case State::Next::nothing: state_->refuse(done, Step::Kind::wrong); break;
    }
}

}  // namespace patchcord::gateway

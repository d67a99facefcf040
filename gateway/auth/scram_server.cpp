#include "gateway/auth/scram_server.hpp"

#include <gsasl.h>
#include <utility>

namespace patchcord::gateway {
namespace {

constexpr const char* mechanism = "SCRAM-SHA-256";

struct Step {
    int result = GSASL_UNKNOWN_MECHANISM;
    std::string output;
};

Step take_step(Gsasl_session* session, const std::string& message) {
    Step step;
    char* output = nullptr;
    std::size_t size = 0;
    step.result = gsasl_step(session, message.data(), message.size(), &output, &size);
    if (output != nullptr) {
        if (step.result == GSASL_OK || step.result == GSASL_NEEDS_MORE) step.output.assign(output, size);
        gsasl_free(output);
    }
    return step;
}

Gsasl_session* start(const ScramLibrary& library) {
    Gsasl_session* session = nullptr;
    return gsasl_server_start(library.get(), mechanism, &session) == GSASL_OK ? session : nullptr;
}

std::string property(Gsasl_session* session, Gsasl_property which) {
    const char* const value = gsasl_property_fast(session, which);
    return value == nullptr ? std::string() : std::string(value);
}

bool holds_nul(const std::string& message) {
    return message.find('\0') != std::string::npos;
}

}  // namespace

std::shared_ptr<const ScramLibrary> ScramLibrary::open() {
    Gsasl* library = nullptr;
    if (gsasl_init(&library) != GSASL_OK) return nullptr;
    auto opened = std::make_shared<const ScramLibrary>(library);
    return gsasl_server_support_p(library, mechanism) != 0 ? opened : nullptr;
}

ScramLibrary::~ScramLibrary() {
    gsasl_done(library_);
}

ScramServer::~ScramServer() {
    if (session_ != nullptr) gsasl_finish(session_);
}

/// In an exchange of its own, which ends here: who is meant has to be known before the answer is made.
std::optional<ScramClient> ScramServer::read_first(const std::string& message) const {
    const bool binds_channel = message.starts_with('p');  // RFC 5802 section 6; the library would see it only later
    if (message.empty() || binds_channel || holds_nul(message)) return std::nullopt;
    Gsasl_session* const session = start(*library_);
    if (session == nullptr) return std::nullopt;
    std::optional<ScramClient> client;
    if (take_step(session, message).result == GSASL_NEEDS_MORE) {
        client = ScramClient{property(session, GSASL_AUTHID), property(session, GSASL_AUTHZID)};
    }
    gsasl_finish(session);
    return client;
}

std::optional<std::string> ScramServer::challenge(const std::string& message, const ScramSecrets& secrets) {
    if (session_ != nullptr) gsasl_finish(std::exchange(session_, nullptr));
    session_ = start(*library_);
    if (session_ == nullptr) return std::nullopt;
    const std::string iterations = std::to_string(secrets.iterations);
    for (const auto& [which, value] : {std::pair{GSASL_SCRAM_ITER, iterations},
                                       {GSASL_SCRAM_SALT, secrets.salt},
                                       {GSASL_SCRAM_STOREDKEY, secrets.stored_key},
                                       {GSASL_SCRAM_SERVERKEY, secrets.server_key}}) {
        if (gsasl_property_set(session_, which, value.c_str()) != GSASL_OK) return std::nullopt;
    }
    Step step = take_step(session_, message);
    if (step.result != GSASL_NEEDS_MORE) return std::nullopt;
    return std::move(step.output);
}

std::optional<std::string> ScramServer::verify(const std::string& message) {
    if (session_ == nullptr || holds_nul(message)) return std::nullopt;
    Step step = take_step(session_, message);
    if (step.result != GSASL_OK) return std::nullopt;
    return std::move(step.output);
}

}  // namespace patchcord::gateway

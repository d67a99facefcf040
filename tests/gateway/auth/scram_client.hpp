#pragma once

#include <cstddef>
#include <gsasl.h>
#include <stdexcept>
#include <string>

namespace patchcord::gateway {

/// A client of SCRAM-SHA-256, of a library's making.
class ScramTestClient {
  public:
    ScramTestClient(const std::string& name, const std::string& password) {
        if (gsasl_init(&library_) != GSASL_OK || gsasl_client_start(library_, "SCRAM-SHA-256", &session_) != GSASL_OK) {
            throw std::runtime_error("no SCRAM");
        }
        gsasl_property_set(session_, GSASL_AUTHID, name.c_str());
        gsasl_property_set(session_, GSASL_PASSWORD, password.c_str());
    }
    ~ScramTestClient() {
        gsasl_finish(session_);
        gsasl_done(library_);
    }
    ScramTestClient(const ScramTestClient&) = delete;
    ScramTestClient& operator=(const ScramTestClient&) = delete;

    /// What it says to that; first of all, to nothing.
    std::string say(const std::string& challenge) {
        char* output = nullptr;
        std::size_t size = 0;
        result_ = gsasl_step(session_, challenge.data(), challenge.size(), &output, &size);
        std::string message = output == nullptr ? std::string() : std::string(output, size);
        gsasl_free(output);
        return message;
    }
    /// Has the server proved that it knows the account, too?
    [[nodiscard]] bool satisfied() const { return result_ == GSASL_OK; }

  private:
    Gsasl* library_ = nullptr;
    Gsasl_session* session_ = nullptr;
    int result_ = GSASL_OK;
};

}  // namespace patchcord::gateway

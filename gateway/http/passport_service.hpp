#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/auth/login_throttle.hpp"
#include "gateway/auth/tickets.hpp"
#include "gateway/http/metrics.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// What became of a password. busy: too many are being looked at; it may be right.
enum class Verdict : std::uint8_t { right, wrong, busy };

/// Says of a handle and a password whether they belong together; at once or later. Must not tell an unknown handle from
/// a wrong password, also not by the time it takes.
using CheckPassword = std::function<void(std::string handle, std::string password, std::function<void(Verdict)> done)>;

struct PassportOptions {
    /// `https://msn.example.com`, under which clients reach this server; empty: as they call it themselves.
    std::string base_url;
    std::chrono::seconds busy_retry_after{10};  // what a client is told to wait
};

/// Where a client asks first, of a server under `base_url`; it takes the place of nexus.passport.com.
[[nodiscard]] std::string nexus_address(std::string base_url);

/// The gateway's own Passport (MSNP8, "TWN"): tells a client where to log in, takes its password there, and gives it
/// the ticket it shows to the notification server.
class PassportService {
  public:
    /// `throttle` counts wrong passwords by address; it may be shared with other ways to log in.
    PassportService(chat::Scheduler& scheduler, chat::LogSink& log, HttpMetrics& metrics, Tickets& tickets,
                    LoginThrottle& throttle, CheckPassword check, PassportOptions options);

    /// The routes refer to this service, which must outlive them.
    void add_routes(HttpRoutes& routes);

  private:
    struct Outcome {
        PassportResult result = PassportResult::wrong;
        std::string ticket;
    };
    using Done = std::function<void(Outcome)>;

    void tell_where(const HttpRequest& request, const HttpRespond& respond) const;
    [[nodiscard]] static bool is_from_a_page(const HttpRequest& request);
    void log_in(const HttpRequest& request, HttpRespond respond);
    void log_in_by_soap(const HttpRequest& request, HttpRespond respond);
    void authenticate(const std::string& address, std::string_view sign_in, std::string password, Done done);
    [[nodiscard]] Outcome settle(const std::string& address, const std::string& handle, Verdict verdict);
    [[nodiscard]] Outcome refuse(const std::string& address, std::string_view handle, PassportResult why);
    [[nodiscard]] std::string login_address(const HttpRequest& request) const;
    [[nodiscard]] HttpResponse make_failure(const Outcome& outcome, const std::string& address) const;
    [[nodiscard]] HttpResponse make_busy() const;

    chat::Scheduler& scheduler_;
    chat::LogSink& log_;
    HttpMetrics& metrics_;
    Tickets& tickets_;
    LoginThrottle& throttle_;
    CheckPassword check_;
    PassportOptions options_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for answers that come after the end
};

}  // namespace patchcord::gateway

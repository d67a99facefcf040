#include "gateway/services/offline_mail_error.hpp"

#include <string>

namespace patchcord::gateway {
namespace {

const char* describe(OfflineMailErrc code) {
    switch (code) {
        case OfflineMailErrc::no_service: return "there is no such service for offline messages";
        case OfflineMailErrc::ticket_refused: return "the service for offline messages does not take our ticket";
        case OfflineMailErrc::unexpected_answer: return "the answer about offline messages makes no sense";
        case OfflineMailErrc::failed: return "the service for offline messages has failed";
        case OfflineMailErrc::throttled: return "too many offline messages in too short a time";
        case OfflineMailErrc::unavailable: return "offline messages are not taken at the moment";
        case OfflineMailErrc::refused: return "the service for offline messages refused it";
    }
    return "unknown error";
}

class MailCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.offline-mail"; }
    [[nodiscard]] std::string message(int value) const override {
        return describe(static_cast<OfflineMailErrc>(value));
    }
};

}  // namespace

const std::error_category& offline_mail_category() {
    static const MailCategory category;
    return category;
}

std::error_code make_error_code(OfflineMailErrc code) {
    return {static_cast<int>(code), offline_mail_category()};
}

OfflineMailErrc parse_mail_fault(std::string_view code) {
    if (code == "AuthenticationFailed") return OfflineMailErrc::ticket_refused;
    if (code == "SenderThrottleLimitExceeded") return OfflineMailErrc::throttled;
    if (code == "SystemUnavailable") return OfflineMailErrc::unavailable;
    return OfflineMailErrc::refused;
}

}  // namespace patchcord::gateway

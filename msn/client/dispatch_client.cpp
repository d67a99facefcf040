#include "msn/client/dispatch_client.hpp"

namespace patchcord::msn {

void DispatchClient::got_challenge(const Command& command) {
    (void)command;
    observer_.is_notification_server();
    close("nothing to ask");
}

void DispatchClient::login_failed(std::error_code why, std::string_view reason) {
    (void)reason;
    observer_.login_failure(why);
}

void DispatchClient::handle(const Command& command) {
    if (command.verb == "XFR" && !refer(command)) malformed(command);
    if (command.verb == "OUT") close("the server says OUT");
}

void DispatchClient::got_error(ErrorCode code) {
    fail_login(refusal_error(code));
}

}  // namespace patchcord::msn

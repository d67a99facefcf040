#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/ports/connector.hpp"
#include "msn/client/roster.hpp"
#include "msn/wire/error_code.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/offline_mail.hpp"

namespace patchcord::msn {

/// Where a switchboard is, and the key to it.
struct SwitchboardAddress {
    chat::Endpoint endpoint;
    std::string key;
};

/// Somebody calls.
struct SwitchboardInvitation {
    std::string session_id;  ///< opaque: some servers have numbers, some do not
    SwitchboardAddress address;
    std::string handle;  ///< of the caller
    std::string name;
};

/// Is told what a NotificationClient is. The names are Twisted's, in snake_case, where it has one.
class NotificationObserver {
  public:
    virtual ~NotificationObserver() = default;

    /// The account is signed in, invisible as yet. Twisted: loggedIn.
    virtual void logged_in() {}
    /// The end follows. `no_common_dialect`: other dialects may have more luck. `reason` is in the service's words and
    /// may be empty. Twisted: loginFailure.
    virtual void login_failure(std::error_code why, std::string_view reason) = 0;
    /// The server sends us on: connect there once this connection has ended, and log in anew. Twisted:
    /// gotNotificationReferral. Whoever follows more than a few in a row goes in circles.
    virtual void got_notification_referral(const chat::Endpoint& to) { (void)to; }
    /// What the server says after the login about the account. Twisted: gotProfile.
    virtual void got_profile(const MimeMessage& message) { (void)message; }
    /// Messages wait with the service that were left while we were away (OIM; MSNP11 and later). It may be told before
    /// our own first status.
    virtual void got_mail_notice(const MailNotice& notice) { (void)notice; }
    /// Any other message of the server's own: mail, maintenance. Twisted: gotMessage.
    virtual void got_message(const MimeMessage& message) { (void)message; }

    /// The whole contact list has come. Twisted: listSynchronized.
    virtual void list_synchronized() {}
    /// A contact is not offline, told after our own first status. Twisted: gotContactStatus.
    virtual void got_contact_status(const RosterContact& contact) { (void)contact; }
    /// A contact has another status, name or picture, or the same again. Twisted: contactStatusChanged.
    virtual void contact_status_changed(const RosterContact& contact) { (void)contact; }
    /// Twisted: contactOffline.
    virtual void contact_offline(const RosterContact& contact) { (void)contact; }
    /// A contact's own words changed (MSNP11; UBX).
    virtual void contact_message_changed(const RosterContact& contact) { (void)contact; }
    /// A contact has other phone numbers (MSNP5). Twisted: gotPhoneNumber.
    virtual void got_phone_number(const RosterContact& contact) { (void)contact; }
    /// Somebody has us on their list from now on; see `RosterContact::awaits_decision`. Twisted: userAddedMe.
    virtual void user_added_me(const std::string& handle, const std::string& name) { (void)handle, (void)name; }
    /// Twisted: userRemovedMe.
    virtual void user_removed_me(const std::string& handle) { (void)handle; }
    /// Our own status or friendly name is another now. Twisted: statusChanged.
    virtual void status_changed() {}

    /// Twisted: gotSwitchboardInvitation.
    virtual void got_switchboard_invitation(const SwitchboardInvitation& invitation) { (void)invitation; }

    /// Signed in elsewhere; the end follows, and a new login would end the other one. Twisted: multipleLogin.
    virtual void multiple_login() {}
    /// The end follows. Twisted: serverGoingDown.
    virtual void server_going_down() {}
    /// A refusal that answers no request. Twisted: gotError.
    virtual void got_error(ErrorCode code) { (void)code; }
    /// The server sent something that is not as the protocol says; whether the connection ends is seen by that. The
    /// line may be empty. Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) { (void)line, (void)why; }
    /// A command nobody knows, which is passed over.
    virtual void got_unknown_command(std::string_view line) { (void)line; }
    /// The last call; the client is gone after it. `timed_out`: the server did not answer PNG. Twisted: connectionLost.
    virtual void connection_lost(std::error_code why) = 0;
};

}  // namespace patchcord::msn

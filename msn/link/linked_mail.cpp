// What is left for a linked account while it is away, and what it leaves for others.

#include <utility>

#include "msn/link/linked_account.hpp"
#include "msn/link/offline_inbox.hpp"

namespace patchcord::msn {

void LinkedAccount::got_mail_notice(const MailNotice& notice) {
    if (inbox_ != nullptr && client_ != nullptr) inbox_->notified(notice);
}

bool LinkedAccount::leave(const std::string& handle, const std::string& text, ClientBase::Done done) {
    if (inbox_ == nullptr || client() == nullptr || !inbox_->source().can_store()) return false;
    inbox_->source().store(handle, client_->screen_name(), text, std::move(done));
    return true;
}

}  // namespace patchcord::msn

#include "gateway/store/certificates.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

std::error_code add_certificate(soci::session& session, const std::string& account,
                                const AccountCertificate& certificate) {
    if (any_too_long({certificate.fingerprint})) return StoreErrc::too_long;
    long long accounts = 0;
    session << "SELECT COUNT(*) FROM account WHERE name = :account", soci::use(account), soci::into(accounts);
    if (accounts == 0) return chat::Errc::no_such_user;
    if (const auto owner = find_certificate(session, certificate.fingerprint)) {
        return *owner == account ? chat::Errc::already_a_member : chat::Errc::duplicate_user;
    }
    long long others = 0;
    session << "SELECT COUNT(*) FROM account_certificate WHERE account = :account", soci::use(account),
        soci::into(others);
    if (others >= static_cast<long long>(most_certificates)) return chat::Errc::list_full;
    const long long added_at = certificate.added_at.time_since_epoch().count();
    session << "INSERT INTO account_certificate (account, fingerprint, added_at)"
               " VALUES (:account, :fingerprint, :added)",
        soci::use(account), soci::use(certificate.fingerprint), soci::use(added_at);
    return {};
}

std::error_code remove_certificate(soci::session& session, const std::string& account, const std::string& fingerprint) {
    soci::statement remove = (session.prepare << "DELETE FROM account_certificate WHERE account = :account"
                                                 " AND fingerprint = :fingerprint",
                              soci::use(account), soci::use(fingerprint));
    remove.execute(true);
    return remove.get_affected_rows() > 0 ? std::error_code{} : make_error_code(chat::Errc::not_a_member);
}

std::vector<AccountCertificate> list_certificates(soci::session& session, const std::string& account) {
    std::string fingerprint;
    long long added_at = 0;
    soci::statement select = (session.prepare << "SELECT fingerprint, added_at FROM account_certificate"
                                                 " WHERE account = :account ORDER BY added_at, fingerprint",
                              soci::use(account), soci::into(fingerprint), soci::into(added_at));
    select.execute();
    std::vector<AccountCertificate> certificates;
    while (select.fetch()) {
        certificates.push_back({fingerprint, chat::WallTime(std::chrono::milliseconds(added_at))});
    }
    return certificates;
}

std::optional<std::string> find_certificate(soci::session& session, const std::string& fingerprint) {
    std::string account;
    session << "SELECT account FROM account_certificate WHERE fingerprint = :fingerprint", soci::use(fingerprint),
        soci::into(account);
    return session.got_data() ? std::optional(account) : std::nullopt;
}

}  // namespace patchcord::gateway

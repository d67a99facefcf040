#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/account_verifier.hpp"
#include "chat_core/ports/upload_desk.hpp"
#include "gateway/files/file_drop.hpp"
#include "gateway/files/upload_body.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// Takes files over HTTP, from whoever has an account (`soju.im/FILEHOST`: the password goes with the request), or has
/// been given a link for one file. What came is kept for its link, and offered to whom it is for.
class UploadService final : public chat::UploadDesk {
  public:
    struct Parts {
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        chat::ChatService& service;
        chat::FileDesk& desk;
        Spool& spool;
        HttpFileDrop& drop;
        LoginThrottle& throttle;  // wrong links, by address
        chat::AccountVerifier& accounts;
    };

    explicit UploadService(Parts parts) : parts_(std::move(parts)) {}
    ~UploadService() override;
    UploadService(const UploadService&) = delete;
    UploadService& operator=(const UploadService&) = delete;

    /// The routes refer to this, which must outlive them.
    void add_routes(HttpRoutes& routes);
    /// May passwords come from other machines without TLS?
    void set_plaintext_passwords(bool may) { plaintext_passwords_ = may; }
    /// What clients are told in ISUPPORT; empty when there are no links.
    [[nodiscard]] std::string address() const;

    chat::Result<std::string> invite(const chat::User& user, const std::string& target) override;

  private:
    /// A link for one file.
    struct Invitation {
        chat::UserId user;
        std::string target;
        chat::TimerId expiry;
        bool in_use = false;
    };
    /// An upload, from its header to the answer.
    struct Upload {
        UploadBody::Plan plan;
        std::string target;
        std::string invitation;                 // empty: by an account
        std::optional<chat::UserId> user = {};  // who offers it; nobody: they are not here
        HttpIntake intake;
    };

    void receive(const HttpRequest& request, HttpIntake intake);
    void receive_invited(const HttpRequest& request, const std::string& token, HttpIntake intake);
    void receive_by_account(const HttpRequest& request, HttpIntake intake);
    [[nodiscard]] HttpResponse answer_wrong_link(const HttpRequest& request) const;
    void show_form(const HttpRequest& request, const HttpRespond& respond);
    [[nodiscard]] UploadBody::Plan plan_for(const HttpRequest& request, std::string_view rest) const;
    void take(Upload upload);
    void kept(const Upload& upload, const SpooledFile& file);
    void failed(const Upload& upload, unsigned status);
    [[nodiscard]] std::string offer(const Upload& upload, const SpooledFile& file);
    [[nodiscard]] std::optional<chat::UserId> user_of(const std::string& account) const;
    [[nodiscard]] bool takes_password(const HttpRequest& request) const;
    [[nodiscard]] bool is_from_a_page(const HttpRequest& request) const;
    void forget(const std::string& invitation);

    Parts parts_;
    bool plaintext_passwords_ = false;
    std::map<std::string, Invitation, std::less<>> invitations_;
    std::shared_ptr<UploadService*> alive_ = std::make_shared<UploadService*>(this);
};

}  // namespace patchcord::gateway

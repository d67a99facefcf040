#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/chat_client.hpp"
#include "chat_core/login.hpp"
#include "chat_core/user.hpp"
#include "msn/client/roster.hpp"
#include "msn/server/pictures.hpp"

namespace patchcord::msn {

class FarService;
class LinkedAccount;

/// How somebody on a service is called here, be they in the core or not.
struct FarIdentity {
    std::string nick;
    std::string name;  ///< friendly name, without what deceives the eye; never empty
    chat::Profile profile;
};
[[nodiscard]] FarIdentity identity_of(const FarService& service, const std::string& handle,
                                      std::string_view friendly_name);

/// Somebody on another MSN service, as the mind of a user in the core: what they are sent goes out through the account
/// of whoever sends it. They are in the core while an account of ours sees them online or has a conversation with them.
class FarPerson final : public chat::ChatClient {
  public:
    FarPerson(FarService& service, std::string handle);

    [[nodiscard]] const std::string& handle() const { return handle_; }
    /// nullptr while they are not in the core.
    [[nodiscard]] chat::User* user() const { return login_.user(); }

    /// An account's contact list shows them as online.
    void seen_by(const LinkedAccount& account, const RosterContact& contact);
    void not_seen_by(const LinkedAccount& account, std::string_view reason);
    [[nodiscard]] bool is_seen_by(const LinkedAccount& account) const { return sightings_.contains(&account); }
    /// The display picture, as those see it who see them.
    [[nodiscard]] OwnPicture& picture() { return picture_; }
    /// They are in a conversation, under that name, until `let_go`.
    void hold(std::string_view name);
    /// May end this person.
    void let_go();

    // --- chat::ChatClient

    std::error_code receive(const chat::Message& message, chat::RenderCache& cache) override;
    std::error_code user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) override;
    std::error_code user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                              chat::RenderCache& cache) override;
    std::error_code group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                      chat::RenderCache& cache) override;
    void typing(const chat::TypingNotice& notice, chat::RenderCache& cache) override;
    void signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache) override;
    void invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                 chat::RenderCache& cache) override;
    [[nodiscard]] bool can_be_removed(const chat::Group& group) const override;
    [[nodiscard]] bool is_known_to(const chat::User& viewer) const override;
    [[nodiscard]] bool is_visible_to(const chat::User& owner) const override;

    std::error_code file_offered(const chat::FileOffer& offer) override;
    void file_offer_changed(const chat::FileOffer& offer) override;

  private:
    struct Sighting {
        Status status = Status::online;
        std::string words;
    };

    [[nodiscard]] OwnPicture::Owner picture_owner();
    void set_name(std::string_view name);
    void come();
    void show();
    void leave_if_unneeded(std::string_view reason);

    FarService& service_;
    std::string handle_;
    std::string name_;  // friendly name, without what deceives the eye; never empty
    std::map<const LinkedAccount*, Sighting> sightings_;
    std::size_t holds_ = 0;
    bool refusal_logged_ = false;
    chat::Login login_;
    OwnPicture picture_;
};

}  // namespace patchcord::msn

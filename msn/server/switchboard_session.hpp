#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "msn/server/session.hpp"
#include "msn/server/switchboard.hpp"
#include "msn/transfer/picture_fetch.hpp"
#include "msn/wire/chunks.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

class SwitchboardFiles;

/// One client's connection to a switchboard.
class SwitchboardSession final : public Session {
  public:
    SwitchboardSession(Server& server, std::uint64_t number);
    ~SwitchboardSession() override;

    [[nodiscard]] const std::string& handle() const { return identity_.handle; }
    [[nodiscard]] const Identity& identity() const { return identity_; }
    /// The principal; nullptr when it signed out meanwhile, which does not end a switchboard.
    [[nodiscard]] Principal* principal();
    /// The principal's user in the core; nullptr when there is none.
    [[nodiscard]] chat::User* user();
    [[nodiscard]] const std::shared_ptr<Switchboard>& switchboard() const { return switchboard_; }
    /// Does the client expect capabilities in IRO and JOI (MSNP12)?
    [[nodiscard]] bool sends_capabilities() const { return dialect_ >= Dialect(12); }

    /// `CAL trid RINGING id`.
    void send_ringing(std::string_view trid);
    /// Shows that somebody is there (JOI) or left (BYE); each only once.
    void show_joined(const Identity& who);
    void show_left(std::string_view handle);
    /// Somebody was shown in another way (IRO); false when that is not needed or would be one too many.
    bool note_present(const std::string& handle);
    [[nodiscard]] bool shows(std::string_view handle) const { return shown_.contains(std::string(handle)); }
    /// May somebody be shown typing now? No oftener than the client needs it.
    [[nodiscard]] bool take_typing(const std::string& typist);
    [[nodiscard]] bool shows_typing() const { return !typing_shown_.empty(); }
    /// A message ends what was shown of its sender's typing.
    void note_message_from(const std::string& handle) { typing_shown_.erase(handle); }
    /// May a nudge pass now, to this client or from it? One that shakes all the time is no nudge.
    [[nodiscard]] bool take_nudge_in() { return take_nudge(nudged_); }
    [[nodiscard]] bool take_nudge_out() { return take_nudge(nudge_sent_); }
    /// A message of this client's user that was accepted did not reach somebody.
    void note_undelivered() { ++undelivered_; }
    /// The client's user was taken out of the group: the session ends after this turn.
    void end_removed();
    [[nodiscard]] bool removed() const { return removed_; }
    /// Ends the session because its conversation has ended; if it stands for a room, `reason` is given there. A
    /// constant.
    void dismiss(const chat::CloseReason& reason);

    /// The client offers whoever it talks to a file; they are told also when they cannot have it.
    chat::Result<chat::FileOfferId> offer_file(std::string_view name, std::uint64_t size,
                                               std::unique_ptr<chat::FileSource> source);
    /// Somebody offers the client a file. Error: it cannot take any.
    std::error_code offer_to_client(const Identity& from, const chat::FileOffer& offer);
    void file_changed(const chat::FileOffer& offer);
    /// Is there somebody, or a room, in whose name the client can be asked for a picture of its own?
    [[nodiscard]] bool can_be_asked();
    void fetch_picture(PictureOrder order);
    /// Whoever could not take more has all that was sent, or has left.
    void go_on();
    /// A message in the name of somebody whom the client sees.
    void send_from(const Identity& from, std::string_view payload);

  protected:
    void sent_all() override;
    void run_command(const Command& command) override;
    void opened() override;
    void closed() override;
    [[nodiscard]] bool authenticated() const override { return switchboard_ != nullptr; }
    [[nodiscard]] std::string_view account() const override { return identity_.handle; }

  private:
    void usr(const Command& command);
    void ans(const Command& command);
    void cal(const Command& command);
    void msg(const Command& command);
    [[nodiscard]] bool identify(std::string_view trid, std::string_view handle);
    void refuse(std::string_view trid);

    std::error_code relay(std::string_view payload);
    std::error_code relay_natively(std::string_view payload, bool data);
    void wait_for(SwitchboardSession& receiver);
    std::error_code relay_to_core(Principal& sender, const chat::Target& target, BodyKind body, const MimeMessage& mime,
                                  std::string_view payload);
    std::error_code collect_chunk(const MimeMessage& part);
    void expect_chunks();
    void give_up_chunks();
    void deliver_incomplete(const std::vector<ChunkAssembler::Incomplete>& messages);
    std::error_code typing(const chat::Target& target);
    [[nodiscard]] std::optional<chat::Target> target() const;
    [[nodiscard]] bool take_lines(std::string_view body);
    bool keep_for_later(const Command& command, bool ack, bool nak);
    void tell_kept();
    // What MSN clients offer, see switchboard_offers.cpp. True: nobody else is to see it.
    [[nodiscard]] bool answer_invitation(const chat::Target& target, const MimeMessage& mime);
    [[nodiscard]] bool answer_p2p(const chat::Target& target, const MimeMessage& mime);
    [[nodiscard]] std::optional<Identity> whom_p2p_is_for(const chat::Target& target, const MimeMessage& mime);
    [[nodiscard]] std::optional<Identity> somebody_not_on_msn(const chat::Target& target);
    void look_for_picture();
    [[nodiscard]] SwitchboardFiles* files_with(const Identity& other);
    void name_file(const chat::Target& target, std::string_view name, std::uint64_t size, std::error_code why);

    [[nodiscard]] bool take_nudge(std::optional<chat::Now>& last);

    Identity identity_;
    Dialect dialect_{Dialect::first};
    std::shared_ptr<Switchboard> switchboard_;
    std::unordered_set<std::string> shown_;
    std::unordered_map<std::string, chat::Now> typing_shown_;
    std::optional<chat::Now> nudged_;
    std::optional<chat::Now> nudge_sent_;
    chat::TimerId typing_timer_;
    std::unique_ptr<ChunkAssembler> chunks_;  // made with the first chunk
    chat::TimerId chunk_timer_;
    std::vector<std::unique_ptr<SwitchboardFiles>> files_;  // by whom the client gives them to, or gets them from
    bool answering_ = false;                                // a message of the client's is being dealt with
    std::string answer_;                                    // to be sent behind the acknowledgement
    std::weak_ptr<char> sign_in_;                           // the one it belongs to
    chat::TimerId wait_timer_;
    chat::TimerId picture_timer_;
    bool waits_ = false;  // its input is held for a receiver in the same switchboard
    bool removed_ = false;
    bool kept_told_ = false;
    std::size_t undelivered_ = 0;
    std::string_view leave_reason_ = "connection lost";
};

}  // namespace patchcord::msn

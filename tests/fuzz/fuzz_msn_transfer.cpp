// The file transfers of one conversation against a peer that says whatever the input says; the input also says what
// people do with the files, when time passes and how much the conversation takes.

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "chat_core/file_desk.hpp"
#include "chat_core/file_error.hpp"
#include "msn/transfer/file_talk.hpp"
#include "msn/wire/file_invitation.hpp"
#include "msn/wire/invitation.hpp"
#include "msn/wire/p2p.hpp"
#include "msn/wire/slp.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/memory_file_network.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;

/// The peer, as the core sees them.
class Contact final : public tests::Visitor {
  public:
    explicit Contact(chat::ChatService& service) : Visitor(service, "bob") {}
    std::error_code file_offered(const chat::FileOffer& offer) override { return talk->offer(offer); }
    void file_offer_changed(const chat::FileOffer& offer) override {
        if (talk != nullptr) talk->changed(offer);
    }
    msn::FileTalk* talk = nullptr;
};

/// The peer's end of a connection.
class Visit final : public chat::Protocol {
  public:
    /// Where its transport is, while there is one.
    explicit Visit(std::shared_ptr<chat::Transport*> to) : to_(std::move(to)) {}
    void connection_made(chat::Transport& transport) override { *to_ = &transport; }
    void data_received(std::string_view) override {}
    void connection_lost(std::error_code) override { *to_ = nullptr; }

  private:
    std::shared_ptr<chat::Transport*> to_;
};

class Play final : public msn::TransferWire {
  public:
    explicit Play(Script& script)
        : script_(script),
          desk_(service_, registry_, options()),
          ana_(service_, "ana"),
          bob_(service_),
          talk_(std::make_unique<msn::FileTalk>(
              msn::FileTalkParts{desk_, network_, scheduler_, [this] { return ++number_; }}, *this)) {
        bob_.talk = talk_.get();
        slp_ = script_.byte() % 2 == 0;
        network_.listens = script_.byte() % 2 == 0;
    }
    ~Play() override = default;

    void step() {
        switch (script_.byte() % 14) {
            case 0: return hear_p2p(script_.text());
            case 1: return say_signalling(script_.text());
            case 2: return say_piece();
            case 3: return hear(head("text/x-msmsgsinvite") + std::string(script_.text()));
            case 4: return give();
            case 5: return accept();
            case 6: return end_offer();
            case 7: return scheduler_.advance(std::chrono::milliseconds(500) * script_.byte());
            case 8: return take();
            case 9: return visit();
            case 10: return answer();
            case 11: return invite();
            case 12: return talk_->undelivered();
            default: return say_msnftp();
        }
    }
    void end() {
        bob_.talk = nullptr;
        silent_ = true;
        talk_.reset();
        network_.break_all();
        network_.run();
        scheduler_.advance(std::chrono::seconds(1000));
        demand(desk_.all().empty(), "nothing is left of any offer");
        demand(scheduler_.pending() == 0, "no timer is left");
        demand(network_.waiting() == 0, "nobody is waited for");
    }

    // --- TransferWire
    [[nodiscard]] const std::string& own_handle() const override { return own_; }
    [[nodiscard]] const std::string& peer_handle() const override { return peer_; }
    void send(std::string_view payload, bool) override {
        demand(!silent_, "nothing is said at the end");
        demand(payload.size() <= 1664, "a payload fits");
        demand(++sent_ < 100'000, "we do not talk without end");
        const auto message = msn::parse_mime(payload);
        demand(message.has_value(), "what we send can be read");
        if (const auto piece = msn::parse_p2p(message->body); piece && message->type.type.starts_with("app")) {
            last_header_ = piece->header;
            if (const auto request = msn::parse_slp_request(piece->data)) last_request_ = *request;
            if (!msn::is_p2p_ack(piece->header) && piece->header.session_id != 0) --room_;
        } else {
            const auto invitation = msn::parse_invitation(*message);
            demand(invitation.has_value(), "an invitation of ours can be read");
            last_cookie_ = invitation->cookie;
        }
    }
    [[nodiscard]] bool takes_data() const override { return room_ > 0; }
    [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", {}, false, {}}; }
    [[nodiscard]] bool peer_takes_slp() const override { return slp_; }
    chat::Result<chat::FileOfferId> offer(std::string_view name, std::uint64_t size,
                                          std::unique_ptr<chat::FileSource> source) override {
        demand(name.find_first_of(std::string_view("/\\\n\0", 4)) == std::string_view::npos, "a name is a name");
        auto made = desk_.offer(bob_.user(), {nullptr, &ana_.user(), {}}, name, size, std::move(source));
        demand(desk_.all().size() <= 2 * msn::FileTalk::max_transfers, "offers are bounded");
        return made;
    }
    void hold_peer(bool hold) override {
        demand(hold != held_, "the peer is told to hold when it does not");
        held_ = hold;
    }

  private:
    static chat::FileOptions options() {
        chat::FileOptions options;
        options.offer_rate.per_second = 0;  // no limit: what is refused plays no further
        return options;
    }
    static std::string head(const std::string& type) { return "Content-Type: " + type + "\r\n\r\n"; }
    void hear(const std::string& payload) {
        const auto message = msn::parse_mime(payload);
        if (!message) return;
        if (message->type.type.starts_with("app")) {
            (void)talk_->got_p2p(*message);
        } else {
            (void)talk_->got_invitation(*message);
        }
    }
    void hear_p2p(std::string_view body) { hear(head("application/x-msnmsgrp2p") + std::string(body)); }
    /// Numbers at which something happens, and all others.
    std::uint64_t number(std::uint64_t like) {
        const unsigned which = script_.byte();
        switch (which) {
            case 250: return ~0ULL;
            case 251: return 1ULL << 63U;
            case 252: return ~0ULL - 255;
            case 253: return 1ULL << 32U;
            case 254: return like;
            default: return which;
        }
    }
    void say_signalling(std::string_view text) {
        for (const std::string& body : msn::format_p2p_signalling(++their_number_, 9, text)) hear_p2p(body);
    }
    void say_piece() {
        msn::P2pHeader header;
        header.session_id = static_cast<std::uint32_t>(number(session_));
        header.identifier = static_cast<std::uint32_t>(number(7));
        header.offset = number(0);
        header.total_size = number(size_);
        header.flags = static_cast<std::uint32_t>(number(msn::p2p_file_flags));
        header.ack_id = static_cast<std::uint32_t>(number(last_header_.identifier));
        header.ack_uid = static_cast<std::uint32_t>(number(last_header_.ack_id));
        hear_p2p(msn::format_p2p_piece(header, script_.text(), 2));
    }
    /// An offer as clients make it; what follows can be right.
    void invite() {
        session_ = script_.byte();
        size_ = script_.byte();
        const std::string name(script_.text());
        if (slp_) {
            const std::string guid = msn::format_guid({session_, 0, 0, script_.byte()});
            return say_signalling(msn::format_slp_file_invite({peer_, own_, guid, guid, session_},
                                                              msn::format_file_context(name, size_)));
        }
        last_cookie_ = std::to_string(session_);
        hear(msn::format_file_offer(name, size_, last_cookie_, script_.byte() % 2 == 0));
    }
    /// What a client would say to the last that we did.
    void answer() {
        switch (script_.byte() % 5) {
            case 0: return hear_p2p(msn::format_p2p_ack(last_header_, ++their_number_));
            case 1: return say_signalling(msn::format_slp_accept(last_request_, peer_, own_));
            case 2: return say_signalling(msn::format_slp_decline(last_request_, peer_, own_));
            case 3: return say_signalling(msn::format_slp_error(last_request_, peer_, own_));
            default:
                return say_signalling(
                    msn::format_slp_bye({peer_, own_, "x", last_request_.call_id, last_request_.session_id}));
        }
    }
    void say_msnftp() {
        switch (script_.byte() % 4) {
            case 0: return hear(msn::format_accept(last_cookie_));
            case 1: return hear(msn::format_accept(last_cookie_, {"192.0.2.1", 6891, "7"}));
            case 2: return hear(msn::format_sender_connect(last_cookie_, {"192.0.2.1", 6891, "7"}));
            default: return hear(msn::format_cancel(last_cookie_, script_.text()));
        }
    }
    void give() {
        const auto end = std::make_shared<tests::FileEnd>();
        const std::size_t size = script_.byte() * 100;
        if (desk_.offer(ana_.user(), {nullptr, &bob_.user(), {}}, script_.text(), size,
                        std::make_unique<tests::ManualSource>(end))) {
            givers_.push_back(end);
        }
    }
    void accept() {
        const auto all = desk_.all();
        if (all.empty()) return;
        const chat::FileOffer& offer = all[script_.byte() % all.size()];
        if (offer.from != &bob_.user()) return;
        const auto end = std::make_shared<tests::FileEnd>();
        end->room = script_.byte() * 10;
        if (!desk_.accept(offer.id, std::make_unique<tests::ManualSink>(end))) takers_.push_back(end);
    }
    void end_offer() {
        const auto all = desk_.all();
        if (all.empty()) return;
        const chat::FileOfferId id = all[script_.byte() % all.size()].id;
        if (script_.byte() % 2 == 0) {
            desk_.decline(id);
        } else {
            desk_.withdraw(id);
        }
    }
    /// What has come is taken, what is wanted is given.
    void take() {
        room_ = static_cast<int>(script_.byte());
        talk_->writable();
        for (const auto& end : takers_) {
            end->room = script_.byte() * 10;
            if (end->relay != nullptr) end->relay->sink_ready();
            if (end->relay != nullptr && end->finished) end->relay->sink_finished();
        }
        for (const auto& end : givers_) {
            const std::size_t size = script_.byte();
            if (end->relay != nullptr && !end->paused) end->relay->got(std::string(size, 'x'));
        }
        network_.run(100);
    }
    void visit() {
        const std::string words(script_.text());
        if (network_.waiting() > 0) {
            visitor_ = std::make_shared<chat::Transport*>(nullptr);
            network_.visit(std::make_unique<Visit>(visitor_));
        }
        if (visitor_ != nullptr && *visitor_ != nullptr) (void)(*visitor_)->write(words);
        network_.run(100);
    }

    Script& script_;
    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    chat::MetricRegistry registry_;
    chat::ChatService service_{tests::service_options(), scheduler_};
    chat::FileDesk desk_;
    tests::Visitor ana_;
    Contact bob_;
    const std::string own_ = "ana@example.com";
    const std::string peer_ = "bob@example.com";
    std::uint32_t number_ = 40;
    std::uint32_t their_number_ = 1000;
    std::uint32_t session_ = 1;
    std::uint64_t size_ = 0;
    msn::P2pHeader last_header_;
    msn::SlpRequest last_request_;
    std::string last_cookie_ = "1";
    std::vector<std::shared_ptr<tests::FileEnd>> givers_;
    std::vector<std::shared_ptr<tests::FileEnd>> takers_;
    std::shared_ptr<chat::Transport*> visitor_;  // to the last that came
    std::size_t sent_ = 0;
    int room_ = 8;
    bool slp_ = true;
    bool held_ = false;
    bool silent_ = false;
    std::unique_ptr<msn::FileTalk> talk_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}

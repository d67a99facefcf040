#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/file_desk.hpp"
#include "chat_core/file_error.hpp"
#include "msn/transfer/file_talk.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/memory_file_network.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::msn {

/// A source that has all of a file and gives it when it is asked for more.
class TextSource final : public chat::FileSource {
  public:
    /// What became of it outlives it.
    struct End {
        std::string bytes;
        std::size_t given = 0;
        std::size_t stops_at = std::numeric_limits<std::size_t>::max();  // where the offerer breaks off
        chat::FileRelay* relay = nullptr;
        bool paused = false;
        std::optional<std::error_code> stopped;

        /// Gives a part; false when nothing can be given.
        bool give() {
            if (relay == nullptr || paused || given >= std::min(bytes.size(), stops_at)) return false;
            const std::string part = bytes.substr(given, 5000);
            given += part.size();
            relay->got(part);
            return true;
        }
    };
    explicit TextSource(std::shared_ptr<End> end) : end_(std::move(end)) {}
    void start(chat::FileRelay& relay, std::uint64_t) override {
        end_->relay = &relay;
        if (end_->bytes.empty()) relay.got({});
    }
    void pause() override { end_->paused = true; }
    void resume() override { end_->paused = false; }
    void stop(std::error_code why) override {
        end_->relay = nullptr;
        end_->stopped = why;
    }

  private:
    std::shared_ptr<End> end_;
};

/// One end of a conversation, with people and a desk of its own: `ana` is whom it speaks for, `bob` the peer, as their
/// own side sees them.
class TalkSide final : public TransferWire {
  public:
    TalkSide(tests::ManualScheduler& scheduler, chat::FileNetwork& network, std::string own, std::string peer)
        : scheduler_(scheduler),
          network_(network),
          own_(std::move(own)),
          peer_(std::move(peer)),
          service_(tests::service_options(), scheduler),
          desk_(service_, registry_, {}),
          ana_(service_, "ana"),
          bob_(service_, *this) {
        chat::FileOptions options;
        options.offer_rate.per_second = 0;  // no limit
        desk_.set_options(options);
        ana_.take();
        open();
    }
    ~TalkSide() override { close(); }

    // --- what a test does with it
    void open() { talk_ = std::make_unique<FileTalk>(FileTalkParts{desk_, network_, scheduler_, random()}, *this); }
    /// The conversation ends.
    void close() {
        closing_ = true;
        talk_.reset();
        closing_ = false;
    }
    [[nodiscard]] FileTalk& talk() { return *talk_; }
    [[nodiscard]] chat::FileDesk& desk() { return desk_; }
    /// Ana offers a file to the peer.
    chat::Result<chat::FileOfferId> give(std::string bytes, std::string_view name = "cat.png") {
        giver = std::make_shared<TextSource::End>();
        giver->bytes = std::move(bytes);
        return desk_.offer(ana_.user(), {nullptr, &bob_.user(), {}}, name, giver->bytes.size(),
                           std::make_unique<TextSource>(giver));
    }
    /// Ana takes the file that the peer offered last.
    std::error_code take() {
        taker = std::make_shared<tests::FileEnd>();
        taker->room = room;
        const std::error_code refused = desk_.accept(last_offer(), std::make_unique<tests::ManualSink>(taker));
        if (taker->relay != nullptr) taker->relay->sink_ready();
        return refused;
    }
    [[nodiscard]] chat::FileOfferId last_offer() {
        const auto all = desk_.all();
        return all.empty() ? chat::FileOfferId{} : all.back().id;
    }
    /// The people have all that came.
    bool settle() {
        bool moved = giver != nullptr && giver->give();
        if (taker != nullptr && taker->finished && taker->relay != nullptr) {
            taker->relay->sink_finished();
            moved = true;
        }
        return moved;
    }
    /// What ana was told of files.
    tests::Log told() { return ana_.take(); }
    /// A message of the peer arrives.
    bool hear(std::string_view payload) {
        const auto message = parse_mime(payload);
        if (!message) return false;
        const bool p2p = content_type(*message).type == "application/x-msnmsgrp2p";
        return p2p ? talk_->got_p2p(*message) != P2pUse::not_ours : talk_->got_invitation(*message);
    }
    /// The messages that wait for the peer.
    std::vector<std::string> sent() {
        const std::vector<std::string> all(out.begin(), out.end());
        out.clear();
        return all;
    }

    std::deque<std::string> out;
    std::deque<std::uint32_t> numbers;  // that are drawn first
    std::size_t window = 8;
    std::size_t most_waiting = 0;  // data at once
    std::size_t room = std::numeric_limits<std::size_t>::max();
    bool slp = true;
    std::error_code refuses;
    bool held = false;
    chat::PeerInfo at{"192.0.2.1", {}, false, {}};
    std::shared_ptr<TextSource::End> giver;
    std::shared_ptr<tests::FileEnd> taker;

    // --- TransferWire
    [[nodiscard]] const std::string& own_handle() const override { return own_; }
    [[nodiscard]] const std::string& peer_handle() const override { return peer_; }
    void send(std::string_view payload, bool) override {
        EXPECT_FALSE(closing_) << "there is nobody to send to";
        EXPECT_LE(payload.size(), 1664U) << "no MSG is longer";
        out.emplace_back(payload);
        most_waiting = std::max(most_waiting, out.size());
    }
    [[nodiscard]] bool takes_data() const override { return out.size() < window; }
    [[nodiscard]] chat::PeerInfo peer() const override { return at; }
    [[nodiscard]] bool peer_takes_slp() const override { return slp; }
    chat::Result<chat::FileOfferId> offer(std::string_view name, std::uint64_t size,
                                          std::unique_ptr<chat::FileSource> source) override {
        if (refuses) return refuses;
        return desk_.offer(bob_.user(), {nullptr, &ana_.user(), {}}, name, size, std::move(source));
    }
    void hold_peer(bool hold) override { held = hold; }

  private:
    /// The peer, as the core of this side sees them.
    class Contact final : public tests::Visitor {
      public:
        Contact(chat::ChatService& service, TalkSide& side) : Visitor(service, "bob"), side_(side) {}
        std::error_code file_offered(const chat::FileOffer& offer) override { return side_.talk_->offer(offer); }
        void file_offer_changed(const chat::FileOffer& offer) override {
            if (side_.talk_ != nullptr) side_.talk_->changed(offer);
        }

      private:
        TalkSide& side_;
    };

    /// Numbers that are the same in each run.
    std::function<std::uint32_t()> random() {
        return [this, number = static_cast<std::uint32_t>(std::hash<std::string>()(own_))]() mutable {
            if (!numbers.empty()) {
                const std::uint32_t next = numbers.front();
                numbers.pop_front();
                return next;
            }
            number = number * 1664525 + 1013904223;
            return number == 0 ? 1 : number;
        };
    }

    tests::ManualScheduler& scheduler_;
    chat::FileNetwork& network_;
    std::string own_;
    std::string peer_;
    chat::MetricRegistry registry_;
    chat::ChatService service_;
    chat::FileDesk desk_;
    tests::Visitor ana_;
    Contact bob_;
    std::unique_ptr<FileTalk> talk_;
    bool closing_ = false;
};

/// Two ends that talk to each other.
class TalkFixture : public testing::Test {
  protected:
    /// Until nothing moves any more, or so many messages have passed.
    void run(std::size_t messages = 1'000'000) {
        bool moved = true;
        while (moved && messages > 0) {
            moved = false;
            for (const auto& [from, to] : {std::pair(&left_, &right_), std::pair(&right_, &left_)}) {
                if (from->out.empty() || to->held) continue;
                const std::string payload = std::move(from->out.front());
                from->out.pop_front();
                to->hear(payload);
                from->talk().writable();
                --messages;
                moved = true;
            }
            if (network_.run(1)) moved = true;
            if (left_.settle() || right_.settle()) moved = true;
        }
    }
    static std::string text_of(std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 7 + i / 251) & 0xFFU);
        return text;
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    tests::MemoryPort left_port_{network_};
    tests::MemoryPort right_port_{network_};
    TalkSide left_{scheduler_, left_port_, "ana@example.com", "bob@example.com"};
    TalkSide right_{scheduler_, right_port_, "bob@example.com", "ana@example.com"};
};

}  // namespace patchcord::msn

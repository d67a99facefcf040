#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "msn/client/switchboard_client.hpp"
#include "msn/transfer/file_talk.hpp"

namespace patchcord::msn {

class FarService;
class Line;

/// The files that go through one switchboard of a service, between one of its people and the account that is in it.
class LineFiles final : public TransferWire, public std::enable_shared_from_this<LineFiles> {
  public:
    /// Pieces that may wait for the server's acknowledgement; chat then waits behind no more than these.
    static constexpr std::size_t most_in_flight = 8;

    LineFiles(Line& line, FarService& service, std::string peer);
    ~LineFiles() override;
    LineFiles(const LineFiles&) = delete;
    LineFiles& operator=(const LineFiles&) = delete;

    [[nodiscard]] FileTalk& talk() { return talk_; }

    // --- TransferWire
    [[nodiscard]] const std::string& own_handle() const override;
    [[nodiscard]] const std::string& peer_handle() const override { return peer_; }
    void send(std::string_view payload, bool data) override;
    [[nodiscard]] bool takes_data() const override { return in_flight_ < most_in_flight; }
    [[nodiscard]] chat::PeerInfo peer() const override;
    [[nodiscard]] bool peer_takes_slp() const override;
    chat::Result<chat::FileOfferId> offer(std::string_view name, std::uint64_t size,
                                          std::unique_ptr<chat::FileSource> source) override;
    void hold_peer(bool hold) override;

  private:
    void answered(std::error_code why);

    Line& line_;
    FarService& service_;
    std::string peer_;
    std::size_t in_flight_ = 0;
    bool sending_ = false;
    FileTalk talk_;
};

}  // namespace patchcord::msn

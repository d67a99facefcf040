#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/line_connection.hpp"
#include "tests/bench/load/msn_seat.hpp"

namespace patchcord::bench {

class MsnClient;

/// Is told what happens to connections to the notification server.
class MsnEvents {
  public:
    virtual ~MsnEvents() = default;
    virtual void on_signed_in(MsnClient& client) = 0;
    virtual void on_client_gone(MsnClient& client, std::string_view why) = 0;
};

/// A client that signs in as MSNP7 with an MD5 answer, the sign-in that costs a server least, and then takes seats in
/// switchboards. The account must be one for MD5.
class MsnClient final : public LineConnection {
  public:
    MsnClient(EventLoop& loop, MsnEvents& events, std::string handle, std::string password);

    [[nodiscard]] const std::string& handle() const { return handle_; }

    /// Asks for a switchboard and begins a conversation there.
    void begin(MsnSeat& seat);

    /// Takes this seat when it is called the next time.
    void await_call(MsnSeat& seat) { for_calls_.push_back(&seat); }

    void sign_out();

  protected:
    void on_connected() override;
    void on_line(std::string_view line, Nanoseconds at) override;
    void on_disconnected(std::string_view why) override;

  private:
    void on_command(std::string_view line, const std::vector<std::string_view>& words);
    void on_usr(const std::vector<std::string_view>& words);
    void on_transfer(const std::vector<std::string_view>& words);
    void on_call(const std::vector<std::string_view>& words);

    MsnEvents& events_;
    std::string handle_;
    std::string password_;
    std::deque<MsnSeat*> for_transfers_;  // in the order in which switchboards were asked for
    std::deque<MsnSeat*> for_calls_;
    bool leaving_ = false;
};

}  // namespace patchcord::bench

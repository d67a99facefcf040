#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "msn/transfer/file_cutter.hpp"
#include "msn/wire/msnftp.hpp"

namespace patchcord::msn {

class MsnftpDoor;
class MsnftpStream;

/// Whose connection it is.
class MsnftpOwner {
  public:
    virtual ~MsnftpOwner() = default;

    /// Who is there and how much comes is agreed on: the file can go, or a further part of it.
    virtual void stream_ready() = 0;
    /// Bytes of the file, for its receiver.
    virtual void stream_got([[maybe_unused]] std::string_view bytes) {}
    /// The receiver says that it has all.
    virtual void stream_done() {}
    /// There is no connection, or no more. The last call.
    virtual void stream_ended(std::error_code why) = 0;
};

/// What a connection and whoever asked for it share: either may go first.
struct MsnftpLink {
    MsnftpOwner* owner = nullptr;
    MsnftpDoor* door = nullptr;
    MsnftpStream* stream = nullptr;
};

/// A connection of MSNFTP. The receiver of the file speaks first, whichever side has connected: that is what clients
/// do when the sender listens, and no source tells of anything else for the other case.
class MsnftpStream : public chat::Protocol {
  public:
    /// Bytes that may wait for the peer.
    static constexpr std::size_t queue_bytes = 64 * 1024;

    explicit MsnftpStream(std::shared_ptr<MsnftpLink> link) : link_(std::move(link)) {}
    ~MsnftpStream() override;
    MsnftpStream(const MsnftpStream&) = delete;
    MsnftpStream& operator=(const MsnftpStream&) = delete;

    /// Closes it; the owner hears no more. `why`: none when the receiver has all of the file.
    void leave(std::error_code why);

    // --- the sender's
    [[nodiscard]] virtual std::size_t take(std::string_view) { return 0; }
    // --- the receiver's
    void set_paused(bool paused);

    // --- chat::Protocol
    void connection_made(chat::Transport& transport) final;
    void data_received(std::string_view bytes) final;
    void drained() final;
    void connection_lost(std::error_code why) final;

  protected:
    virtual void opened() {}
    virtual void got_line(const MsnftpLine& line) = 0;
    /// Called with what follows the lines, as far as `in_blocks`.
    virtual void got_blocks(std::string_view) {}
    /// What is said to a peer at the end.
    [[nodiscard]] virtual std::string last_words(std::error_code why) const = 0;

    void expect_blocks() { in_blocks_ = true; }
    void say(std::string_view bytes);
    /// Ends it and tells the owner.
    void end(std::error_code why);
    /// Nobody asks for it any more.
    [[nodiscard]] bool left() const { return link_->owner == nullptr || transport_ == nullptr; }
    [[nodiscard]] MsnftpOwner& owner() const { return *link_->owner; }
    [[nodiscard]] chat::Transport& transport() const { return *transport_; }

  private:
    void close(std::error_code why);

    std::shared_ptr<MsnftpLink> link_;
    chat::Transport* transport_ = nullptr;
    MsnftpLines lines_;
    bool in_blocks_ = false;
};

/// Gives a file to whoever has the cookie.
class MsnftpSenderStream final : public MsnftpStream {
  public:
    /// `handle`: who may have it.
    MsnftpSenderStream(std::shared_ptr<MsnftpLink> link, std::string handle, std::uint32_t cookie, std::uint64_t size);

    [[nodiscard]] std::size_t take(std::string_view bytes) override;

  private:
    enum class State : std::uint8_t { version, user, transfer, sending };

    void got_line(const MsnftpLine& line) override;
    [[nodiscard]] std::string last_words(std::error_code why) const override;
    void got_user(const MsnftpLine& line);

    std::string handle_;
    std::uint32_t cookie_;
    std::uint64_t size_;
    FileCutter cutter_;
    State state_ = State::version;
};

/// Gets a file.
class MsnftpReceiverStream final : public MsnftpStream {
  public:
    /// `handle`: our own.
    MsnftpReceiverStream(std::shared_ptr<MsnftpLink> link, std::string handle, std::uint32_t cookie,
                         std::uint64_t size);

  private:
    enum class State : std::uint8_t { version, size, receiving };

    void opened() override;
    void got_line(const MsnftpLine& line) override;
    void got_blocks(std::string_view bytes) override;
    [[nodiscard]] std::string last_words(std::error_code why) const override;

    std::string handle_;
    std::uint32_t cookie_;
    std::uint64_t size_;
    std::uint64_t received_ = 0;
    MsnftpBlocks blocks_;
    State state_ = State::version;
};

}  // namespace patchcord::msn

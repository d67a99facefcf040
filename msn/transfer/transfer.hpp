#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/file_desk.hpp"
#include "msn/transfer/transfer_wire.hpp"

namespace patchcord::msn {

class MsnftpSession;
class P2pSession;
class SendTransfer;
class FileTransfer;

/// What a transfer asks of the conversation it is in.
class TransferHost {
  public:
    virtual ~TransferHost() = default;
    /// It has ended; it is destroyed later in the turn.
    virtual void over(FileTransfer& transfer) = 0;
    /// The peer's client does not do MSNSLP after all; the transfer is over.
    virtual void fall_back(const SendTransfer& transfer) = 0;
    /// `FileTransfer::holds` has changed.
    virtual void hold_changed() = 0;
    /// Is the peer not listened to at the moment? Then it cannot be late with anything.
    [[nodiscard]] virtual bool holding() const = 0;
};

struct TransferScope {
    FileTalkParts parts;
    TransferWire& wire;
    TransferHost& host;
};

/// One file in a conversation, from its offer to its end. It belongs to the conversation; what the desk is given are
/// small ends that know it.
class FileTransfer {
  public:
    explicit FileTransfer(TransferScope& scope) : scope_(scope) {}
    virtual ~FileTransfer();
    FileTransfer(const FileTransfer&) = delete;
    FileTransfer& operator=(const FileTransfer&) = delete;

    /// The conversation has ended: so has this, without a word to the peer.
    virtual void abandon() = 0;
    /// Is there something to do still? If not, it only waits for the peer's last words.
    [[nodiscard]] virtual bool under_way() const { return true; }
    /// Does it want less from the peer?
    [[nodiscard]] virtual bool holds() const { return false; }
    /// The peer is listened to again: it has all the time that it had.
    void renew_limit();
    /// What kind it is.
    [[nodiscard]] virtual SendTransfer* sending() { return nullptr; }
    [[nodiscard]] virtual P2pSession* p2p() { return nullptr; }
    [[nodiscard]] virtual MsnftpSession* msnftp() { return nullptr; }

  protected:
    [[nodiscard]] chat::FileDesk& desk() const { return scope_.parts.desk; }
    [[nodiscard]] TransferWire& wire() const { return scope_.wire; }
    [[nodiscard]] TransferScope& scope() const { return scope_; }
    [[nodiscard]] bool is_over() const { return over_; }
    /// The peer has ended it, or cannot be reached: it is told nothing.
    void keep_silent() { silent_ = true; }
    [[nodiscard]] bool silent() const { return silent_; }
    /// The one limit of time; a new one replaces it. The peer's does not end while the peer is not listened to.
    enum class Limited : std::uint8_t { peer, ourselves };
    void limit(std::chrono::milliseconds time, std::function<void()> then, Limited whose = Limited::peer);
    void no_limit();
    /// The end: tells the peer, unless it knows. Once.
    void conclude(std::error_code why);
    /// What it needs no more, and the words for the peer.
    virtual void close([[maybe_unused]] std::error_code why) {}
    virtual void say_goodbye(std::error_code why) = 0;

  private:
    void arm_limit();

    TransferScope& scope_;
    chat::TimerId limit_;
    std::chrono::milliseconds limit_time_{};
    std::function<void()> at_limit_;
    Limited limited_ = Limited::peer;
    bool over_ = false;
    bool silent_ = false;
};

/// A file of the desk for the peer.
class SendTransfer : public FileTransfer {
  public:
    SendTransfer(TransferScope& scope, const chat::FileOffer& offer);
    ~SendTransfer() override;

    [[nodiscard]] SendTransfer* sending() override { return this; }
    /// Without its people, who may be gone.
    [[nodiscard]] const chat::FileOffer& offer() const { return offer_; }
    /// Offers it to the peer. The first call.
    virtual void begin() = 0;
    /// What the desk says of the offer.
    void changed(const chat::FileOffer& offer);
    /// The conversation takes data again, or could not deliver what it took.
    virtual void writable() {}
    virtual void undelivered() {}
    void abandon() override;

  protected:
    /// The peer wants it: asks the desk for it; `start` follows.
    void accept();
    /// The peer does not, or something is wrong.
    void fail(std::error_code why);
    /// From `start` until the end.
    [[nodiscard]] chat::FileRelay* relay() const { return relay_; }

    // --- as for a FileSink
    virtual void start() = 0;
    virtual std::size_t take(std::string_view bytes) = 0;
    virtual void finish() = 0;

  private:
    class Sink;
    void stopped(std::error_code why);

    chat::FileOffer offer_;
    Sink* sink_ = nullptr;
    chat::FileRelay* relay_ = nullptr;
    bool accepted_ = false;
};

/// A file of the peer for the desk.
class ReceiveTransfer : public FileTransfer {
  public:
    ReceiveTransfer(TransferScope& scope, std::uint64_t size) : FileTransfer(scope), size_(size) {}
    ~ReceiveTransfer() override;

    /// Offers it to whom it is for; says no to the peer when they cannot have it. The first call.
    void begin(std::string_view name);
    void abandon() override;
    [[nodiscard]] bool holds() const override { return paused_; }

  protected:
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] chat::FileRelay* relay() const { return relay_; }
    /// Somebody wanted it, whatever has become of that.
    [[nodiscard]] bool accepted() const { return accepted_; }
    /// The file is empty, and all is agreed on: that is all of it.
    void got_empty();
    /// Something is wrong, or no more comes: the end, unless all is there.
    void fail(std::error_code why);
    /// The peer takes it back: the end, unless all is there.
    void withdraw(std::error_code why);

    // --- as for a FileSource
    virtual void start() = 0;
    virtual void pause_changed([[maybe_unused]] bool paused) {}
    /// The desk is done with it.
    virtual void stopped(std::error_code why) { conclude(why); }

  private:
    class Source;
    void set_paused(bool paused);
    [[nodiscard]] bool complete() const;

    std::uint64_t size_;
    chat::FileOfferId id_{};
    Source* source_ = nullptr;
    chat::FileRelay* relay_ = nullptr;
    bool accepted_ = false;
    bool got_empty_ = false;
    bool paused_ = false;
};

}  // namespace patchcord::msn

#pragma once

#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/metrics.hpp"
#include "gateway/http/http_server.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::tests {

/// Keeps the bytes it is given.
class ByteTransport final : public TestTransport {
  public:
    explicit ByteTransport(std::string address = "192.0.2.1", std::string local_address = "192.0.2.9")
        : TestTransport({std::move(address), "", false, std::move(local_address)}) {}

    /// The bytes written since the last time.
    std::string take() { return std::exchange(written_, {}); }

    void close(const chat::CloseReason& why) override {
        EXPECT_FALSE(closed()) << "closed twice";
        TestTransport::close(why);
    }

  private:
    void note(std::string_view bytes) override { written_ += bytes; }

    std::string written_;
};

/// A client of an HTTP server, from its connection to the end of the scope.
class HttpClient {
  public:
    explicit HttpClient(gateway::HttpServer& server, std::string address = "192.0.2.1",
                        std::string local_address = "192.0.2.9")
        : transport_(std::move(address), std::move(local_address)), session_(server.make_session()) {
        session_->connection_made(transport_);
    }
    ~HttpClient() { leave(); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(std::string_view bytes) {
        ASSERT_FALSE(transport_.reading_paused()) << "the server does not read now";
        session_->data_received(bytes);
    }
    /// Sends, and takes what came back.
    std::string ask(std::string_view bytes) {
        send(bytes);
        return take();
    }
    std::string take() { return transport_.take(); }
    /// All that was sent to it has left.
    void drained() { session_->drained(); }
    void leave() {
        if (session_) session_->connection_lost({});
        session_.reset();
    }
    [[nodiscard]] ByteTransport& transport() { return transport_; }

  private:
    ByteTransport transport_;
    std::unique_ptr<chat::Protocol> session_;
};

/// What the parts of an HTTP server need around them.
class HttpTest : public ::testing::Test {
  protected:
    void TearDown() override { EXPECT_EQ(scheduler_.pending(), 0U) << "no timer is left behind"; }

    ManualScheduler scheduler_;
    RecordingLog log_;
    chat::MetricRegistry registry_;
    gateway::HttpMetrics metrics_{registry_};
};

inline std::string get(std::string_view path, std::string_view headers = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: example.com\r\n" + std::string(headers) + "\r\n";
}

/// The status of the first answer in `bytes`; 0 when there is none.
inline unsigned status_of(std::string_view bytes) {
    if (!bytes.starts_with("HTTP/1.1 ") || bytes.size() < 12) return 0;
    return static_cast<unsigned>(std::stoul(std::string(bytes.substr(9, 3))));
}

/// The header of that name, spelled so to the letter, in the first answer.
inline std::optional<std::string> header_of(std::string_view bytes, std::string_view name) {
    const std::string_view head = bytes.substr(0, bytes.find("\r\n\r\n") + 2);
    const std::string key = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t begin = at + key.size();
    return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
}

/// All behind the first answer's header.
inline std::string body_of(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string() : std::string(bytes.substr(end + 4));
}

/// How often `needle` stands in `text`.
inline std::size_t count_of(std::string_view text, std::string_view needle) {
    std::size_t count = 0;
    for (std::size_t at = text.find(needle); at != std::string_view::npos; at = text.find(needle, at + 1)) ++count;
    return count;
}

}  // namespace patchcord::tests

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/files/multipart.hpp"
#include "gateway/files/spool.hpp"
#include "gateway/http/streams.hpp"

namespace patchcord::gateway {

/// The body of an upload on its way into the spool: the file itself, or a form with the file in it.
class UploadBody final : public HttpBodySink {
  public:
    struct Plan {
        std::string token;  // of the link that it will have
        std::string owner;
        std::string name;                     // cleaned; of a form, the one in it is taken
        std::optional<std::uint64_t> length;  // of the body
        std::string boundary;                 // of a form; empty: it is none
        std::uint64_t max_size = 0;           // bytes of the file
    };
    struct Events {
        std::function<void(unsigned status)> failed;        // also when the client went away half way
        std::function<void(const SpooledFile& file)> kept;  // safely
    };

    /// Sets aside what it needs; a status of HTTP when it cannot be taken, which is then not to be given a body.
    [[nodiscard]] static unsigned make(Spool& spool, Plan plan, Events events, std::unique_ptr<UploadBody>& into);

    ~UploadBody() override { fail(bad_request); }
    void take(std::string_view bytes) override;
    void finish() override;

  private:
    static constexpr unsigned bad_request = 400;

    UploadBody(Spool& spool, Plan plan, Events events);
    [[nodiscard]] unsigned begin();
    void store(std::string_view bytes);
    void fail(unsigned status);

    Spool& spool_;
    Plan plan_;
    Events events_;
    std::unique_ptr<SpoolWriter> writer_;
    std::optional<MultipartReader> form_;
    bool over_ = false;  // failed, or whole
};

}  // namespace patchcord::gateway

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace patchcord::gateway {

/// Cuts the body of a request out of the stream behind its header: so many bytes, or chunks (RFC 9112 section 7.1).
/// Strict, because a reading other than that of a proxy before us would smuggle requests past it.
class HttpBodyFramer {
  public:
    enum class Outcome : unsigned char { nothing, piece, end, bad };

    [[nodiscard]] static HttpBodyFramer of_length(std::uint64_t bytes);
    [[nodiscard]] static HttpBodyFramer chunked();

    /// Takes what it can off the front of `input`; `piece` is set when the outcome says so. Trailers are left out.
    Outcome next(std::string& input, std::string& piece);

  private:
    enum class Part : unsigned char { size, data, data_end, trailer, end, bad };

    HttpBodyFramer(Part part, std::uint64_t left, bool chunks) : part_(part), chunks_(chunks), left_(left) {}
    Outcome take_data(std::string& input, std::string& piece);
    bool take_line(std::string& input, std::string& line);
    bool begin_chunk(const std::string& line);
    void fail() { part_ = Part::bad; }

    Part part_;
    bool chunks_;
    std::uint64_t left_;
    std::size_t trailer_ = 0;  // bytes of trailers so far
};

}  // namespace patchcord::gateway

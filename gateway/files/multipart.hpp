#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Takes the first file out of a form as browsers send it (`multipart/form-data`, RFC 7578), as it comes.
class MultipartReader {
  public:
    /// The boundary in a header Content-Type; empty when it is no form, or has none that could be one.
    [[nodiscard]] static std::string boundary_in(std::string_view content_type);

    struct Events {
        std::function<void(const std::string& name)> file;  // begins; not cleaned
        std::function<void(std::string_view bytes)> bytes;
    };

    MultipartReader(const std::string& boundary, Events events);

    /// More of the body, in any cut. False: it is no such form.
    bool feed(std::string_view bytes);
    /// Did the file come to its end?
    [[nodiscard]] bool has_file() const { return part_ == Part::done; }

  private:
    enum class Part : unsigned char { preamble, after_boundary, header, other, file, done, bad };

    bool step();
    bool skip_to_boundary(bool give);
    bool read_header();

    std::string delimiter_;  // with the line end before it
    Events events_;
    Part part_ = Part::preamble;
    std::string input_ = "\r\n";  // the first boundary has no line before it
};

}  // namespace patchcord::gateway

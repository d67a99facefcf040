#pragma once

#include <memory>
#include <string_view>

#include "chat_core/ports/grapheme_breaker.hpp"

namespace patchcord::gateway {

/// Grapheme clusters by ICU's rules. Its data is loaded when first needed.
class IcuGraphemes final : public chat::GraphemeBreaker {
  public:
    IcuGraphemes();
    ~IcuGraphemes() override;
    [[nodiscard]] std::size_t boundary_before(std::string_view text, std::size_t limit) const override;

  private:
    struct Iterator;
    mutable std::unique_ptr<Iterator> iterator_;
};

}  // namespace patchcord::gateway

#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/ports/offline_box.hpp"
#include "chat_core/user.hpp"

namespace patchcord::tests {

/// Expects the people it is told of; whether a message is safe is answered when the test says so.
class ManualOfflineBox final : public chat::OfflineBox {
  public:
    void expect(std::string name) { names_.insert(std::move(name)); }
    /// What was to be kept since the last time, as "bob -> ana: hello".
    std::vector<std::string> take() { return std::exchange(kept_, {}); }
    /// Answers for the oldest message that has none.
    void answer(std::error_code error = {}) {
        ASSERT_FALSE(asked_.empty());
        const auto done = std::move(asked_.front());
        asked_.erase(asked_.begin());
        done(error);
    }
    [[nodiscard]] std::size_t pending() const { return asked_.size(); }

    [[nodiscard]] bool expects(std::string_view name) const override { return names_.contains(std::string(name)); }
    void keep(const chat::User& from, std::string_view name, std::string text,
              std::function<void(std::error_code)> done) override {
        kept_.push_back(from.name() + " -> " + std::string(name) + ": " + text);
        asked_.push_back(std::move(done));
    }

  private:
    std::set<std::string> names_;
    std::vector<std::string> kept_;
    std::vector<std::function<void(std::error_code)>> asked_;
};

}  // namespace patchcord::tests

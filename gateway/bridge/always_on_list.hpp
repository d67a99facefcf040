#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/ports/always_on_book.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// Who stays when their last client is gone: a setting of their account.
class AlwaysOnList final : public chat::AlwaysOnBook {
  public:
    explicit AlwaysOnList(Store& store) : store_(store) {}

    /// Reads the list; `done` is called once it is there, with everybody on it. Whose account is gone is forgotten,
    /// also when another has its name now.
    void load(std::function<void(const std::vector<chat::AlwaysOn>&)> done);

    [[nodiscard]] bool contains(std::string_view account, chat::WallTime made) const override;
    void save(chat::AlwaysOn who) override;
    void forget(std::string_view account) override;

  private:
    struct Entry {
        std::string value;      // as it is stored
        chat::WallTime made{};  // when the account was
    };
    void take(const AccountSetting& stored, std::vector<chat::AlwaysOn>& all);

    Store& store_;
    std::map<std::string, Entry, std::less<>> known_;  // by account
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

/// How somebody is stored: a field in each line, then a group in each. Groups that no longer fit are left out. Before
/// the name, and a blank, stands when the account was made.
[[nodiscard]] std::string format_always_on(const chat::AlwaysOn& who, std::size_t most_bytes);
/// Nothing when it is not that.
[[nodiscard]] std::optional<chat::AlwaysOn> parse_always_on(std::string_view account, std::string_view stored);

}  // namespace patchcord::gateway

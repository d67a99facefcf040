#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/fold.hpp"
#include "chat_core/log_sink.hpp"
#include "gateway/store/limits.hpp"
#include "msn/server/server.hpp"

namespace patchcord::gateway {

struct NameMapOptions {
    std::size_t nick_length = 30;        // bytes, at least 9
    std::size_t max_names = most_nicks;  // how many handles have a nick that is remembered
};

/// Who on MSN is called what on IRC. A handle keeps its nick, across restarts too. A new one is made from the friendly
/// name, with `_2`, `_3` and so on behind it when somebody has it already or has one that looks like it.
///
/// Hears from the core who is online: nobody new gets a nick that looks like one in use.
class NameMap final : public msn::NickNames, public chat::ServiceObserver {
  public:
    using Saved = std::function<void(std::error_code)>;
    /// Stores a handle's nick and tells whether that worked.
    using Save = std::function<void(std::string handle, std::string nick, Saved done)>;

    /// `fold` is by what nicks compare. It and `log` outlive the map and what `save` still has to tell.
    NameMap(const chat::FoldTable& fold, Save save, chat::LogSink& log, NameMapOptions options);
    NameMap(const NameMap&) = delete;
    NameMap& operator=(const NameMap&) = delete;

    /// Takes what was stored earlier, handles with their nicks; before anybody signs in. What is no nick, or somebody
    /// else's, is left out: that handle gets a new one.
    void load(const std::vector<std::pair<std::string, std::string>>& names);
    void set_options(NameMapOptions options) { options_ = options; }
    /// Is a nick the account of somebody else than `handle`? Such a nick is not given to it.
    using IsAnothers = std::function<bool(std::string_view nick, std::string_view handle)>;
    void set_accounts(IsAnothers is_anothers) { is_anothers_ = std::move(is_anothers); }

    /// The remembered nick. Somebody whose nick is taken at the moment gets another one for now, which is not
    /// remembered.
    std::string nick_for(std::string_view handle, std::string_view friendly_name,
                         const std::function<bool(std::string_view)>& is_taken) override;
    /// The nick of somebody who has another friendly name now, remembered instead of the one before. It stays when it
    /// is one that the new name makes, also with a number behind it.
    std::string new_nick_for(std::string_view handle, std::string_view friendly_name,
                             const std::function<bool(std::string_view)>& is_taken) override;
    /// Whose remembered nick this is. Somebody else may be using it at the moment: ask the core first.
    [[nodiscard]] std::optional<std::string> handle_of(std::string_view nick) const;
    /// The nick a handle had last.
    [[nodiscard]] std::optional<std::string> nick_of(std::string_view handle) const;
    [[nodiscard]] std::size_t size() const { return nicks_.size(); }

    void user_signed_on(const chat::User& user) override;
    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void user_renamed(const chat::User& user, std::string_view old_name) override;

  private:
    using IsTaken = std::function<bool(std::string_view)>;
    template <class Key, class T>
    using ByName = std::unordered_map<Key, T, chat::FoldHash, chat::FoldEqual>;
    using Look = std::size_t;  // a hash of what a nick looks like

    [[nodiscard]] Look look_of(std::string_view nick) const;
    void add_look(std::string_view nick) { ++looks_[look_of(nick)]; }
    void remove_look(std::string_view nick);
    [[nodiscard]] bool is_own(std::string_view handle, std::string_view nick) const;
    void forget(std::string_view handle);
    [[nodiscard]] bool is_free(std::string_view nick, std::string_view handle, const IsTaken& is_taken) const;
    /// `base` with the first suffix from number `first` on that makes it free; 1 is no suffix.
    [[nodiscard]] std::optional<std::string> free_variant(std::string_view base, std::size_t first,
                                                          std::string_view handle, const IsTaken& is_taken) const;
    void remember(std::string_view handle, std::string_view nick);
    void add(std::string_view handle, std::string_view nick);

    chat::FoldHash nick_hash_;
    Save save_;
    chat::LogSink& log_;
    NameMapOptions options_;
    IsAnothers is_anothers_ = [](std::string_view, std::string_view) { return false; };
    ByName<std::string, std::string> nicks_;              // by handle
    ByName<std::string_view, std::string_view> handles_;  // by nick; both are in `nicks_`
    std::unordered_map<Look, std::size_t> looks_;         // how many nicks, remembered or in use, look like this
    bool limit_logged_ = false;
};

}  // namespace patchcord::gateway

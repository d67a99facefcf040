// What the user types.

#include <algorithm>
#include <array>

#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/text_message.hpp"
#include "tools/patchcord_msn/font.hpp"
#include "tools/patchcord_msn/messenger.hpp"

namespace patchcord::tools {

using Argument = const std::string&;
using msn::ListBit;

/// A function for each command; its argument is the rest of the line.
struct Commands {
    static std::optional<std::string> handle_in(Messenger& self, Argument text) {
        auto handle = msn::parse_handle(text);
        if (!handle) self.trouble("not a handle, which looks like name@example.com: " + text);
        return handle;
    }

    static std::shared_ptr<Conversation> current(Messenger& self) {
        auto found = self.find(self.current_);
        if (!found) self.trouble("no conversation is open: /chat HANDLE");
        return found;
    }

    static void list(Messenger& self, Argument) {
        for (const auto& [handle, contact] : self.client_->roster().contacts()) {
            std::string lists;
            for (const ListBit bit :
                 {ListBit::forward, ListBit::allow, ListBit::block, ListBit::reverse, ListBit::pending}) {
                if (contact.is_on(bit)) lists += (lists.empty() ? "" : ",") + std::string(msn::list_name(bit));
            }
            self.ports_.print("- " + handle + " " + std::string(msn::format_status(contact.status)) + " " + lists +
                              " (" + contact.name + ")");
        }
        self.ports_.print("- " + std::to_string(self.client_->roster().contacts().size()) + " in all");
    }

    static void chat(Messenger& self, Argument text) {
        if (text.empty()) {
            for (const auto& chat : self.conversations_) {
                self.ports_.print("- " + chat->name() + (chat->name() == self.current_ ? " (current)" : ""));
            }
            return;
        }
        const auto handle = handle_in(self, text);
        if (!handle) return;
        self.current_ = *handle;
        self.chat_with(*handle);
    }

    static void who(Messenger& self, Argument) {
        if (const auto chat = current(self)) chat->list_users();
    }

    static void invite(Messenger& self, Argument text) {
        const auto handle = handle_in(self, text);
        const auto chat = handle ? current(self) : nullptr;
        if (chat) chat->invite(*handle);
    }

    static void nudge(Messenger& self, Argument) {
        if (const auto chat = current(self)) chat->nudge();
    }

    static void typing(Messenger& self, Argument) {
        if (const auto chat = current(self)) chat->typing();
    }

    static void close(Messenger& self, Argument) {
        if (const auto chat = current(self)) chat->leave();
    }

    static void status(Messenger& self, Argument text) {
        std::string_view words = text;
        const auto status = msn::parse_status(msn::take_field(words, ' '));
        if (!status || *status == msn::Status::offline) {
            return self.trouble("which status? NLN, BSY, IDL, BRB, AWY, PHN, LUN or HDN");
        }
        self.client_->change_status(*status, self.report("/status"));
        if (!words.empty()) {
            self.client_->change_personal_message({std::string(msn::trim(words)), {}}, self.report("/status"));
        }
    }

    static void name(Messenger& self, Argument text) {
        if (text.empty()) return self.trouble("which name?");
        self.client_->change_screen_name(text, self.report("/name"));
    }

    /// On AL first: servers tell of presence as the lists are when FL changes.
    static void add(Messenger& self, Argument text) {
        const auto handle = handle_in(self, text);
        if (!handle) return;
        const msn::RosterContact* known = self.client_->roster().find(*handle);
        if (known != nullptr && known->is_on(ListBit::block)) {
            self.client_->remove_contact(ListBit::block, *handle, self.report("/add"));
        }
        if (known == nullptr || !known->is_on(ListBit::allow)) {
            self.client_->add_contact(ListBit::allow, *handle, self.report("/add"));
        }
        self.client_->add_contact(ListBit::forward, *handle, self.report("/add"));
    }

    static void remove(Messenger& self, Argument text) {
        if (const auto handle = handle_in(self, text)) {
            self.client_->remove_contact(ListBit::forward, *handle, self.report("/remove"));
        }
    }

    static void move(Messenger& self, Argument text, ListBit from, ListBit to, const char* command) {
        const auto handle = handle_in(self, text);
        if (!handle) return;
        const msn::RosterContact* known = self.client_->roster().find(*handle);
        if (known != nullptr && known->is_on(from)) {
            self.client_->remove_contact(from, *handle, self.report(command));
        }
        self.client_->add_contact(to, *handle, self.report(command));
    }

    static void block(Messenger& self, Argument text) { move(self, text, ListBit::allow, ListBit::block, "/block"); }

    static void unblock(Messenger& self, Argument text) {
        move(self, text, ListBit::block, ListBit::allow, "/unblock");
    }

    static void font(Messenger& self, Argument text) {
        if (const auto style = parse_font(text)) {
            self.style_ = *style;
        } else {
            self.trouble(
                "which font? plain, bold, italic, underline, strike, red, green, blue, orange, purple, pink, brown, "
                "grey, #rrggbb");
        }
    }

    static void help(Messenger& self, Argument) {
        for (std::string_view rest = command_help(); !rest.empty();) {
            self.ports_.print("- " + std::string(msn::take_field(rest, '\n')));
        }
    }

    static void quit(Messenger& self, Argument) { self.finish(); }
};

namespace {

struct Row {
    std::string_view name;
    void (*run)(Messenger&, Argument);
};

constexpr std::array<Row, 17> rows = {{{"/list", Commands::list},
                                       {"/chat", Commands::chat},
                                       {"/who", Commands::who},
                                       {"/invite", Commands::invite},
                                       {"/nudge", Commands::nudge},
                                       {"/typing", Commands::typing},
                                       {"/close", Commands::close},
                                       {"/status", Commands::status},
                                       {"/name", Commands::name},
                                       {"/add", Commands::add},
                                       {"/remove", Commands::remove},
                                       {"/block", Commands::block},
                                       {"/unblock", Commands::unblock},
                                       {"/font", Commands::font},
                                       {"/help", Commands::help},
                                       {"/quit", Commands::quit},
                                       {"/exit", Commands::quit}}};

}  // namespace

std::string_view command_help() {
    return "/list                      contacts: handle, status, lists (name)\n"
           "/chat [HANDLE]             talks to a person or a room from now on; without HANDLE: what is open\n"
           "/who                       who is in this conversation\n"
           "/invite HANDLE             calls somebody into this conversation\n"
           "/nudge, /typing, /close    in this conversation\n"
           "/status NLN|BSY|IDL|BRB|AWY|PHN|LUN|HDN [WORDS]   words: with MSNP11 and 12\n"
           "/name FRIENDLY NAME\n"
           "/add, /remove, /block, /unblock HANDLE\n"
           "/font plain|bold|italic|underline|strike|red|green|blue|orange|purple|pink|brown|grey|#rrggbb ...\n"
           "/quit                      signs out when all that was said has arrived\n"
           "//TEXT                     says a text that begins with /\n"
           "Any other line, and /me DOES SOMETHING, is said in the current conversation.\n";
}

void Messenger::input(const std::string& line) {
    if (client_ == nullptr || quitting_ || line.empty()) return;
    if (!line.starts_with('/') || msn::action_in(line)) {
        say(line);
    } else if (line.starts_with("//")) {
        say(line.substr(1));
    } else {
        std::string_view rest = line;
        const std::string_view name = msn::take_field(rest, ' ');
        const auto* const row =
            std::find_if(rows.begin(), rows.end(), [&](const Row& known) { return known.name == name; });
        if (row == rows.end()) {
            trouble("unknown command, try /help: " + std::string(name));
        } else {
            row->run(*this, std::string(msn::trim(rest)));
        }
    }
    progress();
}

void Messenger::say(const std::string& text) {
    if (current_.empty()) return trouble("to whom? /chat HANDLE");
    chat_with(current_).say(text, style_);
}

}  // namespace patchcord::tools

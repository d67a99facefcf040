#include "gateway/config/rooms_load.hpp"

#include <algorithm>

#include "chat_core/fold.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::gateway {
namespace {

bool is_there(const Config& config, std::string_view name) {
    const chat::FoldTable& fold = irc::fold_table(config.irc.casemapping);
    return std::ranges::any_of(config.rooms,
                               [&](const Config::Room& room) { return chat::equal_folded(room.name, name, fold); });
}

Config::Room read_room(TableReader& reader, const Config& config) {
    Config::Room room;
    reader.read("name", room.name);
    reader.read("topic", room.topic);
    if (room.name.empty() || !irc::is_valid_channel("#" + room.name, config.irc.channel_length)) {
        reader.error("name", "must be a channel's name without #, no spaces or commas");
    }
    if (is_there(config, room.name)) reader.error("name", "is another room's already, as channels are compared");
    if (room.topic.size() > config.irc.topic_length) reader.error("topic", "is longer than irc.topic_length");
    return room;
}

}  // namespace

void read_rooms(TableReader& root, Config& config, ConfigErrors& errors) {
    if (!root.has("room")) {
        root.tables("room");
        return;
    }
    config.rooms.clear();
    for (const toml::table* table : root.tables("room")) {
        TableReader reader(table, "room", errors);
        config.rooms.push_back(read_room(reader, config));
    }
}

}  // namespace patchcord::gateway

// Configuration files: whatever is in one, it is read or there are errors that say where.

#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"
#include "gateway/config/config_load.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

constexpr std::string_view name = "gateway.toml";

void check_error(const std::string& error) {
    demand(error.starts_with(name), "an error says in which file");
    demand(error.size() > name.size() + 2 && error[name.size()] == ':', "and then where, or what");
    demand(error.find('\n') == std::string::npos, "an error is one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const gateway::LoadedConfig loaded = gateway::parse_config(text, std::string(name));
    for (const std::string& error : loaded.errors) check_error(error);
    const gateway::LoadedConfig again = gateway::parse_config(text, std::string(name));
    demand(again.errors == loaded.errors, "the same text gives the same errors");
    demand(again.config.written == loaded.config.written, "and the same values");
    if (!loaded.errors.empty()) return 0;
    demand(chat::is_valid_utf8(text), "what is taken is text");
    demand(!loaded.config.gateway.data_dir.empty() && !loaded.config.gateway.name.empty(), "what has to be there is");
    const gateway::LoadedConfig broken = gateway::parse_config(text + "\n[gateway]\nnmae = 1\n", std::string(name));
    demand(!broken.errors.empty(), "nothing hides what stands behind it");
    return 0;
}

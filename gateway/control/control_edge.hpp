#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "gateway/config/config.hpp"
#include "gateway/control/control_server.hpp"
#include "gateway/control/reload_report.hpp"
#include "gateway/control/status_report.hpp"
#include "gateway/history/history.hpp"
#include "gateway/msn_edge.hpp"
#include "gateway/net/event_loop.hpp"
#include "irc/server/server.hpp"

namespace patchcord::gateway {

/// Where the control socket of a configuration is; empty: there is none.
[[nodiscard]] std::string control_socket_path(const Config& config);

/// What answers `patchcord status` and `patchcord reload`.
class ControlEdge {
  public:
    struct Parts {
        EventLoop& loop;
        chat::LogSink& log;
        const chat::ChatService& service;
        const chat::FileDesk& files;
        irc::Server& irc;
        MsnEdge& msn;
        const History* history;  // nullptr: none is kept
        std::function<ReloadReport()> reload;
        /// Those that are shown now.
        std::function<std::vector<StatusReport::Certificate>()> certificates;
    };

    explicit ControlEdge(Parts parts);
    /// Listens, if the configuration says where. An error as a sentence, or nothing.
    [[nodiscard]] std::string open(const Config& config);
    [[nodiscard]] StatusReport report() const;

  private:
    [[nodiscard]] std::string answer(std::string_view request) const;
    [[nodiscard]] StatusReport::Process process() const;
    [[nodiscard]] StatusReport::People people() const;
    [[nodiscard]] StatusReport::Queues queues() const;
    [[nodiscard]] std::vector<StatusReport::Storage> storage() const;
    [[nodiscard]] std::vector<StatusReport::Link> links() const;

    Parts parts_;
    chat::Now started_;
    std::unique_ptr<ControlServer> server_;
};

}  // namespace patchcord::gateway

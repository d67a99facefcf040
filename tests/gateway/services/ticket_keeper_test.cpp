#include "gateway/services/ticket_keeper.hpp"

#include <gtest/gtest.h>

#include "msn/client/client_error.hpp"

namespace patchcord::gateway {
namespace {

class OneTicket final : public msn::TicketSource {
  public:
    void get_ticket(const std::string&, const std::string&, const std::string&,
                    std::function<void(Ticket)> done) override {
        done(ticket);
    }
    Ticket ticket{"t=1&p=2", {}, {}};
};

TEST(TicketKeeperTest, TheLastTicketOfEachAccountIsKeptAndPassedOn) {
    OneTicket source;
    TicketKeeper keeper(source);
    std::string given;
    const auto take = [&](const msn::TicketSource::Ticket& ticket) { given = ticket.ticket; };
    keeper.get_ticket("c", "ana@example.com", "secret", take);
    EXPECT_EQ(given, "t=1&p=2");
    EXPECT_EQ(keeper.ticket_of("ana@example.com"), "t=1&p=2");
    EXPECT_EQ(keeper.ticket_of("bob@example.com"), "");
    source.ticket = {{}, msn::ClientErrc::wrong_password, {}};
    keeper.get_ticket("c", "ana@example.com", "wrong", take);
    EXPECT_EQ(given, "");
    EXPECT_EQ(keeper.ticket_of("ana@example.com"), "") << "the old one may be worth nothing";
}

}  // namespace
}  // namespace patchcord::gateway

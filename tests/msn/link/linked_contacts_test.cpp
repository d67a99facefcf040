#include <algorithm>

#include "tests/msn/link/link_fixture.hpp"

// What becomes of an owner's contact list when the service's is another than it was.

namespace patchcord::msn {
namespace {

using tests::Visitor;

class LinkedContactsTest : public LinkTest {
  protected:
    LinkedContactsTest() {
        for (const char* friends : {"bob@example.com", "carol@example.com"}) befriend("ana@example.com", friends);
        link();
        Visitor ana(near_, "ana", profile_of("ana"));
        settle();
        EXPECT_EQ(listed(ana), (Log{"bob@example.com/far", "carol@example.com/far"}));
    }
    static Log listed(Visitor& who) {
        Log addresses;
        for (const auto& [address, entry] : who.user().roster().entries()) {
            if (entry.listed) addresses.push_back(address);
        }
        std::sort(addresses.begin(), addresses.end());
        return addresses;
    }
    void forget(const std::string& handle) {
        std::erase_if(store_.account("ana@example.com").contacts,
                      [&](const Contact& contact) { return contact.handle == handle; });
    }
    /// The owner comes back, with the list as it was kept for them.
    static void restore(Visitor& who) {
        who.user().await_roster();
        who.user().restore_roster(
            {{"bob@example.com/far", {}, true, false, false}, {"carol@example.com/far", "Caro", true, false, false}});
    }
};

TEST_F(LinkedContactsTest, WhoIsNotOnTheServicesListAnyMoreIsTakenOffAndTheOwnerIsTold) {
    forget("bob@example.com");
    Visitor ana(near_, "ana", profile_of("ana"));
    restore(ana);
    settle();
    EXPECT_EQ(listed(ana), (Log{"carol@example.com/far"}));
    const Log told = ana.take();
    EXPECT_EQ(std::count(told.begin(), told.end(),
                         "told No longer on your contact list on far (ana@example.com): bob@example.com"),
              1);
}

TEST_F(LinkedContactsTest, AServiceThatHasForgottenEverybodyTakesNobodyOff) {
    forget("bob@example.com");
    forget("carol@example.com");
    Visitor ana(near_, "ana", profile_of("ana"));
    restore(ana);
    settle();
    EXPECT_EQ(listed(ana), (Log{"bob@example.com/far", "carol@example.com/far"}));
    EXPECT_EQ(ana.user().roster().find("carol@example.com/far")->name, "Caro");
    const Log told = ana.take();
    EXPECT_EQ(std::count_if(told.begin(), told.end(),
                            [](const std::string& line) { return line.find("Here it stays") != std::string::npos; }),
              1);
}

TEST_F(LinkTest, ThePresenceOfWhoIsNoContactIsNotShown) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    const std::size_t before = near_.online_users().size();
    std::string flood;
    for (int number = 0; number < 500; ++number) flood += "NLN NLN s" + std::to_string(number) + "@example.com S 0\r\n";
    connector_.wires.front()->say_to_client(flood);
    settle();
    EXPECT_EQ(near_.online_users().size(), before);
}

}  // namespace
}  // namespace patchcord::msn

"""Rooms on both sides of the bridge: joining, leaving, and who is shown."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person, room
from harness.case import configured
from harness.client import of_command


class RoomTest(BridgeCase):
    """A room is a channel on IRC and a contact on MSN."""

    def test_room_is_a_contact_with_the_channel_as_its_name(self) -> None:
        """room | channel `#lobby` | contact `lobby@rooms.<gateway name>`, friendly name `#lobby`"""
        bob = self.msn("bob")
        chat = bob.call(LOBBY)
        self.assertEqual(chat.present[LOBBY], "#lobby")

    def test_irc_user_joins(self) -> None:
        """IRC user `JOIN #lobby` | every MSN member's switchboard attached to the room gets `JOI`"""
        bob = self.msn("bob").call(LOBBY)
        carol = self.msn("carol", dialect=8).call(LOBBY)
        self.irc("ana", "#lobby", realname="Ana Bee")
        for chat in (bob, carol):
            chat.expect_joined(person("ana"))
            self.assertEqual(chat.present[person("ana")], "Ana Bee")

    def test_who_was_there_before_is_shown_to_a_client_that_attaches_later(self) -> None:
        """... a client that attaches later gets a list with the same people"""
        self.irc("ana", "#lobby", realname="Ana Bee")
        self.msn("carol").call(LOBBY)
        chat = self.msn("bob").call(LOBBY)
        chat.barrier()
        self.assertEqual(
            chat.present, {LOBBY: "#lobby", person("ana"): "Ana Bee", "carol@example.com": "Carol"}
        )

    def test_irc_user_leaves_by_part_quit_and_lost_connection(self) -> None:
        """IRC user `PART #lobby :bye` / `QUIT` / connection lost | `BYE ana@irc.<gw>`"""
        clients = [self.irc(nick, "#lobby") for nick in ("ana", "berta", "cora")]
        chat = self.msn("bob").call(LOBBY)
        for client in clients:
            chat.expect_joined(person(client.nick))
        clients[0].send("PART #lobby :bye")
        chat.expect_left(person("ana"))
        clients[1].send("QUIT :gone")
        chat.expect_left(person("berta"))
        clients[2].close()
        chat.expect_left(person("cora"))
        chat.barrier()
        self.assertEqual(list(chat.present), [LOBBY])

    def test_kicked_irc_user_leaves_on_msn_too(self) -> None:
        """KICK is a way to leave as well: `BYE`."""
        owner = self.irc("olga", "#crew")
        self.irc("ana", "#crew")
        chat = self.msn("bob").call(room("crew"))
        chat.expect_joined(person("ana"))
        owner.send("KICK #crew ana :enough")
        chat.expect_left(person("ana"))
        self.assertIn(person("olga"), chat.present)

    def test_kicked_msn_user_is_out(self) -> None:
        """... and the window of somebody on MSN who is kicked leads nowhere any more."""
        owner = self.irc("olga", "#crew")
        chat = self.msn("bob").call(room("crew"))
        owner.expect("JOIN", "#crew", where=lambda message: message.nick == "Bob")
        owner.ask("KICK #crew Bob :enough")
        chat.read_to_end()

    def test_msn_user_joins_by_calling_the_room(self) -> None:
        """MSN client opens a chat with `lobby@rooms.<gw>` (`CAL`) | IRC members see `JOIN #lobby` by bob's nick"""
        plain = self.irc("ana", "#lobby")
        extended = self.irc("edna", "#lobby", caps=("extended-join",))
        self.msn("bob").call(LOBBY)
        join = plain.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        self.assertEqual(join.source, "Bob!bob@example.com")
        join = extended.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        self.assertEqual(join.params, ["#lobby", "bob@example.com", "Bob"])

    def test_msn_user_leaves_by_out(self) -> None:
        """MSN client closes the chat window (`OUT`) | `PART #lobby` with the reason `left`"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        chat.leave()
        self.assertEqual(ana.expect("PART", "#lobby").text, "left")

    def test_msn_user_leaves_by_a_lost_switchboard(self) -> None:
        """... or drops | `PART #lobby` with the reason `connection lost`"""
        ana = self.irc("ana", "#lobby")
        self.msn("bob").call(LOBBY).close()
        self.assertEqual(ana.expect("PART", "#lobby").text, "connection lost")

    @configured({"msn": {"silence_timeout": "1s"}})
    def test_msn_user_leaves_by_falling_silent(self) -> None:
        """... or is signed out for saying nothing | `PART #lobby` with the reason `idle`, and no `QUIT` besides"""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob")
        bob.call(LOBBY)
        bob.send("PNG")
        self.assertEqual(ana.expect("PART", "#lobby").text, "idle")
        bob.read_to_end()
        self.assert_silent(ana, "PART", "QUIT")

    def test_msn_user_who_signs_out_quits(self) -> None:
        """Signing out ends everything: `QUIT`, once, and no `PART` besides."""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob")
        bob.call(LOBBY)
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        bob.send("OUT")
        ana.expect("QUIT", where=lambda message: message.nick == "Bob")
        self.assert_silent(ana, "PART", "QUIT")

    def names_in(self, replies) -> set[str]:
        """The nicks of RPL_NAMREPLY, without what they may."""
        texts = " ".join(message.text for message in of_command(replies, "353"))
        return {name.lstrip("@+") for name in texts.split()}

    def test_names_and_who_of_irc_show_the_msn_user(self) -> None:
        """person on MSN | nick made from the friendly name, `user@host` = the handle: NAMES and WHO know them."""
        self.msn("bob").call(LOBBY)
        ana = self.irc("ana")
        replies = ana.ask("JOIN #lobby")
        self.assertIn("Bob", self.names_in(replies))
        who = of_command(ana.ask("WHO #lobby"), "352", None, "#lobby", "bob", "example.com")
        self.assertEqual([message.params[5] for message in who], ["Bob"])

    def test_two_windows_of_one_person_are_one_member(self) -> None:
        """same person in the room from two clients | one JOIN at the first, one PART at the last"""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob")
        first, second = bob.call(LOBBY), bob.call(LOBBY)
        first.leave()
        joins = of_command(ana.barrier(), "JOIN", "#lobby")
        self.assertEqual([message.nick for message in joins], ["Bob"])
        second.leave()
        ana.expect("PART", "#lobby", where=lambda message: message.nick == "Bob")
        self.assert_silent(ana, "PART")

    def test_room_goes_on_for_the_others_when_one_window_closes(self) -> None:
        """... and the other window still hears what is said."""
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob")
        first, second = bob.call(LOBBY), bob.call(LOBBY)
        second.leave()
        ana.send("PRIVMSG #lobby :still there?")
        first.expect_text("still there?", person("ana"))

    def test_many_people_at_once_come_as_one_list(self) -> None:
        """many joins at once (attach of a large room) | IRC: one `353`/`366` list, not one JOIN a person"""
        for number in range(12):
            self.msn(f"guest{number}").call(LOBBY)
        ana = self.irc("ana")
        replies = ana.ask("JOIN #lobby")
        self.assertEqual(len([name for name in self.names_in(replies) if name.startswith("Guest")]), 12)
        self.assertEqual(len(of_command(replies, "JOIN")), 1)
        self.assertEqual(len(of_command(replies, "366")), 1)

    def test_friendly_name_change_is_a_setname(self) -> None:
        """MSN user changes the friendly name | IRC: `SETNAME` to sessions with `setname`; the nick stays"""
        ana = self.irc("ana", "#lobby", caps=("setname",))
        plain = self.irc("paula", "#lobby")
        for number, dialect in enumerate((9, 12)):
            bob = self.msn(f"bob{number}", dialect=dialect)
            bob.call(LOBBY)
            bob.rename("Robert the Great")
            change = ana.expect("SETNAME", "Robert the Great")
            self.assertEqual(change.nick, f"Bob{number}")
        self.assert_silent(plain, "SETNAME", "NICK")

    def test_nick_change_is_told_with_the_next_message(self) -> None:
        """IRC user changes nick | in an open switchboard the next message carries the new name in `P4-Context`"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        ana.send("PRIVMSG #lobby :as ana", "NICK anabel", "PRIVMSG #lobby :as anabel")
        self.assertNotIn("p4-context", chat.expect_text("as ana", person("ana")).body.headers)
        renamed = chat.expect_text("as anabel", person("ana"))
        self.assertEqual(renamed.body.headers["p4-context"], "anabel")

    def test_room_that_does_not_exist_cannot_be_called(self) -> None:
        """called person is offline | MSN: error `217`; so for a room that is not there, or that is secret"""
        owner = self.irc("olga", "#hidden")
        owner.ask("MODE #hidden +s")
        chat = self.msn("bob").open_switchboard()
        for name in ("nowhere", "hidden"):
            answer = chat.request("CAL", room(name))
            self.assertEqual(answer.verb, "217", name)

    def test_room_closed_to_somebody_says_so(self) -> None:
        """called person ... blocks | MSN: error `216` where the room is by invitation only, or bans"""
        owner = self.irc("olga", "#closed", "#banned")
        owner.ask("MODE #closed +i", "MODE #banned +b *!bob@example.com")
        chat = self.msn("bob").open_switchboard()
        for name in ("closed", "banned"):
            answer = chat.request("CAL", room(name))
            self.assertEqual(answer.verb, "216", name)


if __name__ == "__main__":
    unittest.main()

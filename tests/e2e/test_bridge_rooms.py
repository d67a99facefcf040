"""Joining and leaving across the bridge: rooms, groups, and queries that become groups."""

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
        """IRC user `JOIN #lobby` | every MSN member's switchboard attached to the room gets `JOI`, with the real name."""
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
        """MSN client opens a chat with contact `lobby@rooms.<gw>` (`CAL`) | IRC members see `JOIN #lobby` by bob's nick"""
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


class InvitationTest(BridgeCase):
    """Asking people in."""

    def test_irc_invites_msn_user_into_a_room(self) -> None:
        """IRC user `INVITE bob #lobby` | bob's client rings (`RNG`) with the room as caller; answering attaches it."""
        ana = self.irc("ana", "#lobby")
        witness = self.irc("wilma", "#lobby", caps=("invite-notify",))
        bob = self.msn("bob")
        ana.send("INVITE Bob #lobby")
        ana.expect("341", "ana", "Bob", "#lobby")
        ring = bob.wait_for_ring()
        self.assertEqual((ring.params[4], ring.name(5)), (LOBBY, "#lobby"))
        self.assertEqual(witness.expect("INVITE", "Bob", "#lobby").nick, "ana")
        chat = bob.answer(ring)
        self.assertIn(person("ana"), chat.present)
        self.assertIn(LOBBY, chat.present)
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        ana.send("PRIVMSG #lobby :welcome")
        chat.expect_text("welcome", person("ana"))

    def test_irc_invites_msn_user_into_a_closed_room(self) -> None:
        """... and the invitation opens a room that is by invitation only"""
        ana = self.irc("ana", "#club")
        ana.ask("MODE #club +i")
        bob = self.msn("bob")
        ana.ask("INVITE Bob #club")
        bob.answer()
        ana.expect("JOIN", "#club", where=lambda message: message.nick == "Bob")

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_invited_person_does_not_answer(self) -> None:
        """called person does not answer in 30 s | `FAIL INVITE NOT_ANSWERED bob :…`"""
        ana = self.irc("ana", "#lobby", caps=("standard-replies",))
        plain = self.irc("paula", "#lobby")
        bob = self.msn("bob")
        ana.ask("INVITE Bob #lobby")
        bob.wait_for_ring()
        ana.expect("FAIL", "INVITE", "NOT_ANSWERED", "Bob")
        plain.ask("INVITE Bob #lobby")
        plain.expect("NOTICE", where=lambda message: "Bob" in message.text)

    def test_invited_person_blocks(self) -> None:
        """called person ... blocks | `401`, or `FAIL INVITE`; and the blocking client does not ring"""
        ana = self.irc("ana", "#lobby", caps=("standard-replies",))
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        ana.send("INVITE Bob #lobby")
        answer = ana.expect_any(("401", "FAIL"))
        self.assertIn("Bob", answer.params)
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_invited_person_is_offline(self) -> None:
        """called person is offline | `401`"""
        ana = self.irc("ana", "#lobby")
        self.assertTrue(of_command(ana.ask("INVITE nobody #lobby"), "401", "ana", "nobody"))

    def test_msn_calls_offline_people(self) -> None:
        """called person is offline | MSN: error `217`"""
        chat = self.msn("bob").open_switchboard()
        for handle in (person("nobody"), "nobody@example.com"):
            answer = chat.request("CAL", handle)
            self.assertEqual(answer.verb, "217", handle)

    def test_msn_member_calls_msn_friend_into_the_room(self) -> None:
        """A member of a room who calls somebody invites them: their client rings, and answering makes them a member."""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carol.answer()
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Carol")
        chat.expect_joined("carol@example.com")

    def test_msn_member_calls_irc_friend_into_the_room(self) -> None:
        """A member of a room who calls somebody on IRC invites them: `INVITE`."""
        ana = self.irc("ana")
        chat = self.msn("bob").call(LOBBY)
        chat.call(person("ana"))
        self.assertEqual(ana.expect("INVITE", "ana", "#lobby").nick, "Bob")


class GroupTest(BridgeCase):
    """Conversations of three or more that are nobody's room."""

    def query_of_bob_and_ana(self, caps=("standard-replies",)):
        ana = self.irc("ana", caps=caps)
        bob = self.msn("bob")
        chat = bob.call(person("ana"))
        chat.say("just us")
        ana.expect("PRIVMSG", "ana", "just us")
        return ana, bob, chat

    def group(self, caps=("standard-replies",)):
        """ana on IRC, bob and carol on MSN, and the channel in which ana finds herself."""
        ana, bob, chat = self.query_of_bob_and_ana(caps)
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carols = carol.answer()
        join = ana.expect("JOIN", where=lambda message: message.nick == "ana")
        chat.expect_joined("carol@example.com")
        return ana, chat, carols, join.params[0]

    def test_query_becomes_a_group(self) -> None:
        """MSN user with an open 1:1 session calls a third person | the IRC user is sent `JOIN &slug` with the names
        list, and a `NOTE` says why; later messages of that session go to the channel"""
        ana, bob, chat = self.query_of_bob_and_ana()
        carol = self.msn("carol")
        chat.call("carol@example.com")
        self.assert_silent(ana, "JOIN", "NOTE")
        carols = carol.answer()
        self.assertEqual(set(carols.present), {"bob@example.com", person("ana")})
        note = ana.expect_any(("NOTE",))
        join = ana.expect("JOIN", where=lambda message: message.nick == "ana")
        channel = join.params[0]
        self.assertTrue(channel.startswith("&") and "bob" in channel.lower(), channel)
        self.assertIn(channel, note.params)
        names = ana.expect("353", "ana", None, channel).text.split()
        self.assertEqual({name.lstrip("@+") for name in names}, {"ana", "Bob", "Carol"})
        ana.expect("366", "ana", channel)
        chat.say("now three")
        self.assertEqual(ana.expect("PRIVMSG", channel, "now three").nick, "Bob")
        carols.expect_text("now three", "bob@example.com")

    def test_group_without_standard_replies_is_explained_by_a_notice(self) -> None:
        """... for clients without `standard-replies` the `NOTE` is a `NOTICE`"""
        ana, _, _, _ = self.group(caps=())
        self.assertEqual(ana.nick, "ana")

    def test_all_three_hear_all(self) -> None:
        """ad-hoc conversation of three or more | channel `&<slug>` | switchboard session: text goes every way, once"""
        ana, bobs, carols, channel = self.group()
        ana.send(f"PRIVMSG {channel} :from ana")
        for chat in (bobs, carols):
            chat.expect_text("from ana", person("ana"))
        carols.say("from carol")
        bobs.expect_text("from carol", "carol@example.com")
        bobs.say("from bob")
        carols.expect_text("from bob", "bob@example.com")
        heard = [message.text for message in of_command(ana.barrier(), "PRIVMSG", channel)]
        self.assertEqual(heard, ["from carol", "from bob"])
        self.assertEqual(bobs.texts() + carols.texts(), [])

    def test_third_person_is_not_shown_what_was_said_before(self) -> None:
        """nothing ana wrote before is shown to carol, and ana knows of carol before anything else is relayed"""
        ana, bob, chat = self.query_of_bob_and_ana()
        ana.ask("PRIVMSG Bob :our secret")
        chat.expect_text("our secret")
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carols = carol.answer()
        self.assertEqual(carols.texts(), [])
        chat.say("hello both")
        arrived = [message.command for message in ana.barrier()]
        self.assertLess(arrived.index("JOIN"), arrived.index("PRIVMSG"))

    def test_private_answer_does_not_reach_the_group(self) -> None:
        """A PRIVMSG to bob's nick stays between the two when the old query has become a group."""
        ana, bobs, carols, _ = self.group()
        ana.send("PRIVMSG Bob :only you")
        ana.barrier()
        second = bobs.owner.answer()
        second.expect_text("only you", person("ana"))
        self.assertEqual(carols.texts(), [])

    def test_irc_member_invites_into_the_group(self) -> None:
        """IRC user `INVITE carol &slug` | `CAL carol` in that session; her `JOI` shows as `JOIN &slug`"""
        ana, bobs, _, channel = self.group()
        dave = self.msn("dave")
        ana.send(f"INVITE Dave {channel}")
        ana.expect("341", "ana", "Dave", channel)
        ring = dave.wait_for_ring()
        self.assertEqual(ring.params[0], bobs.session_id)
        daves = dave.answer(ring)
        self.assertEqual(set(daves.present), {"bob@example.com", "carol@example.com", person("ana")})
        self.assertEqual(ana.expect("JOIN", channel, where=lambda message: message.nick == "Dave").nick, "Dave")
        bobs.expect_joined("dave@example.com")

    def test_msn_user_calls_an_irc_user_into_a_group(self) -> None:
        """MSN user calls an IRC user into a group session | if `auto_join` is on (default) they are joined at once"""
        _, bobs, carols, channel = self.group()
        zoe = self.irc("zoe", caps=("standard-replies",))
        bobs.call(person("zoe"))
        zoe.expect("NOTE", "JOIN")
        zoe.expect("JOIN", channel, where=lambda message: message.nick == "zoe")
        for chat in (bobs, carols):
            chat.expect_joined(person("zoe"))

    @configured({"msn": {"auto_join": False}})
    def test_without_auto_join_an_irc_user_is_invited(self) -> None:
        """... IRC user gets `INVITE nick &slug`, and comes with JOIN"""
        ana, bob, chat = self.query_of_bob_and_ana()
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carol.answer()
        channel = ana.expect("INVITE", "ana").params[1]
        ana.send(f"JOIN {channel}")
        ana.expect("JOIN", channel)
        chat.say("there you are")
        ana.expect("PRIVMSG", channel, "there you are")

    def test_msn_pair_calls_an_irc_user(self) -> None:
        """MSN user calls an IRC user into a group session: two on MSN who talk, and a third on IRC"""
        bob, carol, ana = self.msn("bob"), self.msn("carol"), self.irc("ana", caps=("standard-replies",))
        bobs = bob.open_switchboard()
        bobs.call("carol@example.com")
        carols = carol.answer()
        bobs.expect_joined("carol@example.com")
        bobs.call(person("ana"))
        channel = ana.expect("JOIN", where=lambda message: message.nick == "ana").params[0]
        for chat in (bobs, carols):
            chat.expect_joined(person("ana"))
        carols.say("hello ana")
        self.assertEqual(ana.expect("PRIVMSG", channel, "hello ana").nick, "Carol")
        bobs.expect_text("hello ana", "carol@example.com")

    def test_group_ends_with_its_last_member(self) -> None:
        """`Group` that ends with its last member: who leaves is told to the others, and the channel is gone at last"""
        ana, bobs, carols, channel = self.group()
        carols.leave()
        ana.expect("PART", channel, where=lambda message: message.nick == "Carol")
        bobs.expect_left("carol@example.com")
        ana.send(f"PART {channel}")
        bobs.expect_left(person("ana"))
        bobs.leave()
        self.assertTrue(of_command(ana.ask(f"MODE {channel}"), "403"))

    def test_group_is_closed_to_others(self) -> None:
        """A group conversation is secret and by invitation only: nobody else finds it or comes in."""
        _, _, _, channel = self.group()
        mal = self.irc("mal")
        replies = mal.ask("LIST", f"JOIN {channel}", f"NAMES {channel}")
        self.assertEqual(of_command(replies, "322", "mal", channel), [])
        self.assertEqual(of_command(replies, "JOIN"), [])
        self.assertTrue(of_command(replies, "473", "mal", channel))

    def test_crossing_conversations_of_two_stay_apart(self) -> None:
        """two people talking | query | 1:1 switchboard session: ana's queries with bob and carol do not mix"""
        ana = self.irc("ana")
        bobs = self.msn("bob").call(person("ana"))
        carols = self.msn("carol").call(person("ana"))
        ana.ask("PRIVMSG Bob :for bob", "PRIVMSG Carol :for carol")
        self.assertEqual(bobs.texts(), ["for bob"])
        self.assertEqual(carols.texts(), ["for carol"])


if __name__ == "__main__":
    unittest.main()

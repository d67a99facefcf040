"""Linked accounts in conversations of several, and in rooms: between two gateways."""

import unittest

from harness.links import handle_of
from harness.msn_body import text_body
from harness.two_gateways import TwoGatewaysCase

ANA, BOB, CAROL = (handle_of(name) for name in ("ana", "bob", "carol"))
LOBBY = handle_of("lobby")


class GroupCase(TwoGatewaysCase):
    """ana is on IRC; bob and carol, whom she knows, are on MSN."""

    def three(self, caps=("standard-replies",)):
        """All, in a conversation that bob began and called carol into: ana, his window, hers."""
        carol = self.msn("carol")
        ana, _, window = self.conversation(caps)
        self.befriend(ana, "carol")
        window.call(CAROL)
        hers = carol.answer()
        window.expect_joined(CAROL)
        ana.expect("NOTE", "JOIN", "BROUGHT_IN", "&Bob")
        ana.expect("366", "ana", "&Bob")
        return ana, window, hers


class GroupTest(GroupCase):
    """Conversations of several are channels."""

    def test_third_person_makes_a_channel(self) -> None:
        """calls a third person | the query becomes a channel: `JOIN &slug` with the names, and a `NOTE` says why"""
        carol = self.msn("carol")
        ana, _, window = self.conversation(caps=("standard-replies",))
        window.say("just us")
        ana.expect("PRIVMSG", "ana", "just us")
        window.call(CAROL)
        hers = carol.answer()
        self.assertEqual(set(hers.present), {ANA, BOB})
        self.assertIn("talks to several people", ana.expect("NOTE", "JOIN", "BROUGHT_IN", "&Bob").text)
        self.assertEqual(ana.expect("JOIN", "&Bob").nick, "ana")
        names = ana.expect("353", "ana", None, "&Bob").text
        self.assertEqual(sorted(name.lstrip("@+") for name in names.split()), ["Bob", "Carol", "ana"])
        hers.say("hello both")
        self.assertEqual(ana.expect("PRIVMSG", "&Bob", "hello both").source, "Carol!carol@example.com")
        window.expect_text("hello both", CAROL)
        ana.send("PRIVMSG &Bob :hello you two")
        for chat in (window, hers):
            chat.expect_text("hello you two", ANA)

    def test_the_query_goes_on_beside_it(self) -> None:
        """What is said to bob alone is not shown to carol"""
        ana, window, hers = self.three()
        ana.send("PRIVMSG Bob :between us")
        alone = window.owner.answer()
        self.assertEqual(list(alone.present), [ANA])
        alone.expect_text("between us", ANA)
        self.assertEqual(hers.texts() + window.texts(), [])

    def test_who_leaves_parts(self) -> None:
        """MSN client closes the chat window | PART; with the last of them nobody hears ana any more"""
        ana, window, hers = self.three()
        hers.leave()
        self.assertEqual(ana.expect("PART", "&Bob").nick, "Carol")
        ana.send("PRIVMSG &Bob :still there?")
        window.expect_text("still there?", ANA)
        window.leave()
        self.assertEqual(ana.expect("PART", "&Bob").nick, "Bob")
        self.assertEqual(self.names(ana, "&Bob"), ["ana"])

    def test_part_ends_it(self) -> None:
        """IRC user `PART` | `BYE`"""
        ana, window, hers = self.three()
        ana.send("PART &Bob :bye")
        ana.expect("PART", "&Bob")
        for chat in (window, hers):
            chat.expect_left(ANA)
        window.say("she is gone")
        hers.expect_text("she is gone", BOB)
        self.assert_silent(ana, "PRIVMSG", "JOIN", "NOTE")

    def test_irc_user_invites_a_third(self) -> None:
        """IRC user `INVITE carol &slug` | `CAL carol` in that session; her `JOI` shows as `JOIN &slug`"""
        ana, window, hers = self.three()
        dora = self.msn("dora")
        self.befriend(ana, "dora")
        ana.send("INVITE Dora &Bob")
        ana.expect("341", "ana", "Dora", "&Bob")
        self.assertEqual(set(dora.answer().present), {ANA, BOB, CAROL})
        self.assertEqual(ana.expect("JOIN", "&Bob").source, "Dora!dora@example.com")
        for chat in (window, hers):
            chat.expect_joined(handle_of("dora"))

    def test_called_into_a_group(self) -> None:
        """MSN user calls an IRC user into a group session | she is in `&slug` at once"""
        carol = self.msn("carol")
        ana, bob = self.friends(caps=("standard-replies",))
        window = bob.open_switchboard()
        window.call(CAROL)
        hers = carol.answer()
        window.call(ANA)
        window.expect_joined(ANA)
        channel = ana.expect("NOTE", "JOIN", "BROUGHT_IN").params[2]
        ana.barrier()
        self.assertEqual(self.names(ana, channel), ["Bob", "Carol", "ana"])
        hers.say("welcome")
        ana.expect("PRIVMSG", channel, "welcome")

    def test_typing_and_nudges_in_a_group(self) -> None:
        """MSN `TypingUser` | `TAGMSG` to the channel; a nudge is an action for all"""
        ana, window, hers = self.three(caps=("standard-replies", "message-tags"))
        hers.type_something()
        self.assertEqual(ana.expect("TAGMSG", "&Bob").nick, "Carol")
        hers.nudge()
        self.assertIn("nudges", ana.expect("PRIVMSG", "&Bob").text)
        ana.send("@+typing=active TAGMSG &Bob", "PRIVMSG &Bob :\x01ACTION waves\x01")
        window.expect_kind("text/x-msmsgscontrol", ANA)
        hers.expect_text("*ana waves*", ANA)


class InvitedTest(TwoGatewaysCase):
    """Far contacts in a room of the gateway."""

    links = ("ana", "carl")

    def test_far_contact_in_a_room(self) -> None:
        """IRC user `INVITE bob #lobby` | bob's client rings; answering attaches it, and all hear each other"""
        ana, bob = self.friends()
        ana.join("#lobby")
        dora = self.irc("dora", "#lobby")
        ana.send("INVITE Bob #lobby")
        ana.expect("341", "ana", "Bob", "#lobby")
        window = bob.answer()
        self.assertEqual(list(window.present), [ANA])
        self.assertEqual(dora.expect("JOIN", "#lobby").source, "Bob!bob@example.com")
        window.say("hello room")
        for client in (ana, dora):
            client.expect("PRIVMSG", "#lobby", "hello room")
        dora.send("PRIVMSG #lobby :hello bob")
        window.expect_text("<dora> hello bob", ANA)
        ana.send("PRIVMSG #lobby :it is me")
        window.expect_text("it is me", ANA)
        window.leave()
        self.assertEqual(dora.expect("PART", "#lobby").nick, "Bob")

    def test_two_of_us_in_one_conversation(self) -> None:
        """Two IRC users each use their own switchboard connection; nobody sees a message twice"""
        ana, bob = self.friends(caps=("standard-replies",))
        carl = self.linked("carl", caps=("standard-replies",))
        self.befriend(carl, "bob")
        window = bob.call(ANA)
        window.call(handle_of("carl"))
        window.expect_joined(handle_of("carl"))
        one = ana.expect("NOTE", "JOIN", "BROUGHT_IN").params[2]
        other = carl.expect("NOTE", "JOIN", "BROUGHT_IN").params[2]
        window.say("hello both")
        ana.expect("PRIVMSG", one, "hello both")
        carl.expect("PRIVMSG", other, "hello both")
        ana.send(f"PRIVMSG {one} :ana here")
        window.expect_text("ana here", ANA)
        carl.send(f"PRIVMSG {other} :carl here")
        window.expect_text("carl here", handle_of("carl"))
        ana.barrier()
        self.assertEqual(window.texts(), [])
        window.say("end of that")
        for client, channel in ((ana, one), (carl, other)):
            seen = []
            while (line := client.expect("PRIVMSG", channel)).text != "end of that":
                seen.append(line.text)
            self.assertLessEqual(len(seen), 1, seen)


class RoomLinkCase(TwoGatewaysCase):
    """#lobby has an account of its own on the far service."""

    links = ({"room": "lobby", "handle": LOBBY},)

    def setUp(self) -> None:
        super().setUp()
        self.daemon.log.wait_for("Signed in to far (lobby@example.com)")
        self._files_before += 1

    def bob_in_lobby(self):
        bob = self.msn("bob")
        return bob.call(LOBBY)


class RoomLinkTest(RoomLinkCase):
    """Whoever calls the room's account is in the room."""

    def test_all_hear_each_other(self) -> None:
        """a room with its own MSN account answers invitations, and everybody in the room talks through it"""
        ana, carl = self.irc("ana", "#lobby"), self.irc("carl", "#lobby")
        window = self.bob_in_lobby()
        for client in (ana, carl):
            joined = client.expect("JOIN", "#lobby", where=lambda line: line.nick == "Bob")
            self.assertEqual(joined.source, "Bob!bob@example.com")
        window.say("hello room")
        for client in (ana, carl):
            client.expect("PRIVMSG", "#lobby", "hello room")
        ana.send("PRIVMSG #lobby :hello bob", "PRIVMSG #lobby :\x01ACTION waves\x01")
        window.expect_text("<ana> hello bob", LOBBY)
        window.expect_text("*ana waves*", LOBBY)
        carl.send("PRIVMSG #lobby :hello bob, too")
        window.expect_text("<carl> hello bob, too", LOBBY)
        window.leave()
        self.assertEqual(ana.expect("PART", "#lobby").nick, "Bob")

    def test_two_windows_in_one_room(self) -> None:
        """Each has a conversation with the room's account, and hears the other through it, once"""
        ana = self.irc("ana", "#lobby")
        window = self.bob_in_lobby()
        hers = self.msn("carol").call(LOBBY)
        ana.expect("JOIN", "#lobby", where=lambda line: line.nick == "Carol")
        window.say("hello all")
        hers.expect_text("<Bob> hello all", LOBBY)
        ana.expect("PRIVMSG", "#lobby", "hello all")
        hers.say("hello bob")
        window.expect_text("<Carol> hello bob", LOBBY)
        ana.expect("PRIVMSG", "#lobby", "hello bob")
        ana.send("PRIVMSG #lobby :once")
        for chat in (window, hers):
            chat.expect_text("<ana> once", LOBBY)
            self.assertEqual(chat.texts(), [])
        self.assert_silent(ana, "PRIVMSG")

    def test_banned_people_are_not_let_in(self) -> None:
        """Whom the room does not let in is not heard there"""
        ana = self.irc("ana", "#lobby")
        ana.ask("MODE #lobby +b *!*@example.com")
        bob = self.msn("bob")
        window = bob.open_switchboard()
        window.call(LOBBY)
        window.expect_joined(LOBBY)
        window.post(text_body("let me in"))
        window.expect_left(LOBBY)
        self.assert_silent(ana, "JOIN", "PRIVMSG")

    def test_who_is_kicked_is_out(self) -> None:
        """The room's account leaves the conversation with whoever is taken out of the room"""
        ana = self.irc("ana", "#lobby")
        window = self.bob_in_lobby()
        hers = self.msn("carol").call(LOBBY)
        ana.expect("JOIN", "#lobby", where=lambda line: line.nick == "Carol")
        ana.send("KICK #lobby Bob :enough", "PRIVMSG #lobby :he is gone")
        window.expect_left(LOBBY)
        hers.expect_text("<ana> he is gone", LOBBY)
        self.assertEqual(self.names(ana, "#lobby"), ["Carol", "ana"])


class SpeakersTest(RoomLinkCase):
    """Who answers on MSN may be limited to a list."""

    links = ({"room": "lobby", "handle": LOBBY, "speakers": [BOB]},)

    def test_only_speakers_are_answered(self) -> None:
        """bob is in the list, carol is not: not answered, and if bob calls her, she is seen and not heard"""
        ana = self.irc("ana", "#lobby", caps=("message-tags",))
        carol = self.msn("carol")
        hers = carol.open_switchboard()
        hers.call(LOBBY)
        window = self.bob_in_lobby()
        self.assertEqual(ana.expect("JOIN", "#lobby").nick, "Bob")
        window.say("I may speak")
        ana.expect("PRIVMSG", "#lobby", "I may speak")
        hers.barrier()
        self.assertEqual(hers.present, {})
        window.call(CAROL)
        third = carol.answer()
        third.say("I may not")
        window.expect_text("I may not", CAROL)
        self.assertEqual(ana.expect("JOIN", "#lobby").nick, "Carol")
        third.type_something()
        third.nudge()
        window.say("end of that")
        self.assertEqual(ana.expect_any(("PRIVMSG", "TAGMSG")).text, "end of that")


class BothTest(RoomLinkCase):
    """An MSN person in a room who is also a contact is one person, not two."""

    links = ("ana", {"room": "lobby", "handle": LOBBY})

    def test_one_person(self) -> None:
        """One nick; what is said in the room is not said in the query, and nothing comes twice"""
        ana, bob = self.friends()
        ana.join("#lobby")
        window = bob.call(LOBBY)
        self.assertEqual(ana.expect("JOIN", "#lobby").source, "Bob!bob@example.com")
        query = bob.call(ANA)
        query.say("to you")
        ana.expect("PRIVMSG", "ana", "to you")
        window.say("to all")
        ana.expect("PRIVMSG", "#lobby", "to all")
        ana.send("PRIVMSG #lobby :in the room", "PRIVMSG Bob :in the query")
        window.expect_text("<ana> in the room", LOBBY)
        query.expect_text("in the query", ANA)
        self.assertEqual(window.texts() + query.texts(), [])
        window.leave()
        self.assertEqual(ana.expect("PART", "#lobby").nick, "Bob")
        self.assertIn("Bob", self.names(ana, "&contacts"))


if __name__ == "__main__":
    unittest.main()

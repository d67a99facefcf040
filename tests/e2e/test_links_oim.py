"""Messages that were left with a service while its account's owner was away, and those left for others."""

import threading

from harness.accounts import log_in
from harness.client import Client
from harness.far_faults import FarFaultCase
from harness.machine import eventually
from harness.soap import envelope
from harness.sso_service import SsoService
from test_links_sso import BOB, CAROL, SIGNED_IN, SsoCase

RUN = "6F9619FF-8B86-D011-B42D-00CF4FC964FF"
OTHER_RUN = "00000000-8B86-D011-B42D-00CF4FC964FF"


class OfflineCase(SsoCase):
    """ana's service keeps messages."""

    def prepare(self) -> dict:
        config = super().prepare()
        http = f"http://{self.far.address('http')}"
        config["msn_service"][0] |= {"oim_url": http, "oim_store_url": http}
        return config

    def ana(self, *caps: str) -> Client:
        client = log_in(self.visitor(), "ana", "first password", caps=caps)
        self.expect_told(client, SIGNED_IN)
        return client

    def leave(self, words: str, number: int = 1, *, run: str = RUN, sender: str = BOB, **more) -> str:
        return self.far.mail.leave(sender, words, run, number, **more)

    def expect_deleted(self) -> None:
        eventually(lambda: not self.far.mail.waiting, "what was shown is deleted")

    def count(self, operation: str) -> int:
        return self.far.operations.count(operation)

    def sign_in_again(self) -> None:
        before = self.far.good_proofs
        self.far.drop()
        eventually(lambda: self.far.good_proofs == before + 1, "ana signs in again")


class OfflineMessagesTest(OfflineCase):
    """What waits is shown once, in the order in which it was written."""

    def test_messages_of_a_run_come_in_order(self) -> None:
        """Two messages, the second first in the list | both, the first one first, with their dates; then deleted"""
        self.leave("and the second", 2)
        self.leave("the first\nof two lines", 1)
        ana = self.ana()
        self.assertEqual(ana.expect("PRIVMSG", "ana").text, "[2026-01-02T03:04Z] the first")
        line = ana.expect("PRIVMSG", "ana")
        self.assertEqual((line.nick, line.text), ("Bob", "of two lines"))
        self.assertEqual(ana.expect("PRIVMSG", "ana").text, "[2026-01-02T03:04Z] and the second")
        self.expect_deleted()
        self.assertEqual(self.far.operations[3:], ["GetMessage", "GetMessage", "DeleteMessages"])

    def test_time_is_told_by_tag(self) -> None:
        """server-time | the time at which it was left, and no date in the text"""
        self.leave("long ago")
        ana = self.ana("server-time")
        line = ana.expect("PRIVMSG", "ana", "long ago")
        self.assertEqual(line.tags["time"][:19], "2026-01-02T03:04:05")

    def test_runs_come_one_after_the_other(self) -> None:
        """Two conversations | the one that began first, whole, then the other"""
        self.leave("three", 1, run=OTHER_RUN, sender=CAROL, date="03 Jan 2026 00:00:00.0")
        self.leave("two", 2, date="04 Jan 2026 00:00:00.0")
        self.leave("one", 1, date="02 Jan 2026 00:00:00.0")
        ana = self.ana("server-time")
        seen = [ana.expect("PRIVMSG", "ana") for _ in range(3)]
        self.assertEqual([(line.nick, line.text) for line in seen], [("Bob", "one"), ("Bob", "two"), ("Carol", "three")])

    def test_list_that_is_too_large_is_asked_for(self) -> None:
        """`too-large` | the list is fetched, be it elements or text"""
        self.far.mail.too_large = True
        for as_text in (False, True):
            with self.subTest(as_text):
                self.far.mail.as_text = as_text
                self.leave("one of many")
                ana = self.ana()
                ana.expect("PRIVMSG", "ana", where=lambda line: "one of many" in line.text)
                self.expect_deleted()
                ana.send("QUIT")
                ana.read_to_end()

    def test_message_that_comes_meanwhile_is_shown(self) -> None:
        """A message left while ana is signed in | shown at once"""
        ana = self.ana()
        self.far.tell_of_mail(self.leave("just now"))
        ana.expect("PRIVMSG", "ana", where=lambda line: "just now" in line.text)
        self.expect_deleted()

    def test_message_is_shown_once_if_it_cannot_be_deleted(self) -> None:
        """Deleting fails, and the service lists it again at the next sign-in | not shown again, and deleted then"""
        self.leave("only once")
        self.far.answers["DeleteMessages"] = lambda: (503, b"")
        ana = self.ana()
        ana.expect("PRIVMSG", "ana", where=lambda line: "only once" in line.text)
        eventually(lambda: self.count("DeleteMessages") == 1, "it is to be deleted")
        self.sign_in_again()
        eventually(lambda: self.count("DeleteMessages") == 2, "it is to be deleted again")
        del self.far.answers["DeleteMessages"]
        self.sign_in_again()
        self.expect_deleted()
        self.assertEqual(self.count("GetMessage"), 1)

    def test_nothing_is_deleted_that_was_not_shown(self) -> None:
        """The message cannot be fetched | it stays, and comes with the next sign-in"""
        self.leave("not lost")
        self.far.answers["GetMessage"] = lambda: (503, b"")
        ana = self.ana()
        eventually(lambda: self.count("GetMessage") == 1, "it is fetched")
        del self.far.answers["GetMessage"]
        self.sign_in_again()
        ana.expect("PRIVMSG", "ana", where=lambda line: "not lost" in line.text)
        self.expect_deleted()

    def test_blocked_person_is_not_heard(self) -> None:
        """Somebody whom ana blocks | nothing, and it is deleted"""
        self.far.members["Block"] = [CAROL]
        self.leave("not wanted", sender=CAROL, run=OTHER_RUN)
        self.leave("wanted")
        ana = self.ana()
        self.assertIn("wanted", ana.expect("PRIVMSG", "ana").text)
        self.expect_deleted()
        self.assert_silent(ana, "PRIVMSG")

    def test_log_holds_no_secrets(self) -> None:
        """Neither a ticket nor what was written is in the log"""
        self.leave("between us")
        self.far.answers["DeleteMessages"] = lambda: (503, b"")
        ana = self.ana()
        ana.expect("PRIVMSG", "ana", where=lambda line: "between us" in line.text)
        self.daemon.log.wait_for("could not be deleted")
        for secret in ("between us", "t=reading", "t=storing"):
            self.assertNotIn(secret, self.daemon.log.text_since())


class OlderServiceTest(FarFaultCase):
    """A service of MSNP12, where the ticket of the login is good for the messages as well."""

    def prepare(self) -> dict:
        self.web = SsoService()
        self.addCleanup(self.web.close)
        self.web.mail.reading_ticket = "x"  # what the scripted service's logins bring
        config = super().prepare()
        config["msn_service"][0]["oim_url"] = f"http://{self.web.address('http')}/rsi/rsi.asmx"
        return config

    def test_message_is_shown_and_deleted(self) -> None:
        """A message that waits | shown, and deleted; what the login brought is the ticket"""
        self.web.mail.leave(BOB, "from before", RUN, 1)
        notice = self.web.mail.initial_notice().decode()
        self.service.answers["CHG"] = lambda peer, words: f"CHG {{0}} {words[2]} 0\r\n" + notice
        ana = self.linked("ana")
        ana.expect("PRIVMSG", "ana", where=lambda line: line.text == "[2026-01-02T03:04Z] from before")
        eventually(lambda: not self.web.mail.waiting, "what was shown is deleted")
        self.assertEqual(self.web.operations, ["GetMessage", "DeleteMessages"])


class OfflineTroubleTest(OfflineCase):
    """Web services that are broken or hostile: what makes sense is shown, and nobody else notices."""

    def test_answers_that_make_no_sense(self) -> None:
        """Not SOAP, not a mail, not base64, not text | passed over, and left where it is"""
        mail = "<GetMessageResponse><GetMessageResult>{}</GetMessageResult></GetMessageResponse>"
        answers = (
            b"",
            b"<html>hello",
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            b"\xff\xfe",
            envelope("<x/>"),
            envelope(mail.format("")),
            envelope(mail.format("Content-Transfer-Encoding: base64\r\n\r\n!!!!")),
            envelope(mail.format("Content-Type: image/gif\r\n\r\nGIF89a")),
            envelope(mail.format("Date: 99 Foo 0000 -1:-1:-1\r\nContent-Transfer-Encoding: rot13\r\n\r\nuryyb")),
        )
        for answer in answers:
            with self.subTest(answer):
                self.far.mail.waiting.clear()
                self.leave("cannot be read")
                self.far.answers["GetMessage"] = lambda answer=answer: (200, answer)
                before = self.count("GetMessage")
                ana = self.ana()
                eventually(lambda: self.count("GetMessage") == before + 1, "it is fetched")
                self.assert_silent(ana, "PRIVMSG")
                self.assertEqual(len(self.far.mail.waiting), 1)
                ana.send("QUIT")
                ana.read_to_end()
        self.assertEqual(self.count("DeleteMessages"), 0)

    def test_answer_without_end(self) -> None:
        """512 KiB are read, and no more"""
        self.leave("too long")
        self.far.answers["GetMessage"] = lambda: (200, b"<a>" + b" " * (1 << 20) + b"</a>")
        self.ana()
        self.daemon.log.wait_for("could not be fetched")

    def test_service_that_lists_without_end(self) -> None:
        """More than 200 messages | 200 of them; the rest at the next sign-in"""
        for number in range(1, 221):
            self.leave(f"number {number}", number)
        ana = self.ana()
        self.expect_told(ana, "has more messages for you")
        for number in range(1, 201):
            self.assertTrue(ana.expect("PRIVMSG", "ana").text.endswith(f"number {number}"))
        eventually(lambda: len(self.far.mail.waiting) == 20, "200 are deleted")
        self.assertEqual(self.counters()['patchcord_link_limit_hits_total{limit="offline_messages"}'], 20)
        self.sign_in_again()
        for number in range(201, 221):
            self.assertTrue(ana.expect("PRIVMSG", "ana").text.endswith(f"number {number}"))
        self.expect_deleted()


class LeftForOthersTest(OfflineCase):
    """What ana writes to a contact who is not there is left with the service, or kept here if that takes none."""

    def ana_with_bob(self) -> Client:
        ana = self.ana("standard-replies")
        self.assertEqual(ana.expect("353", "ana", "@", "&contacts").text, "ana Bob")
        return ana

    def ana_without_bob(self) -> Client:
        """Bob was there, and is not any more."""
        ana = self.ana_with_bob()
        self.far.vanish(BOB)
        ana.expect("PART", "&contacts", where=lambda line: line.nick == "Bob")
        return ana

    def test_message_is_left_with_the_service(self) -> None:
        """Two messages | left in one run, numbered; the first is proven by the lock key; KEPT once, nothing here"""
        ana = self.ana_without_bob()
        ana.send("PRIVMSG Bob :see you later", "PRIVMSG Bob :\u00e4nd \U0001f600 " + "long " * 40)
        ana.expect("NOTE", "PRIVMSG", "KEPT", "Bob")
        ana.barrier()
        self.assertEqual(self.far.mail.stored[0], (BOB, 1, "see you later"))
        self.assertEqual(self.far.mail.stored[1], (BOB, 2, "\u00e4nd \U0001f600 " + "long " * 40))
        self.assertEqual(len(self.far.mail.runs), 1)
        self.assertEqual(self.far.operations[3:], ["Store2"] * 3)
        self.far.online[BOB] = "Bob"
        self.far.appear(BOB)
        ana.expect("JOIN", "&contacts")
        ana.send("PRIVMSG Bob :hello")
        self.far.wait_for_message("hello")
        self.assertEqual(len(self.far.messages), 1, "what was left is not sent as well")

    def test_both_challenges_are_answered(self) -> None:
        """A lock key and another ticket are asked for | both are given"""
        self.far.mail.wants_fresh_ticket = True
        ana = self.ana_without_bob()
        ana.send("PRIVMSG Bob :see you later")
        ana.expect("NOTE", "PRIVMSG", "KEPT", "Bob")
        self.assertEqual(self.far.mail.stored, [(BOB, 1, "see you later")])
        self.assertEqual(self.far.operations[3:], ["Store2", "Store2", "RST", "Store2"])

    def test_what_the_service_does_not_take_is_kept_here(self) -> None:
        """Throttled, broken, unavailable, challenges without end | kept here, and sent when bob is there"""
        ana = self.ana_without_bob()
        for number, fault in enumerate(("SenderThrottleLimitExceeded", "SystemUnavailable", "AuthenticationFailed")):
            self.far.mail.fault = fault
            ana.send(f"PRIVMSG Bob :number {number}")
            ana.barrier()
        self.far.answers["Store2"] = lambda: (200, b"<html>")
        ana.send("PRIVMSG Bob :number 3")
        ana.barrier()
        self.assertEqual(self.far.mail.stored, [])
        self.far.online[BOB] = "Bob"
        self.far.appear(BOB)
        for number in range(4):
            self.far.wait_for_message(f"number {number}")

    def test_message_to_somebody_who_has_just_gone_is_left(self) -> None:
        """CAL is answered with 217 | the message is left with the service, and ana is told"""
        ana = self.ana_with_bob()
        self.far.vanish(BOB, tell=False)
        ana.send("PRIVMSG Bob :too late")
        self.expect_told(ana, "Bob is not signed in; your messages wait until they are")
        self.assertEqual(self.far.mail.stored, [(BOB, 1, "too late")])

    def test_message_that_cannot_be_left_is_reported(self) -> None:
        """CAL is answered with 217, and the service takes nothing | told as undelivered"""
        self.far.mail.fault = "SystemUnavailable"
        ana = self.ana_with_bob()
        self.far.vanish(BOB, tell=False)
        ana.send("PRIVMSG Bob :too late")
        self.assertIn("too late", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED").text)

    def test_message_that_is_under_way_at_the_end_is_kept_here(self) -> None:
        """SIGTERM before the service has answered | kept here, and sent by the next daemon when bob is there"""
        ended = threading.Event()
        self.addCleanup(ended.set)
        self.far.answers["Store2"] = lambda: (503, b"") if ended.wait(60) else None
        ana = self.ana_without_bob()
        ana.send("PRIVMSG Bob :not lost")
        eventually(lambda: self.count("Store2") == 1, "it is to be left")
        for client in (ana, *self.canaries):
            client.close()
        self.assert_clean_end(self.daemon)
        ended.set()
        self.far.online[BOB] = "Bob"
        self.daemon.start()
        self.canaries = [self.user(f"canary{number}", "#canary") for number in (1, 2)]
        self.ana()
        self.far.wait_for_message("not lost")

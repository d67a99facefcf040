"""Attack cases of groups I, J and N on the MSN side: the machine stops and dies, many speak at once, passwords."""

import hashlib
import http.client
import itertools
import signal
import statistics
import time
import unittest

from harness.bridge import GATEWAY, LOBBY, BridgeCase, MsnAttackCase, person
from harness.case import configured
from harness.client import of_command
from harness.machine import eventually, pass_time, patience, reply_timeout, sanitizers
from harness.passport import authorization, find_login

SLOWEST_CANARY = 1.0  # seconds


class StoppedTest(BridgeCase):
    """N: the process stands still, or dies."""

    has_canaries = False

    @configured({"msn": {"silence_timeout": "3s"}})
    def test_N09_stopped_and_continued(self) -> None:
        """Who said PNG while the daemon stood still for longer than `silence_timeout` is not thrown out for it"""
        bob, dora = self.msn("bob"), self.msn("dora", dialect=9)
        chat = bob.call(LOBBY)
        for client in (bob, dora):
            client.barrier()
        self.daemon.signal(signal.SIGSTOP)
        pass_time(4.0)
        for client in (bob, dora):
            client.send("PNG")
        self.daemon.signal(signal.SIGCONT)
        for client in (bob, dora):
            client.expect("QNG")
            client.barrier()
        chat.barrier()

    def test_N01_kill_and_what_was_answered_for(self) -> None:
        """kill -9 at once after each answer: lists, groups, names, privacy and nicks are as they were told"""
        self.msn("carol")
        other = self.msn("other", friendly="Same Name")
        bob = self.msn("bob", friendly="Same Name")
        witness = self.irc("witness")
        nick = of_command(witness.ask("WHO bob@example.com"), "352")[0].params[5]
        group = bob.request("ADG", "My%20Friends%20100%25")
        bob.add("FL", person("ana"))
        bob.add("FL", "carol@example.com")
        bob.request("ADC", "FL", f"C={bob.contacts['carol@example.com'].guid}", group.params[2])
        bob.block("mal@example.com")
        bob.request("BLP", "BL")
        answer = bob.rename("50% é 日本 \U0001f389")
        self.assertFalse(answer.is_error)
        before = dict(bob.synchronize())
        for client in (bob, other, witness):
            client.close()
        for _ in range(3):
            self.daemon.kill()
            self.daemon.start()
        bob = self.msn_client("bob").log_in()
        bob.send("SYN 99 0 0")
        said = bob.barrier()
        self.assertEqual(bob.contacts, before)
        self.assertIn(["BLP", "BL"], [[line.verb, *line.params] for line in said])
        self.assertIn("50% é 日本 \U0001f389", [line.name(1) for line in said if line.is_about("PRP", "MFN")])
        self.assertIn("My Friends 100%", [line.name(0) for line in said if line.verb == "LSG"])
        bob.change_status("NLN")
        rows = of_command(self.irc("witness").ask("WHO bob@example.com"), "352")
        self.assertEqual([row.params[5] for row in rows], [nick])


class CrowdTest(MsnAttackCase):
    """J: many at once."""

    config = {"msn": {"call_burst": 1000, "call_rate": 1000.0}}

    @configured({"msn": {"max_queued_messages": 20, "ring_timeout": "2s"}})
    def test_J13_many_quiet_sources_to_one_receiver(self) -> None:
        """Sixty people write to bob, whose client does not answer: each message is reported, and others are served"""
        bob = self.msn("bob")
        crowd = [self.irc(f"quiet{number}", caps=("standard-replies",)) for number in range(60)]
        for client in crowd:
            client.send("PRIVMSG Bob :one", "PRIVMSG Bob :two")
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())
        for client in crowd:
            for _ in range(2):
                client.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        bob.barrier()
        self.assertLessEqual(len(bob.rings), 60)

    def test_J13_many_quiet_sources_to_an_open_window(self) -> None:
        """Sixty people in the room write at once: bob has each text once"""
        bob = self.msn("bob").call(LOBBY)
        crowd = [self.irc(f"quiet{number}", "#lobby") for number in range(60)]
        for client in crowd:
            client.send(*[f"PRIVMSG #lobby :{client.nick} {number}" for number in range(5)])
        for client in crowd:
            client.barrier()
        texts = [text for text in bob.texts() if text.startswith("quiet")]
        self.assertEqual(sorted(texts), sorted(f"{client.nick} {number}" for client in crowd for number in range(5)))

    @configured({"msn": {"sendq": "32 KiB", "presence_interval": "1ms"}})
    def test_J03_slow_reader_of_presence(self) -> None:
        """A notification connection that never reads what its friends do is closed; the friends are not"""
        mal = self.msn("mal", receive_buffer=4096)
        friends = [self.msn(f"friend{number}") for number in range(20)]
        for friend in friends:
            mal.add("FL", friend.handle)
        picture = "%3Cmsnobj" + "x" * 1800 + "%2F%3E"

        statuses = itertools.cycle(("BSY", "AWY", "NLN"))

        def all_change() -> bool:
            status = next(statuses)
            for friend in friends:
                friend.ask(f"CHG 9 {status} 0 {picture}")
            return self.msn_limit_hits("sendq") == 1

        eventually(all_change, "mal is closed", 40.0)
        for friend in friends:
            self.assert_kept(friend)
        mal.close()


class EnumerationTest(BridgeCase):
    """I: who has an account."""

    has_canaries = False

    def refusal(self, handle: str, password: str) -> tuple[float, tuple]:
        """How long a wrong login takes, and what is said of it but for the date."""
        address, path = find_login(self.daemon.address("http"))
        connection = http.client.HTTPConnection(*address, timeout=reply_timeout())
        started = time.monotonic()
        connection.request("GET", path, headers={"Authorization": authorization(handle, password, "ct=1")})
        response = connection.getresponse()
        body = response.read()
        took = time.monotonic() - started
        connection.close()
        headers = [(name, value) for name, value in response.getheaders() if name.lower() != "date"]
        return took, (response.status, body, tuple(headers))

    @unittest.skipIf(sanitizers(), "a measurement")
    @configured({"chat": {"create_user_on_request": False}, "http": {"login_burst": 1000, "login_rate": 1000.0}})
    def test_I06_unknown_accounts_look_like_known_ones(self) -> None:
        """A wrong password and an unknown handle: the same answer, after the same time"""
        self.make_legacy_account("bob@example.com", "secret")
        times: dict[str, list] = {"bob@example.com": [], "nobody@example.com": []}
        answers = set()
        for number in range(15):
            for handle, taken in times.items():
                took, answer = self.refusal(handle, f"wrong {number}")
                taken.append(took)
                answers.add(answer)
        self.assertEqual(len(answers), 1)
        known, unknown = (statistics.median(taken) for taken in times.values())
        self.assertLess(abs(known - unknown), 0.5 * max(known, unknown))


class PasswordTest(MsnAttackCase):
    """I: what logins give away."""

    @configured({"http": {"login_burst": 1000}})
    def test_I18_old_digest(self) -> None:
        """MD5: every challenge is another, an old answer is 911; an account without a legacy password has no MD5"""
        self.make_legacy_account("old@example.com", "secret")
        seeds = set()
        first = self.keep_msn(self.msn_client("old", dialect=7))
        first.negotiate()
        seeds.add(seed := first.begin_login())
        answer = first.proof(seed)
        self.assertFalse(first.finish_login(answer).is_error)
        for _ in range(30):
            again = self.msn_client("old", dialect=7)
            again.negotiate()
            seeds.add(again.begin_login())
            self.assertEqual(again.finish_login(answer).verb, "911")
        self.assertEqual(len(seeds), 31)
        self.msn("bob")
        bob = super().msn_client("bob2@example.com", dialect=12)
        bob.sign_in("Bob2")
        old = self.keep_msn(type(bob)(self.daemon, "bob2@example.com", dialect=7))
        old.negotiate()
        seed = old.begin_login()
        digest = hashlib.md5((seed + "secret").encode()).hexdigest()
        self.assertEqual(old.finish_login(digest).verb, "911")


if __name__ == "__main__":
    unittest.main()

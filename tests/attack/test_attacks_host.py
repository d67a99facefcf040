"""Attack cases of group N: signals, descriptors, ports, and a log that nobody reads."""

import fcntl
import re
import signal
import socket
import struct
import termios
import time
import unittest

from harness.case import DaemonCase, TemporaryDirectoryCase, configured
from harness.client import Client, Ended, of_command
from harness.config import merged, to_toml
from harness.daemon import lab_config, patchcord
from harness.machine import eventually, pass_time, patience, sanitizers

OPEN_FILES = 40


class StopTest(TemporaryDirectoryCase):
    """N03: how the daemon stops."""

    def crowd(self, daemon, size: int) -> list[Client]:
        clients = []
        for number in range(size):
            clients.append(Client(daemon.address()).register(f"user{number}").join("#room"))
            self.addCleanup(clients[-1].close)
        return clients

    def test_N03_sigterm_with_100_clients(self) -> None:
        """Every client gets ERROR and the end, and the daemon exits with 0 within a second."""
        daemon = self.launch()
        clients = self.crowd(daemon, 100)
        started = time.monotonic()
        daemon.signal(signal.SIGTERM)
        for client in clients:
            self.assertEqual(client.read_to_end()[-1].command, "ERROR")
        self.assertEqual(daemon.wait(), 0)
        self.assertLess(time.monotonic() - started, 1.0 * patience())

    def test_N03_queued_lines_are_flushed(self) -> None:
        """What was accepted before SIGTERM is delivered before ERROR."""
        daemon = self.launch()
        speaker, listener = self.crowd(daemon, 2)
        speaker.send(*[f"PRIVMSG #room :{number}" for number in range(200)])
        speaker.barrier()
        daemon.signal(signal.SIGTERM)
        texts = [message.text for message in of_command(listener.read_to_end(), "PRIVMSG")]
        self.assertEqual(texts, [str(number) for number in range(200)])
        self.assertEqual(daemon.wait(), 0)

    def test_N03_client_that_does_not_read(self) -> None:
        """A client with a full queue does not hold up the end for more than ten seconds."""
        daemon = self.launch()
        speaker = self.crowd(daemon, 1)[0]
        deaf = Client(daemon.address(), receive_buffer=4096).register("deaf").join("#room")
        self.addCleanup(deaf.close)
        for _ in range(10):
            speaker.send(*["PRIVMSG #room :" + "x" * 380] * 100)
            speaker.barrier()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(11 * patience()), 0)

    def test_N03_sigint_and_a_second_signal(self) -> None:
        """SIGINT stops as SIGTERM does; a second one while stopping does no harm."""
        daemon = self.launch()
        self.crowd(daemon, 3)
        daemon.signal(signal.SIGINT)
        if daemon.is_running():
            daemon.signal(signal.SIGTERM)
        self.assertIn(daemon.wait(2 * patience()), (0, -signal.SIGTERM))


class DescriptorTest(TemporaryDirectoryCase):
    """N06: no more descriptors."""

    ATTEMPTS = 60

    def test_N06_descriptor_exhaustion(self) -> None:
        """With 40 descriptors: who is in stays, others wait or are refused, the CPU rests; later there is room."""
        if "vptr" in sanitizers():
            self.skipTest("the vptr check needs a descriptor to look at memory, and reports errors when there is none")
        daemon = self.launch(open_files=OPEN_FILES)
        canary = Client(daemon.address()).register("canary")
        self.addCleanup(canary.close)
        others = [self.attempt(daemon.address()) for _ in range(self.ATTEMPTS)]
        canary.barrier()
        cpu, mark = daemon.cpu_seconds(), daemon.log.mark()
        pass_time(2.0)
        self.assertLess(daemon.cpu_seconds() - cpu, 0.4 * patience(), "the daemon spins while it has no descriptors")
        self.assertLess(daemon.log.text_since(mark).count("\n"), 20, "the daemon fills its log")
        canary.barrier()
        for other in others:
            other.close()
        late = eventually(lambda: self.newcomer(daemon), "a new client is served after descriptors became free")
        late.send("PRIVMSG canary :hello")
        canary.expect("PRIVMSG", "canary", "hello")
        late.close()
        self.assert_clean_end(daemon)

    def attempt(self, address) -> Client:
        client = Client(address)
        self.addCleanup(client.close)
        client.send_until_closed(b"PING :anyone there?\r\n")
        return client

    def newcomer(self, daemon) -> Client | None:
        try:
            client = Client(daemon.address())
            self.addCleanup(client.close)
            return client.register("late")
        except (Ended, OSError):
            return None


class ReloadTest(DaemonCase):
    """N10: SIGHUP."""

    expected_error = b"configuration not reloaded"

    config = {"irc": {"motd": "the first message"}}

    def motd(self) -> str:
        return " ".join(line.text for line in of_command(self.canaries[0].ask("MOTD"), "372"))

    def reload(self) -> int:
        """Sends SIGHUP; gives the place in the log from which to look for what it says."""
        mark = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        return mark

    def assert_refused(self, good: str, addition: str) -> None:
        """The log names the file and a line of the addition, and everything goes on as before."""
        first = good.count("\n") + 1
        mark = self.reload()
        line = self.daemon.log.wait_for(f"{self.daemon.config_file.name}:", mark)
        number = int(re.search(r"gateway\.toml:(\d+)", line)[1])
        self.assertIn(number, range(first, first + addition.count("\n") + 1), line)
        self.assertIn("the first message", self.motd())

    def test_N10_good_reload(self) -> None:
        """A changed MOTD is shown after SIGHUP, and nobody was disconnected."""
        self.daemon.rewrite({"irc": {"motd": "the second message"}})
        self.reload()
        eventually(lambda: "the second message" in self.motd(), "the new message of the day is shown")

    def test_N10_reload_with_errors(self) -> None:
        """A file with an error changes nothing and is named with its line; a good one afterwards is taken."""
        good = to_toml(self.daemon.config)
        errors = {
            "syntax": "[irc\n",
            "unknown key": '[log2]\nverbosity = "loud"\n',
            "misspelt key": '[irc.tls]\ncertificat = "x"\n',
            "wrong type": '[chat]\nmax_channels = "many"\n',
            "out of range": "[chat]\nmax_list_entries = -5\n",
        }
        changed = good.replace("the first message", "a wrong message")
        for what, addition in errors.items():
            with self.subTest(what):
                self.daemon.rewrite(changed + addition)
                self.assert_refused(changed, addition)
        self.daemon.rewrite(good.replace("the first message", "the second message"))
        self.reload()
        eventually(lambda: "the second message" in self.motd(), "the good file is taken after bad ones")

    def test_N10_reload_of_a_missing_file(self) -> None:
        """No file: the log says so, nothing changes."""
        self.daemon.config_file.unlink()
        self.daemon.log.wait_for(self.daemon.config_file.name, self.reload())
        self.assertIn("the first message", self.motd())

    def test_N10_rehash_by_an_operator(self) -> None:
        """REHASH is SIGHUP for operators: 382, and the new file is used; others get 481."""
        self.daemon.rewrite({"irc": {"motd": "the second message"}})
        self.assertTrue(of_command(self.canaries[0].ask("REHASH"), "481"))
        self.assertIn("the first message", self.motd())
        self.assertTrue(of_command(self.operator().ask("REHASH"), "382"))
        eventually(lambda: "the second message" in self.motd(), "the new message of the day is shown")

    @configured({"irc": {"motd": "@motd.txt"}})
    def test_N10_motd_file_is_read_again(self) -> None:
        """The file behind `motd = "@..."` is read at SIGHUP; a missing one does not stop the server."""
        (self.directory / "motd.txt").write_text("from the file, again\nand a second line\n")
        self.reload()
        eventually(lambda: "and a second line" in self.motd(), "the text of the file is shown")

    def prepare(self) -> dict:
        (self.directory / "motd.txt").write_text("from the file\n")
        return {}


class PortInUseTest(TemporaryDirectoryCase):
    """N17: somebody else has the port."""

    def test_N17_port_in_use_at_start(self) -> None:
        """Exit code 69 within two seconds, and the address is named."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            file = self.directory / "gateway.toml"
            file.write_text(to_toml(merged(lab_config(self.directory), {"irc": {"listen": [address]}})))
            started = time.monotonic()
            result = patchcord("run", "--config", file, cwd=self.directory)
        self.assertEqual(result.returncode, 69)
        self.assertIn(address, result.stderr)
        self.assertNotIn("patchcord ready", result.stderr)
        self.assertLess(time.monotonic() - started, 2.0 * patience())


class BlockedLogTest(TemporaryDirectoryCase):
    """N16: standard error is a pipe that is full."""

    PIPE_BYTES = 16384

    def make_noise(self, daemon) -> None:
        """Connections that come and go, which are worth a line of the log each; one user is there all the time."""
        talker = Client(daemon.address()).register("talker")
        self.addCleanup(talker.close)
        for _ in range(400):
            visitor = Client(daemon.address())
            visitor.send("QUIT :and leave a line in the log")
            visitor.read_to_end()
            visitor.close()
            talker.barrier()

    def test_N16_blocked_log(self) -> None:
        """With nobody reading the log, clients are served as before, and SIGTERM still works."""
        daemon = self.launch({"log": {"level": "trace"}}, read_log=False)
        fcntl.fcntl(daemon.process.stderr, fcntl.F_SETPIPE_SZ, self.PIPE_BYTES)
        self.make_noise(daemon)
        unread = struct.unpack("i", fcntl.ioctl(daemon.process.stderr, termios.FIONREAD, bytes(4)))[0]
        self.assertGreater(unread, self.PIPE_BYTES // 2, "the log was never full: this test tests nothing")
        self.assertEqual(daemon.stop(), 0)

    def test_N16_closed_log(self) -> None:
        """When standard error is closed under the daemon, it goes on (no SIGPIPE)."""
        daemon = self.launch({"log": {"level": "trace"}}, read_log=False)
        daemon.process.stderr.close()
        self.make_noise(daemon)
        self.assertEqual(daemon.stop(), 0)


class PauseTest(DaemonCase):
    """N09, scaled down: the whole process is stopped for longer than the ping timeout."""

    config = {"irc": {"ping_interval": "1s", "ping_timeout": "1s"}}

    def test_N09_stopped_and_continued(self) -> None:
        """Clients whose lines arrived while the daemon was stopped are not closed for silence."""
        self.daemon.signal(signal.SIGSTOP)
        for canary in self.canaries:
            canary.send("PRIVMSG #canary :sent while you slept")
        pass_time(3.0)
        self.daemon.signal(signal.SIGCONT)
        for canary in self.canaries:
            canary.barrier()


if __name__ == "__main__":
    unittest.main()

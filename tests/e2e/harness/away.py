"""People on IRC who have an account and are away: leaving, coming back, and reading all that has waited."""

from .accounts import PATCHCORD, ask_service, authenticate
from .bridge import BridgeCase
from .client import Client, of_command
from .machine import eventually


class AwayCase(BridgeCase):
    """ana has an account, which her first login makes."""

    has_canaries = False
    tell = staticmethod(ask_service)

    def setUp(self) -> None:
        super().setUp()
        self.watcher = self.irc("watcher")

    def ana(self, nick: str = "ana", caps=("server-time",)) -> Client:
        """She has just been let in: what comes then is left to be read."""
        client = self.visitor()
        client.send("CAP LS 302", f"CAP REQ :{' '.join(('sasl', *caps))}", f"NICK {nick}", f"USER {nick} 0 * :A Tester")
        client.expect("CAP", None, "ACK")
        self.assertEqual(authenticate(client, "ana", "secret").command, "903")
        client.send("CAP END")
        client.nick = client.expect("001").params[0]
        return client

    def leave(self, client: Client) -> None:
        client.send("QUIT")
        client.read_to_end()
        gone = lambda: of_command(self.watcher.ask(f"ISON {client.nick}"), "303")[0].text == ""
        eventually(gone, f"{client.nick} is gone")

    def make_ana(self) -> None:
        """She was here once."""
        self.leave(self.ana())

    def arrived(self, client: Client) -> list:
        """The messages that a client has got when the store has answered all it was asked."""
        came = []
        for _ in range(2):
            client.send(f"PRIVMSG {PATCHCORD} :add nobody@example.com")
            while True:
                message = client.expect("PRIVMSG", client.nick)
                if message.source.startswith(PATCHCORD):
                    if "being fetched" not in message.text:
                        break
                    client.send(f"PRIVMSG {PATCHCORD} :add nobody@example.com")
                else:
                    came.append(message)
        return came

    def restart_by_force(self) -> None:
        """kill -9"""
        self.daemon.kill()
        for client in self._clients:
            client.close()
        self.daemon.start()
        self.watcher = self.irc("watcher")

    def write(self, chat, *texts: str) -> None:
        for text in texts:
            chat.say(text)

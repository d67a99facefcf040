"""Two gateways on one machine: people on the IRC side of the near one are signed in to the MSN server of the far one."""

from .accounts import make_account
from .client import Client
from .config import merged
from .daemon import Daemon
from .links import PASSWORD, PATCHCORD, SERVICE, LinkedPeopleCase, handle_of, link_tables
from .msn import MsnClient

FAR_NAME = "far.test"
FAR = {"gateway": {"name": FAR_NAME}, "msn": {"rooms_on_contact_list": False}}
MD5_DIALECTS = [2, 7]


class TwoGatewaysCase(LinkedPeopleCase):
    """`daemon` is the near gateway and `far` the other. Those in `links` have an account on both, linked by the
    configuration. `irc` and `linked` make people on the near one, `msn` people on the far one."""

    auth = "twn"
    links: tuple = ("ana",)  # names, or tables of [[link]]
    service: dict = {}  # keys of [[msn_service]] over the ordinary ones
    far_config: dict = {}

    def prepare(self) -> dict:
        directory = self.directory / FAR_NAME
        directory.mkdir()
        self.far = Daemon(directory, merged(FAR, self.far_config))
        self.addCleanup(self._finish, self.far)
        self.far.start()
        links = link_tables(self.directory, self.links)
        if self.auth == "md5":
            for link in links:
                self.make_legacy_account(link["handle"], PASSWORD)
        return {"msn_service": [{**self.service_table(), **self.service}], "link": links}

    def tearDown(self) -> None:
        super().tearDown()
        self.assertTrue(self.far.is_running(), "the far gateway is gone")
        self.assert_clean_end(self.far)

    def service_table(self) -> dict:
        table = {"name": SERVICE, "server": _place(self.far, "msn"), "auth": self.auth}
        if self.auth == "md5":
            return {**table, "versions": MD5_DIALECTS}
        return {**table, "nexus_url": f"http://{_place(self.far, 'http')}"}

    def msn_client(self, name: str, *, dialect: int = 12, **options) -> MsnClient:
        """Of the far gateway."""
        client = MsnClient(self.far, name if "@" in name else handle_of(name), dialect=dialect, **options)
        if not client.uses_tickets:
            self.make_legacy_account(client.handle, client.password)
        return self.keep_msn(client)

    def make_legacy_account(self, handle: str, password: str) -> None:
        try:
            make_account(self.far, handle, password, "--legacy-md5")
        except AssertionError as error:
            if "exists" not in str(error):
                raise

    def befriend(self, client: Client, *names: str) -> None:
        """Puts people of the far gateway, who are online, on the list of somebody on IRC; and sees them come."""
        for name in names:
            client.send(f"PRIVMSG {PATCHCORD} :add {handle_of(name)}")
            self.expect_contact(client, name.capitalize())
        client.barrier()

    def friends(self, caps=(), dialect: int = 12):
        """ana on IRC and bob on the far gateway, who have each other on their lists."""
        bob = self.msn("bob", dialect=dialect)
        ana = self.linked("ana", caps=caps)
        self.befriend(ana, "bob")
        bob.add("FL", handle_of("ana"))
        bob.barrier()
        return ana, bob

    def conversation(self, caps=(), dialect: int = 12):
        """Both, and bob's switchboard with ana in it."""
        ana, bob = self.friends(caps, dialect)
        return ana, bob, bob.call(handle_of("ana"))


def _place(daemon: Daemon, listener: str) -> str:
    host, port = daemon.address(listener)
    return f"{host}:{port}"

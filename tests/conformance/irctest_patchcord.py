"""Controller for progval/irctest: starts the daemon for each of its tests, and says what the daemon claims to do.

The daemon is the one that $PATCHCORD_BINARY names. README.md of this folder tells how to run the suite.
"""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import List, Optional, Set, Type

from irctest import patma
from irctest.basecontrollers import BaseServerController, DirectoryBasedController
from irctest.runner import NotImplementedByController
from irctest.specifications import Capabilities, OptionalBehaviors

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PATCHCORD_BINARY", str(REPOSITORY / "build" / "dev" / "patchcord"))
OPERATOR_NAME = "operuser"
OPERATOR_PASSWORD = "operpassword"
LONGEST_PASSWORD = 300  # bytes

CONFIG = """
room = []

[gateway]
name = "My.Little.Server"
data_dir = {data_dir}

[log]
level = "trace"

[chat]
max_channels = 0
max_list_entries = 100
typing_interval = "1ms"
account_rate = 0.0
account_registration = {registration}

[history]
on_join = 0

[irc]
listen = {plain}
description = "test server"
password_hash = {password_hash}
max_clients = 0
max_clients_per_address = 0
max_connects_per_address = 0
flood_rate = 0.0

[msn]
listen = []
switchboard_listen = []

[http]
listen = []
login_rate = 0.0

[irc.tls]
listen = {tls}
certificate = {certificate}
private_key = {private_key}

[irc.websocket]
listen = {web}
allow_missing_origin = true

[[irc.operator]]
name = "{operator_name}"
password_hash = {operator_hash}
"""


@functools.cache
def password_hash(password: str) -> str:
    """What `patchcord password-hash` prints; cached, as it is slow on purpose and there are hundreds of starts."""
    made = subprocess.run(
        [BINARY, "password-hash"], input=password + "\n", capture_output=True, text=True, check=True
    )
    return made.stdout.strip()


class PatchcordController(BaseServerController, DirectoryBasedController):
    """One daemon with one listener, without limits that a test could run into by accident."""

    software_name = "Patchcord"
    _port_wait_interval = 0.01
    supported_sasl_mechanisms: Set[str] = {"PLAIN", "SCRAM-SHA-256"}
    supports_sts = False
    extban_mute_char = None

    capabilities = frozenset(
        (
            Capabilities.ACCOUNT_NOTIFY,
            Capabilities.ACCOUNT_TAG,
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.EXTENDED_MONITOR,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.READ_MARKER,
            Capabilities.SERVER_TIME,
            Capabilities.SETNAME,
            # Not every version of the suite knows it.
            *(known for known in Capabilities if known.value == "draft/message-redaction"),
        )
    )

    optional_behaviors = frozenset(
        (
            OptionalBehaviors.MULTI_NAMES_COMMAND,
            OptionalBehaviors.BAN_EXCEPTION_MODE,
            OptionalBehaviors.CAP_REQ_MINUS,
            OptionalBehaviors.ELIST_C,
            OptionalBehaviors.ELIST_M,
            OptionalBehaviors.ELIST_N,
            OptionalBehaviors.ELIST_T,
            OptionalBehaviors.ELIST_U,
            OptionalBehaviors.INVITE_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_LIST,
            OptionalBehaviors.INVITE_OVERRIDES_LIMIT,
            OptionalBehaviors.MULTI_JOIN,
            OptionalBehaviors.MULTI_KICK,
            OptionalBehaviors.MULTI_PRIVMSG,
            OptionalBehaviors.SASL_AFTER_REGISTRATION,
        )
    )

    isupport = {
        "BOT": "B",
        "CASEMAPPING": "ascii",
        "ELIST": "CMNTU",
        "EXCEPTS": "e",
        "INVEX": "I",
        "MONITOR": patma.ANYSTR,
        "PREFIX": "(ov)@+",
        "STATUSMSG": "@+",
        "TARGMAX": patma.ANYSTR,
        "UTF8ONLY": None,
        "WHOX": None,
    }

    def run(
        self,
        hostname: str,
        port: int,
        *,
        password: Optional[str],
        ssl: bool,
        run_services: bool,
        faketime: Optional[str],
        websocket_hostname: Optional[str],
        websocket_port: Optional[int],
    ) -> None:
        if self.test_config.account_registration_requires_email:
            raise NotImplementedByController("Accounts that need a mail address")
        assert self.proc is None
        self.hostname = hostname
        self.port = port
        self.create_config()
        assert self.directory
        config_file = self.directory / "gateway.toml"
        web = [f"{websocket_hostname}:{websocket_port}"] if websocket_port else []
        config_file.write_text(self._config(f"{hostname}:{port}", password, ssl, web))
        command = [BINARY, "run", "--config", config_file]
        if faketime and shutil.which("faketime"):
            command = ["faketime", "-f", faketime, *command]
            self.faketime_enabled = True
        self.proc = self.execute(command)

    def wait_for_services(self) -> None:
        """Accounts are the daemon's own: they are there when it is."""

    def registerUser(self, case, username: str, password: Optional[str] = None) -> None:
        """Makes an account with the daemon's own command, while it runs."""
        if not password or len(password.encode()) > LONGEST_PASSWORD:
            raise NotImplementedByController("Accounts without a password, or with an endless one")
        assert self.directory
        self.wait_for_port()  # not while the daemon makes its database
        command = [BINARY, "account", "add", username, "--config", self.directory / "gateway.toml"]
        made = subprocess.run(command, input=password + "\n", capture_output=True, text=True)
        assert made.returncode == 0, made.stderr

    def _config(self, address: str, password: Optional[str], ssl: bool, web: List[str]) -> str:
        assert self.directory
        if ssl:
            self.gen_ssl()
            self.key_path.chmod(0o600)
        return CONFIG.format(
            data_dir=json.dumps(str(self.directory / "data")),
            plain=json.dumps([] if ssl else [address]),
            tls=json.dumps([address] if ssl else []),
            web=json.dumps(web),
            certificate=json.dumps(str(self.pem_path) if ssl else ""),
            private_key=json.dumps(str(self.key_path) if ssl else ""),
            password_hash=json.dumps(password_hash(password) if password else ""),
            registration=json.dumps(self.test_config.account_registration_before_connect),
            operator_name=OPERATOR_NAME,
            operator_hash=json.dumps(password_hash(OPERATOR_PASSWORD)),
        )


def get_irctest_controller_class() -> Type[PatchcordController]:
    return PatchcordController

"""TCP connections that the kernel destroys, at both ends and with no word, in a network namespace of the tests."""

import contextlib
import os
import socket
import subprocess

OUTER_NETWORK = "PATCHCORD_OUTER_NETWORK"  # in the environment: the namespace that is not ours


def destroy_connections(*which: str) -> None:
    """All of this network namespace, or those that a filter of ss names; listening sockets stay."""
    outer = os.environ.get(OUTER_NETWORK)
    if outer is None or outer == os.readlink("/proc/self/ns/net"):
        raise AssertionError("connections are destroyed in a network namespace of the tests' own only")
    # One that is over already is said to be none, which does no harm.
    subprocess.run(["ss", "--kill", "--tcp", "--numeric", "state", "connected", *which], capture_output=True)


def may_destroy() -> bool:
    """Whether the kernel can (CONFIG_INET_DIAG_DESTROY) and lets us."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as victim:
            destroy_connections("sport", "=", f":{victim.getsockname()[1]}")
            victim.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                try:
                    victim.recv(1)
                except ConnectionError:
                    return True
    return False

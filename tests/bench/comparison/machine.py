"""What both comparisons need of this machine."""

import os
import resource
import sys

WANTED_DESCRIPTORS = 65536


def numbers(text):
    return [int(word) for word in text.split(",")]


def raise_descriptor_limit():
    """Returns how many descriptors a process may have, after asking for as many as the runs want."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(hard, WANTED_DESCRIPTORS), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return limit
        except (ValueError, OSError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def note(text):
    print(text, file=sys.stderr, flush=True)


def processors(placement):
    """(server's, generator's) processor; None is the kernel's choice."""
    available = sorted(os.sched_getaffinity(0))
    if placement == "free":
        return None, None
    return available[0], available[0] if placement == "same" else available[-1]

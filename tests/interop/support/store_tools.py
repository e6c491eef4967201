"""`ldicom storescu` run to its end, and the JSON that it and `ldicom storescp` write."""

import json

from .process import LDICOM, run


def storescu(*arguments):
    return run(LDICOM, "storescu", *arguments)


def summary_of(result):
    """What storescu --json writes."""
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def events(server, *kinds):
    """What a running storescp --json has written: all of it, or what is of these kinds."""
    every = map(json.loads, server.out[1:])
    return [it for it in every if not kinds or it["event"] in kinds]

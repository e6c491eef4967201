"""`make soak`: 64 senders at once, real and hostile, against `ldicom storescp` that is killed and started again; then, without
kills, whether it uses no more after a load than before. `run.py --help` has the options.

It holds that every acknowledged object is in the directory, that every file there with a name is what was sent under it,
that nothing half is left, and that descriptors, threads and memory come back. It bounds itself, and prints one line of
figures at its end; its status is 1 when something did not hold.
"""

import argparse
import collections
import itertools
import random
import shutil
import ssl
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "interop")]

from hostile import CASES, Hostile, case_words  # noqa: E402
from senders import KINDS, PATIENCE, Sender  # noqa: E402
from server import Server, chance_of  # noqa: E402
from stock import Ledger, as_dcmtk_sends_them, templates  # noqa: E402
from support.process import LDICOM, run  # noqa: E402
from support.tls import Authority  # noqa: E402

# Who sends, of 64. One in three is hostile.
SENDERS = {"ldicom storescu": 24, "DCMTK storescu": 10, "DCMTK dcmsend": 4, "pynetdicom": 4}
HOSTILE = 22

# A round of load: long enough for every hostile case, short enough that what it stores is little.
ROUND_SECONDS = 20

# How long a server lives before it is killed.
LIFE_SECONDS = (0.1, 3.0)

# How much more memory a server may hold at rest after its first round: what the allocator keeps of the arenas that so many
# threads at once have made. And how much more than that after any later round.
FIRST_BYTES = 32 << 20
LATER_BYTES = 8 << 20

# Failures that are printed whole; one cause may have thousands.
SHOWN_MAX = 20

# With what a killed server comes back, at random.
OPTIONS = ([], [], ["--sync"], ["-pdu", "4096"], ["-pdu", "0"])


class Security:
    """Both sides' options under TLS, with certificates on both."""

    def __init__(self, directory):
        self._authority = Authority(directory / "certificates")
        self.of_server = [*self._authority.server.options, *self._authority.options, "-rc"]
        self.of_client = [*self._authority.client.options, *self._authority.options]
        self._context = self._authority.context("client", self._authority.client, ssl.TLSVersion.TLSv1_3)

    def context_of_client(self):
        return self._context


class World:
    """What the threads of one round share."""

    def __init__(self, soak, server, name, kills):
        self.server = server
        self.round = name
        self.kills = kills
        self.over = threading.Event()
        self.seed, self.stock, self.stock_of_dcmtk = soak.seed, soak.stock, soak.stock_of_dcmtk
        self.ledger, self.scratch = soak.ledger, soak.scratch
        self.fail, self.count, self.next_case = soak.fail, soak.count, soak.next_case


class Soak:
    def __init__(self, seed, directory, judges_memory):
        self.seed = seed
        self._judges_memory = judges_memory
        self.scratch = directory / "scratch"
        self.kept = directory / "kept"
        self.scratch.mkdir()
        self.kept.mkdir()
        made = directory / "made"
        made.mkdir()
        self.security = Security(directory)
        self.stock = templates(made)
        self.stock_of_dcmtk = as_dcmtk_sends_them(self.stock)
        assert len(self.stock) > 100 and len(self.stock_of_dcmtk) > 40, (len(self.stock), len(self.stock_of_dcmtk))
        self.ledger = Ledger(seed)
        self.failures = []
        self.counts = collections.Counter()
        self.acknowledged = self.bytes = self.kills = self.left_by_kills = 0
        self.usages = []
        self._lock = threading.Lock()
        cases = list(CASES)
        chance_of(seed, "cases").shuffle(cases)
        self._cases = itertools.cycle(cases)

    # ---- For the threads ----

    def fail(self, what):
        with self._lock:
            self.failures.append(what)
        if len(self.failures) <= SHOWN_MAX:
            print(f"FAILED: {what}", flush=True)

    def count(self, what, number):
        with self._lock:
            self.counts[what] += number

    def next_case(self):
        with self._lock:
            case = next(self._cases)
            self.counts[case_words(case)] += 1
            return case

    # ---- One round ----

    def load(self, world, seconds, meanwhile=lambda: False):
        """All senders at once for so long. `meanwhile` does something for a moment, and again until it gives False."""
        kinds = [kind for kind in KINDS for _ in range(SENDERS[kind])]
        if world.server.security:
            # DCMTK's dcmsend speaks no TLS.
            kinds = ["DCMTK storescu" if it == "DCMTK dcmsend" else it for it in kinds]
        threads = [Sender(world, kind, number) for number, kind in enumerate(kinds)]
        threads += [Hostile(world, number) for number in range(HOSTILE)]
        for it in threads:
            it.start()
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and meanwhile():
                pass
            world.over.wait(max(0, end - time.monotonic()))
        finally:
            world.over.set()
            for it in threads:
                it.join(PATIENCE)
        for it in threads:
            if it.is_alive():
                self.fail(f"{it.name} does not come to its end")

    def audit(self, name, may_be_unnamed):
        count, total, wrong, unnamed = self.ledger.audit(self.kept)
        self.acknowledged += count
        self.bytes += total
        for it in wrong:
            self.fail(f"{name}: {it}")
        for it in set(unnamed) - may_be_unnamed:
            self.fail(f"{name}: {it} is left by a server that ended in order")
        if not count:
            self.fail(f"{name}: nothing was acknowledged")
        return count

    def killing_round(self, name, seconds, security):
        """Loads a server that is killed again and again."""
        chance = chance_of(self.seed, name, "kills")
        server = Server(self.kept, chance, security=security)
        world = World(self, server, name, kills=True)

        def live_and_die():
            if not server.up.is_set():
                server.start(*chance.choice(OPTIONS))
            world.over.wait(chance.uniform(*LIFE_SECONDS))
            server.kill()
            return True

        try:
            self.load(world, seconds, live_and_die)
            left = {it.name for it in self.kept.iterdir() if it.name.endswith(".part")}
            # It begins again beside what was left, serves, and ends in order.
            server.start()
            self.verify(server)
            server.stop()
        finally:
            server.end()
        self.kills += server.kills
        self.left_by_kills += len(left)
        count = self.audit(name, left)
        print(f"{name}: {count} objects acknowledged, {server.kills} kills, {len(left)} temporary files left", flush=True)

    def quiet_rounds(self, name, seconds, until, security):
        """Loads a server that lives through all of it, and looks at what it uses after each round. Two rounds at least,
        and more until a time; one where there is none."""
        server = Server(self.kept, chance_of(self.seed, name), security=security)
        try:
            server.start()
            self.verify(server)
            before = server.usage()
            print(f"{name}: before: {before}", flush=True)
            usages = []
            for number in itertools.count(1):
                self.load(World(self, server, f"{name} {number}", kills=False), seconds)
                usage = server.settle(before)
                usages.append(usage)
                if usage.descriptors != before.descriptors:
                    self.fail(f"{name} {number}: {before.descriptors} descriptors before, {usage.descriptors} after")
                if usage.threads > before.threads:
                    self.fail(f"{name} {number}: {before.threads} threads before, {usage.threads} after")
                count = self.audit(f"{name} {number}", set())
                print(f"{name} {number}: {count} objects acknowledged; after: {usage}", flush=True)
                if until is None or (number >= 2 and time.monotonic() > until):
                    break
            self.verify(server)
            said = server.stop()
            if "panicked" in said:
                self.fail(f"{name}: the server panicked:\n{said[-4000:]}")
            self.hold_memory(name, before, usages)
        finally:
            server.end()

    def hold_memory(self, name, before, usages):
        self.usages.append((name, [before, *usages]))
        if not self._judges_memory:
            return
        first = usages[0].memory
        if first > before.memory + FIRST_BYTES:
            self.fail(f"{name}: {before.memory} bytes before, {first} after the first round")
        for number, usage in enumerate(usages[1:], 2):
            if usage.memory > first + LATER_BYTES:
                self.fail(f"{name}: {first} bytes after the first round, {usage.memory} after round {number}")

    def verify(self, server):
        security = server.security.of_client if server.security else []
        result = run(LDICOM, "echoscu", *security, "127.0.0.1", server.port, within=PATIENCE)
        if result.returncode != 0:
            self.fail(f"the server does not verify: {result.stderr}")

    # ---- All of it ----

    def run(self, seconds):
        """Half of the time for kills, in rounds; half for rounds without, each with the time to come to rest."""
        begun = time.monotonic()
        if seconds < 60:
            self.killing_round("kills", seconds / 3, None)
            self.quiet_rounds("no kills", seconds / 3, None, None)
        else:
            # Looking at what was stored takes time too: rounds are begun until it is over.
            for number in itertools.count(1):
                under_tls = number % 2 == 0
                name = f"kills {number}{' over TLS' if under_tls else ''}"
                self.killing_round(name, min(ROUND_SECONDS, seconds / 8), self.security if under_tls else None)
                if number >= 2 and time.monotonic() > begun + seconds / 2:
                    break
            self.quiet_rounds("no kills", min(ROUND_SECONDS, seconds / 16), begun + seconds * 3 / 4, None)
            self.quiet_rounds("no kills, TLS", min(ROUND_SECONDS, seconds / 16), begun + seconds, self.security)
            for it in CASES:
                if not self.counts[case_words(it)]:
                    self.fail(f"there was no peer of this kind: {case_words(it)}")
        print(self.figures(time.monotonic() - begun), flush=True)
        return not self.failures

    def figures(self, seconds):
        tried = sum(self.counts[case_words(it)] > 0 for it in CASES)
        by_kind = ", ".join(f"{self.counts[it]} by {it}" for it in KINDS)
        usage = "; ".join(
            f"{name}: memory {' -> '.join(f'{it.memory / (1 << 20):.1f}' for it in usages)} MiB, descriptors "
            f"{usages[0].descriptors} -> {usages[-1].descriptors}, threads {usages[0].threads} -> {usages[-1].threads}"
            for name, usages in self.usages
        )
        return (
            f"soak: seed {self.seed}, {seconds:.0f} s: {len(self.failures)} failures; {self.acknowledged} objects "
            f"acknowledged and there ({self.bytes / (1 << 20):.0f} MiB; {by_kind}), {self.kills} kills, "
            f"{self.counts['hostile peers']} hostile peers of {tried} kinds; {usage}"
        )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seconds", type=float, help="instead of minutes; below 60, one short round of each kind")
    parser.add_argument("--seed", type=int, help="of every random choice; what threads and processes make of it differs")
    parser.add_argument("--any-memory", action="store_true", help="for a program built under a sanitizer, which keeps much")
    options = parser.parse_args(arguments)
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    directory = Path(tempfile.mkdtemp(prefix="ldicomnet-soak-"))
    succeeded = False
    try:
        succeeded = Soak(seed, directory, not options.any_memory).run(options.seconds or options.minutes * 60)
    finally:
        if succeeded:
            shutil.rmtree(directory)
        else:
            print(f"what was kept is in {directory}", flush=True)
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main())

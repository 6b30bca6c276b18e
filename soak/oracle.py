"""The set oracle: what is in the database and on the disk, held against what phones sent and were promised.

It reads with SQL and with its own hashing, through none of the house's code. An acknowledged form or file
that is missing, altered or doubled is a breach; so is anything that nobody sent, and any half of something.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from soak import seals
from soak.ledger import Entry, Ledger, sha256

SUBMISSIONS = "SELECT id, instance_id, sha256, complete FROM collect_submission"
ATTACHMENTS = "SELECT submission_id, filename, sha256, size FROM collect_attachment"
BODIES = "SELECT sha256, content FROM collect_keptbody"
QUARANTINED = (
    "SELECT sha256 FROM collect_quarantine UNION SELECT sha256 FROM collect_quarantinefile"
)


@dataclass(frozen=True)
class Held:
    """What a house holds: rows of the database, and the hashes of what lies whole in its store.

    `sealed` are those of the quarantine whose seal opened and whose bytes are the right ones; `damaged` are
    names in the store under which other bytes lie.
    """

    submissions: list[tuple[int, str, str, bool]]
    attachments: list[tuple[int, str, str, int]]
    quarantined: frozenset[str]
    whole: frozenset[str]
    sealed: frozenset[str]
    damaged: frozenset[str]


def held(url: str, data: Path, operation: str) -> Held:
    """Read what a house holds. `url` is empty for the SQLite file in `data`."""
    queries = (SUBMISSIONS, ATTACHMENTS, QUARANTINED, BODIES)
    rows = _postgres(url, queries) if url else _sqlite(data / "house.sqlite3", queries)
    whole, damaged = _store(data / "store" / operation)
    for digest, content in rows[3]:
        right = isinstance(content, bytes) and sha256(content) == digest
        (whole if right else damaged).add(str(digest))
    quarantined = frozenset(str(digest) for (digest,) in rows[2])
    return Held(
        submissions=[
            (_number(key), str(name), str(digest), bool(all_))
            for key, name, digest, all_ in rows[0]
        ],
        attachments=[
            (_number(key), str(name), str(digest), _number(size))
            for key, name, digest, size in rows[1]
        ],
        quarantined=quarantined,
        whole=frozenset(whole),
        sealed=seals.opened(data, operation, quarantined),
        damaged=frozenset(damaged),
    )


def breaches(found: Held, ledger: Ledger) -> list[str]:
    """List every way in which the house broke its promise; empty when it kept it."""
    return [
        *_doubled(found),
        *_invented(found, ledger),
        *_halves(found, ledger),
        *_lost(found, ledger),
        *(f"{digest}: its bytes in the store are others" for digest in sorted(found.damaged)),
    ]


def _lost(found: Held, ledger: Ledger) -> Iterator[str]:
    bodies = {name: digest for _, name, digest, _ in found.submissions}
    files = _files(found)
    for instance, entry in ledger.entries.items():
        for digest in entry.taken_bodies:
            if bodies.get(instance) != digest:
                yield f"{instance}: acknowledged form {digest[:12]} is not held"
        for name, digest in entry.taken_files:
            if (instance, name, digest) in files or _kept_apart(entry, name, digest, found):
                continue
            yield f"{instance}: acknowledged file {name} {digest[:12]} is not held"
    for digest in ledger.refused - found.quarantined:
        yield f"{digest[:12]}: refused as a conflict and not kept in the quarantine"
    for digest in ledger.refused - found.whole - found.sealed:
        yield f"{digest[:12]}: refused as a conflict and its bytes are gone"


def _kept_apart(entry: Entry, name: str, digest: str, found: Held) -> bool:
    """Tell whether a file gave way to another of its name, and is kept in the quarantine."""
    rivals = {other for one, other in entry.files if one == name}
    kept = found.quarantined & (found.whole | found.sealed)
    return len(rivals) > 1 and digest in kept


def _doubled(found: Held) -> Iterator[str]:
    for instance, count in Counter(name for _, name, _, _ in found.submissions).items():
        if count > 1:
            yield f"{instance}: held {count} times"
    for (key, name), count in Counter((key, name) for key, name, _, _ in found.attachments).items():
        if count > 1:
            yield f"file {name} of {key}: held {count} times"


def _invented(found: Held, ledger: Ledger) -> Iterator[str]:
    for _, instance, digest, _ in found.submissions:
        entry = ledger.entries.get(instance)
        if entry is None or digest not in entry.bodies:
            yield f"{instance}: held with content that nobody sent ({digest[:12]})"
    for instance, name, digest in _files(found):
        entry = ledger.entries.get(instance)
        if entry is None or (name, digest) not in entry.files:
            yield f"{instance}: file {name} held with content that nobody sent ({digest[:12]})"


def _halves(found: Held, ledger: Ledger) -> Iterator[str]:
    names: dict[int, dict[str, str]] = {}
    for key, name, digest, _ in found.attachments:
        names.setdefault(key, {})[name] = digest
    for key, instance, digest, complete in found.submissions:
        if digest not in found.whole:
            yield f"{instance}: noted, but the bytes of {digest[:12]} are not whole in the store"
        files = names.get(key, {})
        for name, of_file in files.items():
            if of_file and of_file not in found.whole:
                yield f"{instance}: file {name} noted, but its bytes are not whole in the store"
        entry = ledger.entries.get(instance)
        announced = entry.announced.get(digest, ()) if entry else ()
        if set(announced) - set(files):
            yield f"{instance}: announced files are not noted"
        if complete != all(files.get(name) for name in {*announced, *files}):
            yield f"{instance}: said to be {'complete' if complete else 'incomplete'}, and is not"


def _files(found: Held) -> set[tuple[str, str, str]]:
    names = {key: instance for key, instance, _, _ in found.submissions}
    return {
        (names.get(key, f"row {key}"), name, digest)
        for key, name, digest, _ in found.attachments
        if digest
    }


def _store(folder: Path) -> tuple[set[str], set[str]]:
    whole: set[str] = set()
    damaged: set[str] = set()
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if len(path.name) == 64:
            (whole if sha256(path.read_bytes()) == path.name else damaged).add(path.name)
    return whole, damaged


Row = tuple[object, ...]


def _number(value: object) -> int:
    return int(str(value))


def _sqlite(path: Path, queries: tuple[str, ...]) -> list[list[Row]]:
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != ("ok",):
            raise RuntimeError(f"the database file is damaged: {verdict}")
        return [connection.execute(query).fetchall() for query in queries]


def _postgres(url: str, queries: tuple[str, ...]) -> list[list[Row]]:
    with psycopg.connect(url, connect_timeout=10) as connection:
        return [connection.execute(query.encode()).fetchall() for query in queries]

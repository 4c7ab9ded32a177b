"""The versions of the segments that a process has read, so that each is prepared once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from segkit.errors import ConditionError, short_repr
from segkit.live.durable.segments_version import SegmentsVersion
from segkit.live.durable.storage import StorageTransaction
from segkit.model.segments import Segment


@attrs.define(eq=False)
class KnownVersions:
    """The versions by number, in a `DurableLive` and in its parts of other transactions.

    A part shares the versions, unless a part has added one: its caller may roll that back, and
    another version may have its number then.

    Attributes:
        versions: The versions by number.
        root: The versions of the `DurableLive` that this is a part of.
        parts_have_added: Whether a part has added a version.
    """

    versions: dict[int, SegmentsVersion] = attrs.field(factory=dict[int, SegmentsVersion])
    root: KnownVersions | None = None
    parts_have_added: bool = False

    def part(self) -> KnownVersions:
        """Return the versions for one operation within a transaction of the caller."""
        root = self.root or self
        versions = dict(root.versions) if root.parts_have_added else root.versions
        return KnownVersions(versions, root)

    def add(self, transaction: StorageTransaction[Any], version: SegmentsVersion) -> None:
        """Add a version to the storage; it is read again when the transaction is committed."""
        if self.root is not None:
            self.root.parts_have_added = True
        transaction.add_version(version.number, version.to_json())

    def last(self, transaction: StorageTransaction[Any]) -> SegmentsVersion | None:
        """Return the last version, after reading the new ones."""
        number = transaction.last_version()
        if not number:
            return None
        return self.since(transaction, number)[number]

    def since(
        self, transaction: StorageTransaction[Any], number: int
    ) -> dict[int, SegmentsVersion]:
        """Return the versions of that number and later ones, after reading the new ones."""
        if number not in self.versions:
            after = min(number - 1, max(self.versions, default=number))  # without a gap
            for document in transaction.versions(after):
                version = SegmentsVersion.from_json(document)
                self.versions.setdefault(version.number, version)
        return dict(self.versions)  # Other threads may add versions.

    def needed(self, transaction: StorageTransaction[Any]) -> SegmentsVersion:
        """Return the last version, which has to exist."""
        version = self.last(transaction)
        if version is None:
            problem = "there are no segments: call set_segments([...]) first"
            raise ConditionError("DurableLive", problem, None)
        return version

    def first_pending(
        self, transaction: StorageTransaction[Any], until: datetime | None = None
    ) -> SegmentsVersion | None:
        """Return the first version that a contact does not have yet, begun at *until* or before."""
        last, first = self.last(transaction), transaction.first_version()
        if last is None or first is None or first >= last.number:
            return None
        pending = self.since(transaction, first + 1)[first + 1]
        return pending if until is None or pending.at <= until else None

    def segment(self, transaction: StorageTransaction[Any], segment: object, path: str) -> Segment:
        """Return the segment of a name."""
        version = self.needed(transaction)
        name = segment.name if isinstance(segment, Segment) else segment
        for each in version.segments:
            if each.name == name:
                return each
        raise no_segment(path, segment, [each.name for each in version.segments])

    def name_of(self, transaction: StorageTransaction[Any], segment: object, path: str) -> str:
        """Return the name of a segment, which may have been removed since."""
        name = segment.name if isinstance(segment, Segment) else segment
        names = self.needed(transaction).revisions
        if not isinstance(name, str) or name not in names:
            raise no_segment(path, segment, list(names))
        return name


def no_segment(path: str, segment: object, names: list[str]) -> ConditionError:
    """Return the error for a name that no segment has."""
    name = segment.name if isinstance(segment, Segment) else segment
    known = ", ".join(map(short_repr, names)) or "none"
    problem = f"there is no segment {short_repr(name)}; the segments are: {known}"
    return ConditionError(path, problem, segment)

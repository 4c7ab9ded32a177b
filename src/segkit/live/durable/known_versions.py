"""The versions of the segments that a process has read, so that each is prepared once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import attrs

from segkit.errors import ConditionError, short_repr
from segkit.live.durable.segments_version import SegmentsVersion
from segkit.live.durable.storage import StorageTransaction
from segkit.model.segments import Segment

_MAX_PREPARED: Final = 1_000


@attrs.define(eq=False)
class KnownVersions:
    """The versions by number, for a `DurableLive` or for an operation in a caller's transaction.

    Such an operation may read versions that the caller rolls back, so it has a dict of its own.
    A version is prepared for evaluation once for each document, and that is shared.

    Attributes:
        versions: The versions by number.
        prepared: The versions by their documents.
    """

    versions: dict[int, SegmentsVersion] = attrs.field(factory=dict[int, SegmentsVersion])
    prepared: dict[str, SegmentsVersion] = attrs.field(factory=dict[str, SegmentsVersion])

    def part(self) -> KnownVersions:
        """Return the versions for one operation in a transaction of the caller."""
        return KnownVersions(dict(self.versions), self.prepared)

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
                version = self._prepare(document)
                self.versions.setdefault(version.number, version)
        return dict(self.versions)  # Other threads may add versions.

    def _prepare(self, document: str) -> SegmentsVersion:
        version = self.prepared.get(document)
        if version is None:
            if len(self.prepared) >= _MAX_PREPARED:
                self.prepared.clear()
            version = self.prepared[document] = SegmentsVersion.from_json(document)
        return version

    def needed(self, transaction: StorageTransaction[Any]) -> SegmentsVersion:
        """Return the last version, which has to exist."""
        version = self.last(transaction)
        if version is None:
            problem = "there are no segments: call set_segments([...]) first"
            raise ConditionError("DurableLive", problem, None)
        return version

    def first_pending(
        self,
        transaction: StorageTransaction[Any],
        until: datetime | None = None,
        without: Collection[int] = (),
    ) -> SegmentsVersion | None:
        """Return the first version that a contact does not have yet, begun at *until* or before.

        Args:
            without: The positions of contacts that are left out.
        """
        last, first = self.last(transaction), transaction.first_version(without)
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

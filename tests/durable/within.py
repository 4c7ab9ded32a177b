"""What a host's own transaction with a part of a `DurableLive` must keep, for each database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from segkit import Contact, FactsError, Segment, attr
from segkit.live import Update
from segkit.live.durable import DurableLive, Storage
from tests.durable.crashes import day

PROS = Segment("pros", attr("plan") == "pro")
TEAMS = Segment("teams", attr("plan") == "team")
FREE = Segment("free", attr("plan") == "free")


def clock() -> datetime:
    return day(0)


class Host:
    """A host with a table of its own, on a connection of its own.

    Args:
        begin: Begins a transaction.
        insert: The statement that inserts a row with a parameter.
    """

    def __init__(
        self,
        storage: Storage[Any],
        connection: Any,  # noqa: ANN401 - of any driver
        begin: Callable[[], object],
        insert: str,
    ) -> None:
        self.live: DurableLive[Any] = DurableLive(storage, clock=clock)
        self.connection = connection
        self.begin = begin
        self._insert = insert

    def write(self, text: str) -> None:
        self.connection.execute(self._insert, (text,))

    def rows(self) -> list[str]:
        """Return the rows of the host's table."""
        query = "SELECT transition FROM host_mail ORDER BY number"
        return [text for (text,) in self.connection.execute(query).fetchall()]


def check_rollback(host: Host) -> None:
    """Check that the host's row and the operation are kept both, or none of them."""
    live = host.live
    live.set_segments([PROS])
    for is_kept in (False, True):
        host.begin()
        host.write("signed up")
        part = live.within(host.connection)
        assert [each.kind for each in part.upsert(Contact("ada", {"plan": "pro"}))] == ["entered"]
        assert part.is_member("pros", "ada")
        (host.connection.commit if is_kept else host.connection.rollback)()
        assert live.is_member("pros", "ada") is is_kept
        assert len(live.deliveries()) == is_kept
    assert host.rows() == ["signed up"]


def check_refused_part(host: Host) -> None:
    """Check that a part that is refused leaves the caller's transaction as it was."""
    host.live.set_segments([PROS])
    host.begin()
    host.write("before")
    part = host.live.within(host.connection)
    part.upsert(Contact("ada", {"plan": "pro"}))
    with pytest.raises(FactsError):
        part.apply([Update("ada", {"plan": "free"}), Update("nobody", {})])
    host.write("after")
    host.connection.commit()
    assert host.rows() == ["before", "after"]
    assert list(host.live.members("pros")) == ["ada"]


def check_segments_rolled_back(host: Host) -> None:
    """Check that segments of a transaction that was rolled back are forgotten."""
    live = host.live
    live.set_segments([PROS])
    live.upsert(Contact("ada", {"plan": "team"}))
    for is_kept in (False, True):
        host.begin()
        part = live.within(host.connection)
        assert part.set_segments([PROS, TEAMS])
        assert part.segments_of("ada") == []
        assert "teams" in {each.segment for each in part.advance()}
        part.upsert(Contact("bob", {"plan": "team"}))
        if is_kept:
            host.connection.commit()
            break
        host.connection.rollback()
        assert live.segments == [PROS]
        assert live.set_segments([PROS, FREE])
        assert [each.segment for each in live.upsert(Contact("kim", {"plan": "free"}))] == ["free"]
        assert live.advance() == []
        assert list(live.members("free")) == ["kim"]
    assert live.segments == [PROS, TEAMS]
    assert set(live.members("teams")) == {"ada", "bob"}
    assert live.advance() == []
    assert [each.transition.contact for each in live.deliveries()] == ["bob", "kim", "ada", "kim"]

"""Time zones: the zone of a name, for every call that takes ``tz``."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, tzinfo
from typing import cast

from segkit.errors import ZoneError, short_repr


def parse_zone(tz: object) -> tzinfo:
    """Return the time zone of a name; a ``zoneinfo.ZoneInfo`` or ``UTC`` is returned as it is.

    Raises:
        ZoneError: If the name is unknown, or *tz* is a zone of another library: those do not
            convert every instant correctly [T9].
    """
    if tz is UTC:
        return UTC
    kind: type[object] = type(tz)
    if issubclass(kind, zoneinfo.ZoneInfo):
        return cast("zoneinfo.ZoneInfo", tz)
    if issubclass(kind, str):
        name = str.__str__(cast("str", tz))
        try:
            return UTC if name == "UTC" else zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            problem = (
                f"there is no time zone {short_repr(tz)}; names look like 'Europe/Paris'. If the "
                "system has no time zone data, install it: pip install tzdata"
            )
            raise ZoneError("tz", problem, tz) from None
    problem = f"takes a name, a zoneinfo.ZoneInfo or datetime.UTC; got {short_repr(tz)}"
    if issubclass(kind, tzinfo):
        problem += ": write zoneinfo.ZoneInfo('Europe/Paris'), for example"
    raise ZoneError("tz", problem, tz)

"""`Finding`: one part of a condition that does not fit the data; `Findings`: all of them."""

from __future__ import annotations

import attrs

from segkit.display import HtmlDisplay


@attrs.frozen
class Finding:
    """One part of a condition that does not fit the catalog.

    Attributes:
        path: The place in the document of the condition, as `to_dict` returns it:
            ``$.condition.parts[2].comparison.operand``; ``$`` for the data as a whole.
        message: The problem, in one sentence.
        repair: The Python code to write instead, or the `Catalog` to read the data with; ``None``
            if neither is known.
        replaces: The part of the condition in whose place *repair* is written: the rest of it
            stays as it is. ``None`` for a catalog.

    >>> from segkit import Catalog, attr, check
    >>> finding = check(attr("agee") >= 18, Catalog(attributes={"age": "number"}))[0]
    >>> finding.repair, finding.replaces
    ('attr("age") >= 18', 'attr("agee") >= 18')
    """

    path: str
    message: str
    repair: str | None = None
    replaces: str | None = None

    def __str__(self) -> str:
        advice = ""
        if self.repair is not None and self.replaces is not None:
            advice = f"\n    write {self.repair} instead of {self.replaces}"
        elif self.repair is not None:
            advice = f"\n    read the data with {self.repair}"
        return f"{self.path}: {self.message}{advice}"


class Findings(tuple[Finding, ...], HtmlDisplay):
    """The findings of a check, in the order of the condition; empty if everything fits.

    ``print(findings)`` shows one after the other.

    >>> from segkit import Catalog, check, in_list
    >>> print(check(in_list("vpi"), Catalog(lists=["vip"])))
    $.condition.name: there is no list "vpi"; did you mean "vip"?
        write in_list("vip") instead of in_list("vpi")
    >>> print(check(in_list("vip"), Catalog(lists=["vip"])))
    nothing found
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self) or "nothing found"

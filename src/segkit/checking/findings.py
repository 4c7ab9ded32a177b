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
        repair: The Python code to write instead; ``None`` if that is not known.

    >>> from segkit import Catalog, attr, check
    >>> check(attr("agee") >= 18, Catalog(attributes={"age": "number"}))[0].repair
    'attr("age") >= 18'
    """

    path: str
    message: str
    repair: str | None = None

    def __str__(self) -> str:
        write = "" if self.repair is None else f"\n    write {self.repair}"
        return f"{self.path}: {self.message}{write}"


class Findings(tuple[Finding, ...], HtmlDisplay):
    """The findings of a check, in the order of the condition; empty if everything fits.

    ``print(findings)`` shows one after the other.

    >>> from segkit import Catalog, check, in_list
    >>> print(check(in_list("vpi"), Catalog(lists=["vip"])))
    $.condition.name: there is no list "vpi"; did you mean "vip"?
        write in_list("vip")
    >>> print(check(in_list("vip"), Catalog(lists=["vip"])))
    nothing found
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self) or "nothing found"

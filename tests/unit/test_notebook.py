"""The output of a notebook cell: escaped HTML, and never an error."""

from typing import Any, Final

import pytest

from segkit import (
    Catalog,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    attr,
    check,
    explain,
    in_list,
    prop,
)
from segkit.notebook import html
from segkit.testing import EXAMPLES
from tests.unit.evaluation import NOW
from tests.unit.hostile_values import VALUES

ADULTS: Final = Segment("adults & <co>", attr("age") >= 18)
UNBLOCKED: Final = ~attr("blocked").is_true()


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param(
            attr("age") >= 18, "<pre>age is at least 18</pre>", id="the description of a condition"
        ),
        pytest.param(
            ADULTS,
            "<strong>adults &amp; &lt;co&gt;</strong><pre>age is at least 18</pre>",
            id="the name and the description of a segment",
        ),
        pytest.param(
            Segment("\ud800", attr("\ud800") == 1),
            "<strong>\\ud800</strong><pre>&quot;\\ud800&quot; is 1</pre>",
            id="lone surrogates are escaped",
        ),
        pytest.param(3, "<pre>3</pre>", id="the repr of any other value"),
        pytest.param("<b>", "<pre>&#x27;&lt;b&gt;&#x27;</pre>", id="the repr is escaped"),
        pytest.param(
            VALUES["a lone surrogate"],
            "<pre>&#x27;\\ud800&#x27;</pre>",
            id="a lone surrogate in a repr",
        ),
    ],
)
def test_the_html_of_a_value(value: object, body: str) -> None:
    assert html(value) == f'<div class="segkit">{body}</div>'


def test_an_explanation_shows_its_parts() -> None:
    """Each part has its verdict and its findings."""
    explanation = explain(
        (attr("age") >= 18) & in_list("<vip>"), Contact("ada", {"age": 36}), now=NOW
    )
    page = html(explanation)
    assert page.count("<li>") == page.count("</li>") == 2
    assert "<strong>yes</strong> age is at least 18" in page
    assert "<strong>no</strong> is on list &quot;&lt;vip&gt;&quot;" in page
    assert "36" in page


def test_a_catalog_shows_its_counts_and_a_table_for_each_part() -> None:
    contacts = [Contact("ada", {"<b>": 36}, lists={"vip": None})]
    order = Event("ada", "order", NOW, {"total": 3})
    page = html(Catalog.observed(MemorySource(contacts, [order]), now=NOW))
    assert page.count("<table>") == page.count("</table>") == 3
    assert "1 contact, 1 event" in page
    assert "<td>&lt;b&gt;</td><td>all</td><td>number</td>" in page


def test_findings_show_their_repairs() -> None:
    catalog = Catalog(attributes={"<age>": "number"})
    page = html(check(attr("<agee>") >= 18, catalog))
    assert page.count("<li>") == page.count("</li>") == 1
    assert "<code>attr(&quot;&lt;age&gt;&quot;) &gt;= 18</code>" in page
    assert "nothing found" in html(check(attr("<age>") >= 18, catalog))
    assert "<code>" not in html(check(attr("plan") == "pro", catalog))


@pytest.mark.parametrize(
    ("size", "rest"), [(0, ""), (1, ""), (10, ""), (11, ", and 1 more"), (25, ", and 15 more")]
)
def test_an_audience_shows_some_of_its_ids(size: int, rest: str) -> None:
    """The first ten ids, and the number of members."""
    source = MemorySource(Contact(number) for number in range(size))
    page = html(Evaluator(source).members(UNBLOCKED, now=NOW))
    listed = ", ".join(map(str, range(min(size, 10))))
    assert page.endswith(f"<small>{listed}{rest}</small></div>")
    assert f"<strong>{size}</strong> at 2022-10-01 00:00 UTC" in page


@pytest.mark.parametrize("value", VALUES)
def test_the_html_of_a_hostile_value(value: str) -> None:
    """A notebook cell never raises an exception."""
    page = html(VALUES[value])
    assert page.startswith('<div class="segkit"><pre>')
    assert page.encode()


def test_a_condition_without_a_description_shows_its_repr() -> None:
    """A condition of one event cannot be described; the cell shows its repr."""
    assert "Property((&#x27;total&#x27;,), Comparison(&#x27;&gt;&#x27;" in html(prop("total") > 3)


@pytest.mark.parametrize("condition", EXAMPLES)
def test_every_condition_has_html(condition: Any) -> None:  # noqa: ANN401
    """Through the renderer that `segkit` registers with `display`."""
    assert condition._repr_html_() == html(condition)
    assert "<pre>" in html(condition)

"""What stands at the end of a notebook cell: HTML, escaped, and never an error."""

from typing import Any, Final

import pytest

from segkit import Contact, Evaluator, MemorySource, Segment, attr, explain, in_list, prop
from segkit.notebook import html
from segkit.testing import EXAMPLES
from tests.unit.evaluation import NOW
from tests.unit.hostile_values import VALUES

ADULTS: Final = Segment("adults & <co>", attr("age") >= 18)
EVERYBODY: Final = ~attr("blocked").is_true()


@pytest.mark.parametrize(
    ("thing", "body"),
    [
        pytest.param(
            attr("age") >= 18, "<pre>age is at least 18</pre>", id="a condition is its sentence"
        ),
        pytest.param(
            ADULTS,
            "<strong>adults &amp; &lt;co&gt;</strong><pre>age is at least 18</pre>",
            id="a segment has a name",
        ),
        pytest.param(
            Segment("\ud800", attr("\ud800") == 1),
            "<strong>\\ud800</strong><pre>&quot;\\ud800&quot; is 1</pre>",
            id="a page has no place for lone surrogates",
        ),
        pytest.param(3, "<pre>3</pre>", id="anything else shows itself"),
        pytest.param("<b>", "<pre>&#x27;&lt;b&gt;&#x27;</pre>", id="escaped, too"),
        pytest.param(VALUES["a lone surrogate"], "<pre>&#x27;\\ud800&#x27;</pre>", id="surrogate"),
    ],
)
def test_what_a_cell_shows(thing: object, body: str) -> None:
    assert html(thing) == f'<div class="segkit">{body}</div>'


def test_an_explanation_shows_its_parts() -> None:
    """Each with its verdict and what was found."""
    explanation = explain(
        (attr("age") >= 18) & in_list("<vip>"), Contact("ada", {"age": 36}), now=NOW
    )
    page = html(explanation)
    assert page.count("<li>") == page.count("</li>") == 2
    assert "<strong>yes</strong> age is at least 18" in page
    assert "<strong>no</strong> is on list &quot;&lt;vip&gt;&quot;" in page
    assert "36" in page


@pytest.mark.parametrize(
    ("size", "rest"), [(0, ""), (1, ""), (10, ""), (11, ", and 1 more"), (25, ", and 15 more")]
)
def test_an_audience_shows_some_of_its_ids(size: int, rest: str) -> None:
    """The first ten, and how many there are."""
    source = MemorySource(Contact(number) for number in range(size))
    page = html(Evaluator(source).members(EVERYBODY, now=NOW))
    listed = ", ".join(map(str, range(min(size, 10))))
    assert page.endswith(f"<small>{listed}{rest}</small></div>")
    assert f"<strong>{size}</strong> at 2022-10-01 00:00 UTC" in page


@pytest.mark.parametrize("value", VALUES)
def test_it_never_raises(value: str) -> None:
    """A cell that shows less is better than one that fails."""
    page = html(VALUES[value])
    assert page.startswith('<div class="segkit"><pre>')
    assert page.encode()


def test_what_cannot_be_said_is_shown() -> None:
    """A condition of one event alone is asked of nobody; it still shows itself."""
    assert "Property((&#x27;total&#x27;,), Comparison(&#x27;&gt;&#x27;" in html(prop("total") > 3)


@pytest.mark.parametrize("condition", EXAMPLES)
def test_every_condition_shows_itself(condition: Any) -> None:  # noqa: ANN401
    """By the one import that goes up a floor."""
    assert condition._repr_html_() == html(condition)
    assert "<pre>" in html(condition)

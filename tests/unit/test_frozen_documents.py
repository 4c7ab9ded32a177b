"""Documents of version 1, as they were written when it was made: they are read for ever.

Nothing in ``tests/documents`` is ever changed, and nothing is written there by a program. A line
may be added for a kind of condition that is new; a form that has to change is a new version.
"""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator

import segkit
from segkit import Limits, content_hash, from_dict, from_json, json_schema, to_dict, to_json
from segkit.model.conditions import Condition
from segkit.model.event_values import Aggregate
from segkit.model.operators import Operator
from segkit.model.time_spans import CalendarUnit
from segkit.operations.serialization.conditions import CONDITIONS
from segkit.operations.serialization.scalars import TAGS
from segkit.operations.serialization.values import WINDOWS

FOLDER: Final = Path(__file__).parents[1] / "documents"
FROZEN: Final[list[dict[str, Any]]] = [
    frozen
    for path in sorted(FOLDER.glob("*.json"))
    for frozen in json.loads(path.read_text("ascii"))
]
NAMES: Final = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "datetime": dt,
    "Decimal": Decimal,
}
ANY_LENGTH: Final = Limits(years=10**40)

each = pytest.mark.parametrize("frozen", FROZEN, ids=[frozen["python"][:60] for frozen in FROZEN])


@each
def test_the_document_is_read_as_the_value(frozen: dict[str, Any]) -> None:
    value = eval(frozen["python"], dict(NAMES))  # noqa: S307 - data of this project
    back = from_dict(frozen["document"], limits=ANY_LENGTH)
    assert back == value
    assert repr(back) == frozen["python"]
    assert from_json(json.dumps(frozen["document"]), limits=ANY_LENGTH) == value


@each
def test_the_value_is_written_as_the_document(frozen: dict[str, Any]) -> None:
    value = eval(frozen["python"], dict(NAMES))  # noqa: S307 - as above
    assert to_dict(value) == frozen["document"]
    text = json.dumps(frozen["document"], sort_keys=True, separators=(",", ":"))
    assert to_json(value) == text


@each
def test_the_hash_is_what_it_was(frozen: dict[str, Any]) -> None:
    assert content_hash(eval(frozen["python"], dict(NAMES))) == frozen["hash"]  # noqa: S307


@each
def test_the_document_is_valid(frozen: dict[str, Any]) -> None:
    Draft202012Validator(json_schema()).validate(frozen["document"])


def words(document: object) -> set[str]:
    """Every text and every key in a document."""
    if isinstance(document, dict):
        return set(document).union(*map(words, document.values()))
    if isinstance(document, list):
        return set().union(*map(words, document))
    return {document} if isinstance(document, str) else set()


def test_everything_that_can_be_said_is_among_them() -> None:
    """A kind that is new needs a document of its own."""
    held = words([frozen["document"] for frozen in FROZEN]) | {"ever"}  # which is left out
    keys = {
        key
        for union in (CONDITIONS, WINDOWS)
        for record in union.records.values()
        for key in record.keys
    }
    unit_words = {"months", "days", "hours", "minutes", "seconds", "microseconds"}
    for names in (CONDITIONS.records, WINDOWS.records, TAGS, keys, unit_words):
        assert not set(names) - held
    for union in (Operator, Aggregate, CalendarUnit):
        assert not set(get_args(union)) - held
    assert len(get_args(Condition)) == len(CONDITIONS.records)

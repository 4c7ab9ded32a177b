"""Documents of version 1, as this version encoded them first: they can always be decoded.

Files in ``tests/documents`` are never changed, and no program writes them. A document
may be added for a new kind of condition. A form that has to change needs a new version.
"""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator

import segkit
from segkit import (
    Limits,
    Property,
    content_hash,
    from_dict,
    from_json,
    json_schema,
    to_dict,
    to_json,
)
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

all_documents = pytest.mark.parametrize(
    "frozen", FROZEN, ids=[frozen["python"][:60] for frozen in FROZEN]
)


@all_documents
def test_the_document_is_decoded_as_the_value(frozen: dict[str, Any]) -> None:
    value = eval(frozen["python"], dict(NAMES))  # noqa: S307 - data of this project
    of: Any = "event" if isinstance(value, Property) else "contact"
    back = from_dict(frozen["document"], of=of, limits=ANY_LENGTH)
    assert back == value
    assert repr(back) == frozen["python"]
    assert from_json(json.dumps(frozen["document"]), of=of, limits=ANY_LENGTH) == value


@all_documents
def test_the_value_is_encoded_as_the_document(frozen: dict[str, Any]) -> None:
    value = eval(frozen["python"], dict(NAMES))  # noqa: S307 - as above
    assert to_dict(value) == frozen["document"]
    text = json.dumps(frozen["document"], sort_keys=True, separators=(",", ":"))
    assert to_json(value) == text


@all_documents
def test_the_hash_is_unchanged(frozen: dict[str, Any]) -> None:
    assert content_hash(eval(frozen["python"], dict(NAMES))) == frozen["hash"]  # noqa: S307


@all_documents
def test_the_document_is_valid(frozen: dict[str, Any]) -> None:
    Draft202012Validator(json_schema()).validate(frozen["document"])


def texts_of(document: object) -> set[str]:
    """Return all texts and keys in a document."""
    if isinstance(document, dict):
        return set(document).union(*map(texts_of, document.values()))
    if isinstance(document, list):
        return set().union(*map(texts_of, document))
    return {document} if isinstance(document, str) else set()


def test_every_kind_of_condition_has_a_document() -> None:
    """A new kind needs a new document."""
    found = texts_of([frozen["document"] for frozen in FROZEN]) | {"ever"}  # omitted in documents
    keys = {
        key
        for union in (CONDITIONS, WINDOWS)
        for record in union.records.values()
        for key in record.keys
    }
    units = {"months", "days", "hours", "minutes", "seconds", "microseconds"}
    for names in (CONDITIONS.records, WINDOWS.records, TAGS, keys, units):
        assert not set(names) - found
    for union in (Operator, Aggregate, CalendarUnit):
        assert not set(get_args(union)) - found
    assert len(get_args(Condition)) == len(CONDITIONS.records)

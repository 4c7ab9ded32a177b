"""A fuzz program for documents that nobody trusts: `nox -s fuzz` runs it.

    python tests/fuzz_documents.py -max_total_time=600 [folder for what it finds]

An input is either the bytes of a JSON text, or choices: which document to begin with, and what in
it to replace, to take away, to rename and to double. Whatever comes of it, the answer is a
condition, a segment or segments that come back the same by way of `to_json`, or a `DocumentError`
that says where and why. Anything else, a crash, a hang or a memory that grows, is a finding;
libFuzzer writes the input down.
"""

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import atheris

with atheris.instrument_imports(include=["segkit"]):
    from segkit.builders import did, in_list, in_segment
    from segkit.errors import DocumentError
    from segkit.model.segments import Segment, Segments
    from segkit.operations.serialization import (
        Limits,
        content_hash,
        from_dict,
        from_json,
        to_dict,
        to_json,
    )
    from segkit.testing.examples import EXAMPLES

MANY: Final = Limits(years=10**40, nodes=100_000, parts=100_000)
VIP: Final = Segment("a", in_list("vip"))
VALUES: Final = (
    *EXAMPLES,
    Segments([Segment("b", in_segment(VIP) | did("order")), VIP]),
    *(Segment("a", example) for example in EXAMPLES[::9]),
)
DOCUMENTS: Final = tuple(map(to_dict, VALUES))
ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**400, 1.5, 1e308, float("nan"), float("inf"), "", "a", "\ud800", [], {},
    "ever", "within", "is_in", "not", "in_segment", {"int": "9" * 400}, {"decimal": "1E-99999"},
    {"day": "0001-01-01"}, {"instant": "9999-12-31T23:59:59.999999-23:59"}, {"value_of": ["a"]},
    {"type": "in_segment", "name": "a"}, {"years": 10**30}, [[]], ["a"] * 300, 5,
)  # fmt: skip
WORDS: Final = [
    '"segkit":1', '"condition":', '"segment":', '"segments":[', '"type":"', '"parts":[',
    '"operand":', '{"type":"in_segment","name":"a"}', "\\ud800", "1e999", "NaN",
    '"where":', '"comparison":',
]  # fmt: skip


def try_one(data: bytes) -> None:
    """One input: read it, and hold the answer to what is promised."""
    if data[:1] == b"\x00":
        held(changed(atheris.FuzzedDataProvider(data[1:])), in_bulk)
        return
    held(data, from_json)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    held(document, in_bulk)


def in_bulk(document: Any) -> object:  # noqa: ANN401 - it may be anything
    """Read with limits that let nearly everything pass."""
    return from_dict(document, limits=MANY)


def held(given: object, read: Callable[[Any], Any]) -> None:
    """Read *given*; what comes out comes back, and what is refused is told."""
    try:
        value = read(given)
    except DocumentError as error:
        told = error
    else:
        comes_back(value)
        return
    assert told.problems
    assert all(path[0] == "$" and expected for path, _, expected in told.problems)
    assert len(str(told).split("\n")) <= 102


def comes_back(value: Any) -> None:  # noqa: ANN401 - a condition, a segment or segments
    """What was read is written in one form, which is read as the same."""
    text = to_json(value)
    again = from_json(text, limits=MANY)
    assert again == value
    assert to_json(again) == text
    assert content_hash(again) == content_hash(value)


def changed(choices: Any) -> object:  # noqa: ANN401 - atheris has no annotations
    """One of the documents, a few things in it changed."""
    document: Any = copy.deepcopy(DOCUMENTS[choices.ConsumeIntInRange(0, len(DOCUMENTS) - 1)])
    for _ in range(choices.ConsumeIntInRange(1, 6)):
        places = list(within(document))
        holder, key = places[choices.ConsumeIntInRange(0, len(places) - 1)]
        other, other_key = places[choices.ConsumeIntInRange(0, len(places) - 1)]
        match choices.ConsumeIntInRange(0, 5):
            case 0:
                holder[key] = copy.deepcopy(ODD[choices.ConsumeIntInRange(0, len(ODD) - 1)])
            case 1:
                holder[key] = copy.deepcopy(other[other_key])
            case 2:
                holder[key] = choices.ConsumeUnicode(6)
            case 3:
                holder[key] = choices.ConsumeInt(8)
            case 4 if isinstance(holder, list):
                holder.append(copy.deepcopy(other[other_key]))
            case 5 if isinstance(other_key, str) and isinstance(holder, dict):
                holder[other_key] = holder.pop(key)
            case _:
                del holder[key]
        if not document:
            return document
    return document


def within(value: Any) -> Any:  # noqa: ANN401 - a document is made of anything
    """Every place in a document, as what holds it and its key."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from within(value[key])


def main() -> None:
    """Run libFuzzer over the seeds, with the arguments of the command line."""
    *options, last = sys.argv
    if not options or last.startswith("-"):
        options, last = sys.argv, "fuzz/documents"
    folder = Path(last)
    folder.mkdir(parents=True, exist_ok=True)
    for place, value in enumerate(VALUES):
        (folder / f"text-{place}").write_text(to_json(value), "ascii")
        (folder / f"choices-{place}").write_bytes(bytes([0, place, 3, 7, 1, 0, 9, 5, 2, 8, 4, 1]))
    words = folder.parent / "words.dict"
    words.write_text("".join(f"{json.dumps(word)}\n" for word in WORDS), "ascii")
    found = f"-artifact_prefix={folder.parent}/"
    atheris.Setup([*options, f"-dict={words}", found, str(folder)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

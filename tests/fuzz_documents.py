"""A fuzz program for untrusted documents: `nox -s fuzz` runs it.

    python tests/fuzz_documents.py -max_total_time=600 [folder for the inputs]

An input is either the bytes of a JSON text, or choices: a document, and the parts of it that are
replaced, removed, renamed or repeated. The result must be a condition, a segment or segments that
are equal after a round trip by `to_json`, or a `DocumentError` with paths and reasons. Anything
else is a finding: another error, a crash, a hang, or memory that grows. libFuzzer saves the input.
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

LARGE_LIMITS: Final = Limits(years=10**40, nodes=100_000, parts=100_000)
VIP: Final = Segment("a", in_list("vip"))
VALUES: Final = (
    *EXAMPLES,
    Segments([Segment("b", in_segment(VIP) | did("order")), VIP]),
    *(Segment("a", example) for example in EXAMPLES[::9]),
)
DOCUMENTS: Final = tuple(map(to_dict, VALUES))
ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**400, 1.5, 1e308, float("nan"), float("inf"), "", "a", "\ud800", [], {},
    "ever", "within", "is_in", "not", "in_segment", {"int": "9" * 400}, {"decimal": "1E-99999"},
    {"day": "0001-01-01"}, {"instant": "9999-12-31T23:59:59.999999-23:59"}, {"value_of": ["a"]},
    {"type": "in_segment", "name": "a"}, {"years": 10**30}, [[]], ["a"] * 300, 5,
)  # fmt: skip
TOKENS: Final = [
    '"segkit":1', '"condition":', '"segment":', '"segments":[', '"type":"', '"parts":[',
    '"operand":', '{"type":"in_segment","name":"a"}', "\\ud800", "1e999", "NaN",
    '"where":', '"comparison":',
]  # fmt: skip


def check_input(data: bytes) -> None:
    """Decode one input, and check the result."""
    if data[:1] == b"\x00":
        check_decoding(
            changed_document(atheris.FuzzedDataProvider(data[1:])), decode_with_large_limits
        )
        return
    check_decoding(data, from_json)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    check_decoding(document, decode_with_large_limits)


def decode_with_large_limits(document: Any) -> object:  # noqa: ANN401 - it may be anything
    """Decode with limits that accept nearly all documents."""
    return from_dict(document, limits=LARGE_LIMITS)


def check_decoding(document: object, decode: Callable[[Any], Any]) -> None:
    """Decode *document*: check the round trip of the value, or the problems of the error."""
    try:
        value = decode(document)
    except DocumentError as error:
        refusal = error
    else:
        check_round_trip(value)
        return
    assert refusal.problems
    assert all(path[0] == "$" and expected for path, _, expected in refusal.problems)
    assert len(str(refusal).split("\n")) <= 102


def check_round_trip(value: Any) -> None:  # noqa: ANN401 - a condition, a segment or segments
    """Check that encoding is canonical, and that decoding returns an equal value."""
    text = to_json(value)
    decoded = from_json(text, limits=LARGE_LIMITS)
    assert decoded == value
    assert to_json(decoded) == text
    assert content_hash(decoded) == content_hash(value)


def changed_document(choices: Any) -> object:  # noqa: ANN401 - atheris has no annotations
    """Return one of the documents with a few changes."""
    document: Any = copy.deepcopy(DOCUMENTS[choices.ConsumeIntInRange(0, len(DOCUMENTS) - 1)])
    for _ in range(choices.ConsumeIntInRange(1, 6)):
        positions = list(positions_in(document))
        container, key = positions[choices.ConsumeIntInRange(0, len(positions) - 1)]
        other_container, other_key = positions[choices.ConsumeIntInRange(0, len(positions) - 1)]
        match choices.ConsumeIntInRange(0, 5):
            case 0:
                container[key] = copy.deepcopy(
                    ODD_VALUES[choices.ConsumeIntInRange(0, len(ODD_VALUES) - 1)]
                )
            case 1:
                container[key] = copy.deepcopy(other_container[other_key])
            case 2:
                container[key] = choices.ConsumeUnicode(6)
            case 3:
                container[key] = choices.ConsumeInt(8)
            case 4 if isinstance(container, list):
                container.append(copy.deepcopy(other_container[other_key]))
            case 5 if isinstance(other_key, str) and isinstance(container, dict):
                container[other_key] = container.pop(key)
            case _:
                del container[key]
        if not document:
            return document
    return document


def positions_in(value: Any) -> Any:  # noqa: ANN401 - a document is made of anything
    """Yield every position in a document: the container and the key."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from positions_in(value[key])


def main() -> None:
    """Run libFuzzer on the seeds, with the arguments of the command line."""
    *options, last = sys.argv
    if not options or last.startswith("-"):
        options, last = sys.argv, "fuzz/documents"
    folder = Path(last)
    folder.mkdir(parents=True, exist_ok=True)
    for index, value in enumerate(VALUES):
        (folder / f"text-{index}").write_text(to_json(value), "ascii")
        (folder / f"choices-{index}").write_bytes(bytes([0, index, 3, 7, 1, 0, 9, 5, 2, 8, 4, 1]))
    dictionary = folder.parent / "words.dict"
    dictionary.write_text("".join(f"{json.dumps(token)}\n" for token in TOKENS), "ascii")
    artifacts = f"-artifact_prefix={folder.parent}/"
    atheris.Setup([*options, f"-dict={dictionary}", artifacts, str(folder)], check_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

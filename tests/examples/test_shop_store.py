"""The members at the end of the week, computed from the facts of the store in plain Python."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

PROGRAM: Final = Path(__file__).parents[2] / "examples" / "shop_store.py"
END: Final = datetime(2024, 5, 13, tzinfo=UTC)


@pytest.fixture(scope="module")
def program() -> Any:  # noqa: ANN401 - a module
    spec = importlib.util.spec_from_file_location("shop_store", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_members_are_those_of_plain_python(
    program: Any,  # noqa: ANN401
    capsys: pytest.CaptureFixture[str],
) -> None:
    store, members = program.main()
    output = capsys.readouterr().out

    def count(contact: Any, name: str, days: int) -> int:  # noqa: ANN401
        since = END - timedelta(days=days)
        times = [event.at for event in store.events(contact.id) if event.name == name]
        return sum(since < at <= END for at in times)

    def spent(contact: Any) -> int:  # noqa: ANN401
        events = store.events(contact.id)
        return sum(event.properties.get("total", 0) for event in events)

    expected = {
        "buyers of the week": {each.id for each in store if count(each, "order", 7)},
        "regulars": {
            each.id for each in store if count(each, "order", 90) >= 3 and "staff" not in each.lists
        },
        "lapsing": {
            each.id for each in store if count(each, "order", 1000) and not count(each, "order", 60)
        },
        "big spenders in Lyon": {
            each.id for each in store if each.attributes["city"] == "Lyon" and spent(each) >= 1000
        },
    }
    for name, ids in expected.items():
        assert members[name] == ids
        assert len(ids) > 0
        assert f"  {name}: {len(ids)} (" in output
    assert output.startswith("7 segments, ")
    assert "by reference" not in output

"""The figures of docs/explanation/performance.md show the times of benchmarks/README.md."""

import runpy
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FIGURES: Final = ROOT / "docs" / "explanation"

PAGE: Final = """
### Bulk

Some text.

| case | candidate | time     | ratio: median (least..most) | remark |
|------|-----------|----------|-----------------------------|--------|
| cold | by hand   | 7.50 us  |                             |        |
| cold | segkit    | 482 ns   | 0.06 (0.05..0.07) x by hand | fast   |
| cold | pandas    |          |                             | absent |

### Bulk sizes

| case | candidate | time |
|------|-----------|------|
| more | segkit    | 1 s  |
"""


@pytest.fixture
def kept_rows(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - of a script
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return runpy.run_path(str(ROOT / "benchmarks" / "figure.py"))["kept_rows"]


def test_the_rows_of_a_table_are_read_again(kept_rows: Any) -> None:  # noqa: ANN401
    rows = kept_rows(PAGE, "Bulk")
    assert [row.candidate for row in rows] == ["by hand", "segkit", "pandas"]
    assert [row.seconds for row in rows] == [pytest.approx(7.5e-6), pytest.approx(482e-9), None]
    assert [str(row.ratio) for row in rows] == ["None", "0.06 (0.05..0.07)", "None"]


@pytest.mark.parametrize("title", ["Against peers", "Bulk"])
def test_the_page_has_the_times_of_both_figures(kept_rows: Any, title: str) -> None:  # noqa: ANN401
    page = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    assert {"by hand", "segkit"} <= {row.candidate for row in kept_rows(page, title) if row.seconds}


@pytest.mark.parametrize("name", ["performance", "bulk"])
def test_a_figure_has_no_background_and_no_font(name: str) -> None:
    """A white box would shine in the dark mode, and another font would cut or overlap labels."""
    drawing = (FIGURES / f"{name}.svg").read_text("utf-8")
    assert "#ffffff" not in drawing
    assert "<text" not in drawing

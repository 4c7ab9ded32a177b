"""How Sphinx builds these pages: `nox -s docs`."""

import re
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx

project = "segkit"
author = "The segkit authors"
copyright = "The segkit authors"  # noqa: A001 - Sphinx looks for this name
release = version("segkit-rules")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "segkit"
html_show_sphinx = False

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# Docstrings name things in single backticks, as a reader of the source likes them best.
default_role = "py:obj"
python_use_unqualified_type_names = True
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# Unions keep their names in signatures.
autodoc_type_aliases = {
    name: name
    for name in (
        "CalendarUnit", "Condition", "Day", "DurationLike", "EventCondition", "Operand",
        "Operator", "Scalar", "Window",
    )
}  # fmt: skip

_SEMANTICS = Path(__file__).parent / "reference" / "semantics.md"
_RULES = frozenset(re.findall(r"^\(([a-z]\d+)\)=$", _SEMANTICS.read_text("utf-8"), re.MULTILINE))


def _linked(rule: re.Match[str]) -> str:
    label = rule[1].lower()
    return f":ref:`[{rule[1]}] <{label}>`" if label in _RULES else rule[0]


def link_rules(*event: object) -> None:
    """Make the ids of rules in a docstring, like [T2], links to the page that states them."""
    lines = event[-1]
    assert isinstance(lines, list)  # noqa: S101 - what Sphinx hands over last
    lines[:] = [re.sub(r"\[([A-Z]\d+)\]", _linked, line) for line in lines]


def setup(app: Sphinx) -> None:
    """Tell Sphinx about the links."""
    app.connect("autodoc-process-docstring", link_rules)

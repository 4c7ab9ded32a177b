"""Configuration of Sphinx, which builds these pages: `nox -s docs`."""

import re
from itertools import cycle
from pathlib import Path

from sphinx.application import Sphinx

import segkit

project = "segkit"
author = "The segkit authors"
copyright = "The segkit authors"  # noqa: A001 - Sphinx reads this name
release = segkit.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "segkit"
html_show_sphinx = False

myst_heading_anchors = 3

# Attributes are fields of the description of a class, and no targets of references: an attribute
# that is named `list` would be the target of every `list` in a signature.
napoleon_use_ivar = True

# Docstrings use single backticks for names, which are easier to read in the source.
default_role = "py:obj"
add_module_names = False
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

# --- ids of rules, such as [T2], become links to the rule ----------------------------------------

_PAGES = sorted((Path(__file__).parent / "reference").glob("semantics*.md"))
_DEFINED_RULES = frozenset(
    rule
    for page in _PAGES
    for rule in re.findall(r"^\(([a-z]\d+)\)=$", page.read_text("utf-8"), re.MULTILINE)
)
_RULE_ID = re.compile(r"\[([A-Z]\d+)\]")


def _with_links(text: str, link: str) -> str:
    def add_link(rule: re.Match[str]) -> str:
        label = rule[1].lower()
        return link.format(id=rule[1], label=label) if label in _DEFINED_RULES else rule[0]

    return _RULE_ID.sub(add_link, text)


def link_rules_in_page(*event: object) -> None:
    """Add links to the rule ids of a page, except in code blocks."""
    content = event[-1]
    assert isinstance(content, list)  # noqa: S101 - Sphinx passes it last
    pieces = re.split(r"^(```(?!\{glossary\}).*?^```)$", content[0], flags=re.MULTILINE | re.DOTALL)
    content[0] = "".join(
        _with_links(piece, "[[{id}]](#{label})") if is_text else piece
        for piece, is_text in zip(pieces, cycle((True, False)), strict=False)
    )


def link_rules_in_docstring(*event: object) -> None:
    """Add links to the rule ids of a docstring."""
    lines = event[-1]
    assert isinstance(lines, list)  # noqa: S101 - Sphinx passes it last
    lines[:] = [_with_links(line, ":ref:`[{id}] <{label}>`") for line in lines]


# --- simpler signatures --------------------------------------------------------------------------

_REPLACEMENTS = (
    (r"TypeAliasForwardRef\('(\w+)'\)", r"\1"),
    (r"\b(?:LeafT_co|ResultT_co)\b", "Condition"),
    (r"[\w.~]*Unpack\[[\w.~]*Units\]", "int"),
    (r"[\w.~]*Unpack\[[\w.~]*UnitPairs\]", "tuple[int, int]"),
)


def simplify_signature(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object,
    signature: str | None, returned: str | None,
) -> tuple[str | None, str | None]:  # fmt: skip
    """Replace type variables and private aliases in a signature by public types."""
    for pattern, replacement in _REPLACEMENTS:
        signature = signature and re.sub(pattern, replacement, signature)
        returned = returned and re.sub(pattern, replacement, returned)
    return signature, returned


def setup(app: Sphinx) -> None:
    """Register the functions of this file with Sphinx."""
    app.connect("source-read", link_rules_in_page)
    app.connect("autodoc-process-docstring", link_rules_in_docstring)
    app.connect("autodoc-process-signature", simplify_signature)

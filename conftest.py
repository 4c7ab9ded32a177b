"""The examples in README.md, in docs/ and in docstrings are tests too.

Each page, and each module, is one story: its examples run from top to bottom and share their names.
"""

import pytest
from sybil import Document, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import PythonCodeBlockParser as MarkdownCode
from sybil.parsers.markdown import SkipParser as MarkdownSkip
from sybil.parsers.myst import PythonCodeBlockParser as MystCode
from sybil.parsers.myst import SkipParser as MystSkip
from sybil.sybil import SybilCollection


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist keep the order of the files.

    Otherwise it begins with the files of many tests. Those of laws and crashes have few tests,
    which take long: at the end, one process would run them while the others wait.
    """
    config.option.loadscopereorder = False


class Docstrings(PythonDocStringDocument):
    """The docstrings of a module, without the names of that module.

    Whoever copies an example has only what the example itself imports.
    """

    def __init__(self, text: str, path: str) -> None:
        Document.__init__(self, text, path)


pytest_collect_file = SybilCollection(
    [
        Sybil([MarkdownCode(), MarkdownSkip()], pattern="README.md", excludes=["*/README.md"]),
        Sybil([MystCode(), MystSkip()], path="docs", pattern="*.md", excludes=["_build/**/*.md"]),
        Sybil([DocTestParser()], path="src", pattern="*.py", document_types={".py": Docstrings}),
    ],
).pytest()

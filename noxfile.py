"""Every check of the project as a named session: `nox -l` lists them.

`.ci/run` runs them, but for the long ones, after the two commands that the README shows.
"""

import tomllib
from pathlib import Path

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
ALL_CORES = ["-n", "auto", "--dist", "loadfile"]  # the examples of a page share their names
SETTINGS = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))

nox.needs_version = ">=2025.2.9"
nox.options.sessions = [
    "lint",
    "layers",
    "types",
    "tests",
    "oldest",
    "coverage",
    "docs",
    "examples",
    "hosts",
]
nox.options.error_on_external_run = True


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(SETTINGS, name))


def install_wheel(session: nox.Session, extra: str, *others: str) -> None:
    """Install what users get: the built wheel, not the checkout."""
    target = Path(session.create_tmp()) / "wheel"
    for old in target.glob("*.whl"):
        old.unlink()
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(target), ".")
    (wheel,) = target.glob("*.whl")
    session.install(f"{wheel}[{extra}]", *others)
    session.run(
        "python",
        "-c",
        "import segkit; assert 'site-packages' in segkit.__file__, segkit.__file__",
    )


EVERY_VERSION = ["-m", "not deep and not once"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite on the built wheel: on the first version all of it, with what runs once."""
    install_wheel(session, "test")
    chosen = [] if session.python == PYTHONS[0] else EVERY_VERSION
    session.run("python", "-m", "pytest", *ALL_CORES, *chosen, *session.posargs)


@nox.session(python=[PYTHONS[0]])
def oldest(session: nox.Session) -> None:
    """Run the suite with the oldest dependencies that pyproject.toml promises to work with."""
    promised = [
        requirement.replace(">=", "==") for requirement in SETTINGS["project"]["dependencies"]
    ]
    install_wheel(session, "test", *promised)
    session.run("python", "-m", "pytest", *ALL_CORES, *EVERY_VERSION, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and layout of all Python code."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports go down the layers only."""
    session.install("-e", ".", *group("lint"))
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types with both checkers, each strict."""
    session.install("-e", ".[test,hosts]", *group("lint"), "nox")
    places = SETTINGS["tool"]["mypy"]["files"]
    session.run("mypy", *[place for place in places if Path(place).exists()])
    # The Node.js of this environment, whatever the machine has.
    global_node = {"PYRIGHT_PYTHON_GLOBAL_NODE": "off"}
    session.run("pyright", "--warnings", env=global_node)
    # What the checkers report of an addition is what CONTRIBUTING.md says.
    additions = "tests/architecture/test_additions.py"
    session.run("python", "-m", "pytest", "-q", additions, env=global_node)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the suite and refuse a line or branch that no test reaches."""
    session.install("-e", ".[test]")
    session.run(
        "python",
        "-m",
        "pytest",
        *ALL_CORES,
        "--cov",
        "--cov-report=term-missing:skip-covered",
        *session.posargs,
    )


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install("-e", ".[testing]", *group("docs"))
    session.run("sphinx-build", "-W", "--keep-going", "docs", str(Path("docs/_build/html")))


@nox.session
def examples(session: nox.Session) -> None:
    """Run every example as a user would, on the built wheel."""
    install_wheel(session, "examples")
    for program in sorted(Path("examples").glob("*.py")):
        session.run("python", str(program))


@nox.session(python=PYTHONS)
def hosts(session: nox.Session) -> None:
    """Run the sources of examples/hosts/ against what they are for; nothing may be missing."""
    install_wheel(session, "test,hosts")
    places = session.posargs or ["tests/examples/hosts"]
    session.run("python", "-m", "pytest", *ALL_CORES, *places, env={"SEGKIT_HOSTS": "required"})


@nox.session
def faults(session: nox.Session) -> None:
    """Put deliberate faults into a copy of the code; each must make a test fail."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.faults", *session.posargs)


@nox.session(python=PYTHONS[0])
def fuzz(session: nox.Session) -> None:
    """Feed hostile documents to from_json and from_dict, for ten minutes unless told otherwise."""
    session.install("-e", ".[regex,testing]", *group("fuzz"))
    found = Path(session.create_tmp()) / "documents"
    arguments = session.posargs or ["-max_total_time=600", "-rss_limit_mb=1024", "-timeout=10"]
    session.run("python", "tests/fuzz_documents.py", *arguments, str(found))


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure segkit against code written by hand and against other libraries."""
    session.install("-e", ".", *group("bench"))
    session.run("python", "benchmarks", *session.posargs)


@nox.session
def deep(session: nox.Session) -> None:
    """Search for a night: many more examples per law, from seeds that differ each time."""
    session.install("-e", ".[test]")
    session.run(
        "python",
        "-m",
        "pytest",
        *ALL_CORES,
        "-m",
        "deep or not deep",
        *(session.posargs or ["tests/laws"]),
        env={"SEGKIT_HYPOTHESIS_PROFILE": "deep"},
    )

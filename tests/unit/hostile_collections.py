"""Collections of a host that raise when they are read."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn


class MappingThatRaises(Mapping[str, Any]):
    """A mapping whose items cannot be read."""

    def __getitem__(self, key: str) -> NoReturn:
        raise RuntimeError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


class ListThatRaises(list[Any]):
    """A list whose members cannot be read."""

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError

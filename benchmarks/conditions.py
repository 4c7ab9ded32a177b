"""The questions, as segkit says them."""

from typing import Final

from segkit import Condition, attr, did

__all__ = ["COUNTRIES", "FIVE", "ONE", "WINDOWS"]

COUNTRIES: Final = ["FR", "DE", "IT", "ES", "BE", "NL"]

ONE: Final[Condition] = attr("plan") == "pro"

FIVE: Final[Condition] = (
    ((attr("plan") == "pro") | (attr("age") >= 40))
    & attr("country").is_in(COUNTRIES)
    & attr("email").contains("@example.")
    & ~attr("phone").is_set()
)

WINDOWS: Final[Condition] = did("opened").within_last(days=30) & did("order").never().within_last(
    days=60
)

"""The deliberate faults of `faults.py`, as data: file, line, what stands there instead, why."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One line of src/segkit changed as somebody might change it."""

    why: str
    file: str
    line: str
    instead: str


FAULTS = (
    Fault(
        "a clamped month ends at the time of day, so what has left comes back [T5]",
        "clock/lengths.py",
        "return moved.replace(hour=23, minute=59, second=59, microsecond=999_999)",
        "return moved",
    ),
    Fault(
        "the inverse of a clamped month is the clamped day [T6]",
        "clock/lengths.py",
        "return _plus_months(datetime(moved.year, moved.month, 1, tzinfo=UTC), 1)",
        "return moved",
    ),
    Fault(
        "the exact rest is not given back [T15]",
        "clock/lengths.py",
        "rest = _plus_microseconds(moment, direction * length.microseconds)",
        "rest = moment",
    ),
    Fault(
        "too far into the past counts as the future [T12]",
        "clock/lengths.py",
        "return Beyond.AFTER if months > 0 else Beyond.BEFORE",
        "return Beyond.AFTER",
    ),
    Fault(
        "rolling windows include their old end [T2]",
        "clock/edges.py",
        "return (self.start is None or moment > self.start) and (",
        "return (self.start is None or moment >= self.start) and (",
    ),
    Fault(
        "rolling windows exclude now [T2]",
        "clock/edges.py",
        "self.end is None or moment <= self.end",
        "self.end is None or moment < self.end",
    ),
    Fault(
        "fixed windows exclude their start [T7]",
        "clock/edges.py",
        "return (self.start is None or moment >= self.start) and (",
        "return (self.start is None or moment > self.start) and (",
    ),
    Fault(
        "fixed windows include their end [T7]",
        "clock/edges.py",
        "self.end is None or moment < self.end",
        "self.end is None or moment <= self.end",
    ),
    Fault(
        "Ago begins where it ends [T3]",
        "clock/covering.py",
        'return interval_between(start, ago(now, newer), "right")',
        'return interval_between(start, now, "right")',
    ),
    Fault(
        "a day at the end counts up to its start only [T7]",
        "clock/covering.py",
        "return Beyond.AFTER if end == date.max else day_start(end + _DAY, tz)",
        "return Beyond.AFTER if end == date.max else day_start(end, tz)",
    ),
    Fault(
        "an instant end includes its own day for a day value [T7]",
        "clock/covering.py",
        "return day >= local_day(end, tz)  # [K4]; an instant end is not included [T7]",
        "return day > local_day(end, tz)",
    ),
    Fault(
        "the inverse of Next is that of Last [T6]",
        "clock/covering.py",
        'return interval_between(leave(at, length, -1), at, "left")',
        'return interval_between(leave(at, length), at, "left")',
    ),
    Fault(
        "a gap that swallows midnight starts the day late [T9]",
        "clock/days.py",
        "    return behind",
        "    return start",
    ),
    Fault(
        "clocks turned back over midnight bring yesterday back [T9]",
        "clock/days.py",
        "while tz is not UTC and day < date.max and day_start(day + _DAY, tz) <= moment:",
        "while False:",
    ),
    Fault(
        "weeks begin on Sunday [T8]",
        "clock/days.py",
        "return (day.toordinal() - 1) // 7",
        "return day.toordinal() // 7",
    ),
    Fault(
        "quarters have four months [T8]",
        "clock/days.py",
        '_PER_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}',
        '_PER_YEAR: Final = {"month": 12, "quarter": 3, "year": 1}',
    ),
    Fault(
        "NaN is a value [V3]",
        "model/values.py",
        "if double != double:  # noqa: PLR0124 - the definition of NaN",
        "if False:",
    ),
    Fault(
        "NaT is an instant [V3]",
        "model/values.py",
        "    if _is_missing_in_pandas(value):",
        "    if False:",
    ),
    Fault(
        "a float stands for its binary value [K1]",
        "model/values.py",
        "number = int(double) if double.is_integer() else Decimal(repr(double))",
        "number = int(double) if double.is_integer() else Decimal(double)",
    ),
    Fault(
        "True is the number 1 [K1]",
        "model/values.py",
        "        return (Kind.BOOLEAN, value)",
        "        return (Kind.NUMBER, int(value))",
    ),
    Fault(
        "numbers of any length are compared [K9]",
        "model/values.py",
        "return (Kind.NUMBER, number) if _is_short(number) else _NO_KIND",
        "return (Kind.NUMBER, number)",
    ),
    Fault(
        "the offset of a zone is forgotten [K4]",
        "model/values.py",
        "        return wall - offset\n",
        "        return wall\n",
    ),
    Fault(
        "a naive datetime is read as UTC [K2]",
        "model/values.py",
        "    if offset is None:\n        return None",
        "    if offset is None:\n        return moment.replace(tzinfo=UTC)",
    ),
    Fault(
        "1, 1.0 and True make one condition [K10]",
        "model/comparisons.py",
        "    return type(value), value",
        "    return value",
    ),
    Fault("booleans have an order [K1]", "model/operators.py", '"<": _ORDERED,', '"<": SCALARS,'),
    Fault(
        "a day cannot be compared with an instant [K4]",
        "model/comparisons.py",
        "    if kinds & TIMES:  # a day and",
        "    if False:  # a day and",
    ),
    Fault(
        "events after now count [T1]",
        "leaves/meaning.py",
        "if name in names and at <= now and at in window",
        "if name in names and at in window",
    ),
    Fault(
        "at most is less than [E1]",
        "leaves/meaning.py",
        "return least <= number and (most is None or number <= most)",
        "return least <= number and (most is None or number < most)",
    ),
    Fault(
        "an unknown joined instant satisfies [L1]",
        "leaves/meaning.py",
        "return any(satisfies(joined, reading, moment) for reading in lists.values())",
        "return all(satisfies(joined, reading, moment) for reading in lists.values())",
    ),
    Fault(
        "the case of text is never left aside [K3]",
        "leaves/comparing.py",
        "return value.casefold(), operand.casefold()",
        "return value, operand",
    ),
    Fault(
        "a value of another kind is compared all the same [V6]",
        "leaves/comparing.py",
        "    if kind not in comparison.kinds:\n        return False",
        "    if kind is Kind.NO_VALUE:\n        return False",
    ),
    Fault("less than is at most", "leaves/comparing.py", '"<": operator.lt,', '"<": operator.le,'),
    Fault(
        "Or of nothing is true [V5]",
        "tree.py",
        "                    return True\n            return False",
        "                    return True\n            return not parts",
    ),
    Fault(
        "Not asks its part and agrees [V2]",
        "tree.py",
        "            return not holds(part, leaf_holds)",
        "            return holds(part, leaf_holds)",
    ),
    Fault(
        "two events of one id are two [E3]",
        "sources.py",
        "            return False\n        met.add(key)",
        "            pass\n        met.add(key)",
    ),
    Fault(
        "NaN is an id [E3]",
        "sources.py",
        "if given is None or read(given)[0] is Kind.NO_VALUE:",
        "if given is None:",
    ),
    Fault(
        "events of somebody else are let in [E6]",
        "sources.py",
        "            if event.contact_id != contact.id:",
        "            if False:",
    ),
    Fault(
        "a second contact of one id replaces the first [E6]",
        "sources.py",
        "        if contact.id in self._contacts:",
        "        if False:",
    ),
    Fault(
        "a source yields whoever is asked for, all the same",
        "sources.py",
        "contacts = [contact for contact in contacts if contact.id in wanted]",
        "contacts = list(contacts)",
    ),
    Fault(
        "only the first name of several is loaded",
        "leaves/needing.py",
        "dict.fromkeys(leaf.names, EventNeed(",
        "dict.fromkeys(leaf.names[:1], EventNeed(",
    ),
    Fault(
        "what a where looks at is not loaded [E2]",
        "leaves/needing.py",
        "                yield part.path[0]",
        "                yield ''",
    ),
    Fault(
        "in_any_list() loads no list [L2]",
        "leaves/needing.py",
        "return Requirements(any_list=True)",
        "return Requirements()",
    ),
    Fault(
        "two needs of one event name load the shorter time",
        "model/needs.py",
        "            since = min(self.since, other.since)",
        "            since = max(self.since, other.since)",
    ),
    Fault(
        "an evaluation stops at the first member",
        "audience.py",
        "                    found.append(contact.id)",
        "                    found[:] = [contact.id]",
    ),
    Fault(
        "every verdict is certain [V6]",
        "leaves/judging.py",
        "return Judgement(verdict, not reasons, reasons, value)",
        "return Judgement(verdict, True, reasons, value)",
    ),
    Fault(
        "a negation of a blank is not said to rest on it [V6]",
        "operations/explanation.py",
        "return self.notes if self.verdict and not self.certain and letting_in else ()",
        "return ()",
    ),
    Fault(
        "a negation does not say that it lets blanks in [V3]",
        "leaves/wording.py",
        '    if negated and comparison.operator != "is_set":',
        "    if False:",
    ),
    Fault(
        "a second window replaces the first [D3]",
        "model/events.py",
        '            problem = f"a second window is refused, {self.window} is set: combine two with &"\n            raise ConditionError("window", problem, window)',
        "            pass",
    ),
    Fault(
        "a & b & c nests [D8]",
        "model/logic.py",
        'return condition.parts if isinstance(condition, combinator) else (cast("Condition", condition),)',
        'return (cast("Condition", condition),)',
    ),
    Fault(
        "sums are rounded [E4]",
        "leaves/aggregating.py",
        "rest = _EXACT.add(rest, number)",
        "rest = Decimal(float(rest) + float(number))",
    ),
    Fault(
        "a sum of nothing is no value [E4]",
        "leaves/aggregating.py",
        '        case "sum":\n            return _sum(',
        '        case "sum":\n            return _mean(',
    ),
    Fault(
        "among equal instants the first is the latest [E5]",
        "leaves/aggregating.py",
        "found = max(reversed(events), key=_instant, default=None)",
        "found = max(events, key=_instant, default=None)",
    ),
    Fault(
        "a collection is one different value [E4]",
        "leaves/aggregating.py",
        "            yield from members(reading[1])",
        "            yield (Kind.COLLECTION, None)",
    ),
    Fault(
        "a step may come at the end of its time [S1]",
        "leaves/following.py",
        "self.instants[later] >= end:",
        "self.instants[later] > end:",
    ),
    Fault(
        "one event serves two steps [S1]",
        "leaves/following.py",
        "used[sort] < number:",
        "used[sort] <= number:",
    ),
    Fault(
        "a cart of ten minutes ago is abandoned [S2]",
        "leaves/following.py",
        "            if isinstance(end, Beyond) or end > self.moment.now:",
        "            if isinstance(end, Beyond):",
    ),
    Fault(
        "whatever the first event was, the search was done once [S3]",
        "leaves/following.py",
        "        if search is None or correlated:",
        "        if search is None:",
    ),
    Fault(
        "Feb 29 has no anniversary in common years [T10]",
        "clock/anniversaries.py",
        "return date(year, _FEBRUARY, _LEAP_DAY - 1)",
        "return date(year, 3, 1)",
    ),
    Fault(
        "an anniversary of the last day is left out [T10]",
        "clock/anniversaries.py",
        "start <= _anniversary(day, year) <= end",
        "start <= _anniversary(day, year) < end",
    ),
    Fault(
        "nothing compared with nothing is equal [K7]",
        "leaves/comparing.py",
        "    return (read(value_at(first if operand.first else mapping, operand.path)),)",
        "    return (read(value_at(mapping, operand.path)),)",
    ),
    Fault(
        "has_all is has_any [K5]",
        "leaves/comparing.py",
        "            return all(_any_alike(comparison, own, (one,), moment) for one in operands)",
        "            return any(_any_alike(comparison, own, (one,), moment) for one in operands)",
    ),
    Fault(
        "a scalar is no collection of one [K5]",
        "leaves/comparing.py",
        "return tuple(members(reading[1])) if reading[0] is Kind.COLLECTION else (reading,)",
        "return tuple(members(reading[1])) if reading[0] is Kind.COLLECTION else ()",
    ),
    Fault(
        "the radius of the Earth in miles [S6]",
        "leaves/comparing.py",
        "_EARTH_KM: Final = 6371.0088",
        "_EARTH_KM: Final = 3958.7613",
    ),
    Fault(
        "a sample is drawn by the id alone [S5]",
        "leaves/meaning.py",
        'drawn = f"{salt}:{contact_id}"',
        'drawn = f"{contact_id}"',
    ),
    Fault(
        "at least k is more than k [V5]",
        "tree.py",
        "return sum(holds(part, leaf_holds) for part in parts) >= number",
        "return sum(holds(part, leaf_holds) for part in parts) > number",
    ),
)

"""Checks of a condition against a catalog: names, kinds, choices and operands."""

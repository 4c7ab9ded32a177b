"""matches() and compile_condition(): the verdict of a condition for one contact.

`matches` and `matcher` have the public names. They evaluate by `reference` at first, and then by
the Python function that `compiler` makes of a condition.
"""

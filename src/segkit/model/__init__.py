"""The model: values, windows, conditions, segments, contacts and events, as data.

`segkit` has the public names. The modules of the model import each other directly.
"""

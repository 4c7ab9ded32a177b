"""Timelines: the verdict of each condition over time, if no fact changes."""

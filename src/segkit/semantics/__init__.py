"""Semantics: the observation of each leaf, and whether it satisfies the leaf."""

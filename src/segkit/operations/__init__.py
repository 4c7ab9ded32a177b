"""One room per verb; they do not import each other."""

"""What each leaf means: what it observes of the facts, and whether that satisfies it."""

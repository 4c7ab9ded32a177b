"""Hypothesis profiles: `SEGKIT_HYPOTHESIS_PROFILE` is `default` or `deep`."""

import os

from hypothesis import HealthCheck, settings

# Fixed seeds: a commit passes or fails on every machine alike. No deadline and no check of the
# speed of generation, because a busy machine is not an error.
settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# New seeds for each run; a failure prints the line that reproduces it.
settings.register_profile(
    "deep",
    settings.get_profile("default"),
    max_examples=10_000,
    derandomize=False,
    print_blob=True,
)
settings.load_profile(os.environ.get("SEGKIT_HYPOTHESIS_PROFILE", "default"))

"""A Django application: customers, their events, and segments that users enter."""

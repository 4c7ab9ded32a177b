"""explain(): why a contact is in a segment, or is not."""

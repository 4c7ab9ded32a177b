"""What things are: values, windows, conditions, segments, facts. Data without verbs."""

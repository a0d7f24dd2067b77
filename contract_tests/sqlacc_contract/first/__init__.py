"""The first minutes: keys kept as a profile, and what keeps things from working told with what to do."""

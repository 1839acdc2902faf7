"""A second opinion on the engine: slow, plain Python, one pair at a time, sharing no code with it."""

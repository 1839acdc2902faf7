"""How fast, how large and how good: named instances, measured phase by phase and beside what others would use."""

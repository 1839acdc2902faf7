"""The readable truth: hard rules, scorecard and a full look at all pairs, in plain numpy."""

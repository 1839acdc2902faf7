"""Believable input bundles: people, vacancies and what stands around them, drawn from public margins.

A door of its own, used by the command line, the benchmarks and the tests. Nobody in a sample exists; docs/sample.md
names the facts behind the shares.
"""

from matcher.sample.scenario import SCENARIOS, Scenario, find_scenario
from matcher.sample.write import RUN_DATE, SampleSummary, write_sample

__all__ = ["RUN_DATE", "SCENARIOS", "SampleSummary", "Scenario", "find_scenario", "write_sample"]

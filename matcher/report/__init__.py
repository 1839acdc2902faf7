"""report.html: one page about a plan, for whoever answers for it. Counts and rates only, nobody's own values."""

from matcher.report.facts import PAGE, Earlier, Planned, Proven
from matcher.report.page import report_page

__all__ = ["PAGE", "Earlier", "Planned", "Proven", "report_page"]

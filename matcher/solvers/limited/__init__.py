"""Plans under limits that no flow knows: rows of whole numbers over people, vacancies and pairs."""

from matcher.solvers.limited.solve import solve_limited

__all__ = ["solve_limited"]

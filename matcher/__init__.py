"""matcher assigns job seekers to vacancies in bulk, proves how good the plan is, and explains it."""

__version__ = "0.1.0"

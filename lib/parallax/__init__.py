"""Parallax: one event, several sources, and what each makes of it."""

__version__ = "0.1.0"

"""Dated tables of weights and amounts that ship with the package, each with unit, grade of evidence and source."""

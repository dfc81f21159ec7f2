"""Measures: what they change, what they cost, how they act together, and the least-cost joint plan."""

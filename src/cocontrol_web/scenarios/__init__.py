"""Measures, least-cost plans and pathways: what could be done, what it costs, and where it leads."""

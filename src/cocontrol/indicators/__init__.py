"""Indicators: figures about a region made from its inventory, energy balance and statistics.

Every row says what it was made of (`inputs`), under which boundary and which vintage of the statistics,
and why a value is missing. Nothing is interpolated.
"""

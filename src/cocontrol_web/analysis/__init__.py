"""Runs and what they say: overview, inventory, map, tables, targets, provenance, run history."""

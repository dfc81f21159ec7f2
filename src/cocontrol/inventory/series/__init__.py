"""Inventories over years: gap filling with the method recorded, splicing, base-year consistency, recalculation."""

"""Land use: carbon stock change from a land-change matrix, and of growing stock. Removals are negative CO2."""

"""Waste: landfills by first-order decay (`landfill`) and mass balance (`mass_balance`), coefficients of all waste (`factors`)."""

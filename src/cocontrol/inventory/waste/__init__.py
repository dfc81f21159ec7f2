"""Waste: methane of landfills, by first-order decay (`landfill`) and by mass balance (`mass_balance`)."""

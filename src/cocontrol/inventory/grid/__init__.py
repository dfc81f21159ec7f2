"""Space and time: sources onto any grid, up into layers, out over the hours, into the species of a model.

Every step multiplies masses by shares that add to one. What a step cannot place (a source outside the grid, a
blank proxy, a species without a mapping) is written into the conservation ledger with its mass.
"""

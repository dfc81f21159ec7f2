"""Tables, units, periods, provenance, parameters, verdicts, errors and rounding: the base of everything.

Nothing here opens a file or knows a pollutant's factor; every other package builds on this one.
"""

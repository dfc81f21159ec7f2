"""How sure a total is, and what makes it unsure: IPCC 2006 Guidelines, Vol. 1, Ch. 3.

Rooms: `tables` (the declared input), `approach1` (propagation of error), `distributions` (what a draw may look like),
`streams` (one stream of random numbers per variable), `model` (activity × factor as tables), `monte_carlo` (draws of
group totals, percentiles), `contributions` (who brings the variance), `approach2` (Monte Carlo of the declared input).
"""

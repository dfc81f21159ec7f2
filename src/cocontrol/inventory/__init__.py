"""The inventory engine: from an energy balance to emissions, with everything it takes to trust them.

Rooms, in the order of the work: `balance` (layouts, reader, checker), `combustion` (activity, coefficients with
lineage, emissions), `estimation` (amount × coefficient in any engine), `completeness` (what a sum lacks), `ledger` (what
went in, came out, was dropped), `reference_approach`, `indirect` (electricity, kept apart), `combustion_checks`,
`comparison` (with another inventory).
"""

"""The least-cost portfolio of measures: cheapest joint plan for air and carbon limits, with its proof and its prices."""

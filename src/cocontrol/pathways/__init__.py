"""Where emissions go: decomposition of a change, scenarios to 2035 and 2060, peak year and its probability."""

"""Benchmarks: each prints ratios to baselines measured in the same run. `python -m benchmarks` runs them all."""

"""Cocontrol 协控: pollutants and greenhouse gases cut together, from plan text to verdict.

The packages import only downwards; `pyproject.toml` holds the contract that a machine checks.
"""

__version__ = "0.1.0"

"""The named choices of this package's methods, in a module that loads nothing heavy."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """The two forms of LMDI-I."""

    ADDITIVE = "lmdi-additive"
    MULTIPLICATIVE = "lmdi-multiplicative"


class Rule(StrEnum):
    """How a ridge penalty is chosen: least generalised cross-validation, or the least that calms every VIF."""

    GCV = "gcv"
    VIF = "vif"


class Example(StrEnum):
    """Example scenarios: from below (sectors and fuels), from above (Kaya)."""

    PROVINCE = "province"
    KAYA = "kaya"

"""Traditional script turned into simplified, words of Taiwan into those of the mainland."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cocontrol.plans.mapped import Mapped, substitute
from cocontrol.plans.vocabulary import any_of, words

_RARE = 0.01
"""Share of characters below which a text with some traditional ones is taken for simplified (names, quotations)."""


def simplified(source: Mapped) -> Mapped:
    """`source` in simplified characters, where it holds a fair share of traditional ones.

    Pages put through a converter also carry words of Taiwan (空氣品質 for 空气质量), which are put back from a list of
    those that plans use: a general dictionary is made for computing and turns 指標 into a pointer.
    """
    characters = {c for c in source.text if "㐀" <= c <= "鿿"}
    table: dict[str, str] = {c: s for c in characters if (s := _simple(c)) != c}
    han = sum(1 for c in source.text if "㐀" <= c <= "鿿")
    if not table or sum(1 for c in source.text if c in table) < _RARE * han:
        return source
    special: dict[str, str] = words()["script"]["of_the_mainland"]
    source = substitute(source, re.compile(any_of(special)), lambda m: special[m.group()])
    whole = str(_converter().convert(source.text))
    if len(whole) == len(source.text):
        return source.translated(re.sub("著(?=力|手|眼|重)", "着", whole))
    return source.translated(source.text.translate({ord(c): s for c, s in table.items()}))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - its dictionaries load only where Traditional script is met

    return OpenCC("t2s")


@lru_cache(maxsize=30000)
def _simple(character: str) -> str:
    converted = str(_converter().convert(character))
    return converted if len(converted) == 1 else character

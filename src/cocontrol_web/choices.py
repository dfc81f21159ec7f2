"""A choice that an address or a form makes among what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text, same

_MEANINGLESS = Text("请求中的参数无效", "the request holds a value that means nothing")


def one_of(values: Mapping[str, str], name: str, allowed: Sequence[str], default: str = "") -> str:
    """The value of that name, the default where none is given; `InvalidInput` lists what there is."""
    given = values.get(name) or default
    if given and given not in allowed:
        raise InvalidInput(
            Fault("page.query", _MEANINGLESS, Location(column=name), value=given, allowed=same(", ".join(allowed)))
        )
    return given


def some_of(values: Sequence[str], name: str, allowed: Sequence[str], default: Sequence[str] = ()) -> list[str]:
    """Several values of one name in the order of `allowed`, the default where none is given; raises as `one_of` does."""
    for value in values:
        one_of({name: value}, name, allowed)
    return [value for value in allowed if value in values] or list(default)

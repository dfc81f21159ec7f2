"""Identifiers of enterprises, permits, outlets, control units and vehicles: form and check digits.

A check never raises: it returns the normalised value with the faults found. A fault of level
``error`` makes the identifier invalid; a lower one is a warning.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from cocontrol.core.errors import Fault, Level
from cocontrol.core.text import Text

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)) | {
    str(digit): digit for digit in range(10)
}


class OutletKind(StrEnum):
    """What an outlet or facility code of a discharge permit stands for (HJ 608-2017)."""

    AIR_OUTLET = "air_outlet"
    WATER_OUTLET = "water_outlet"
    RAIN_OUTLET = "rain_outlet"
    TREATMENT_FACILITY = "treatment_facility"
    PRODUCTION_FACILITY = "production_facility"


_OUTLET_PATTERNS = {
    OutletKind.AIR_OUTLET: re.compile(r"DA\d{3,4}"),
    OutletKind.WATER_OUTLET: re.compile(r"DW\d{3,4}"),
    OutletKind.RAIN_OUTLET: re.compile(r"YS\d{3}"),
    OutletKind.TREATMENT_FACILITY: re.compile(r"T[AWNS]\d{3,4}"),
    OutletKind.PRODUCTION_FACILITY: re.compile(r"MF\d{4}"),
}


@dataclass(frozen=True, slots=True)
class IdentifierCheck:
    """The outcome of a check: the value as it should be written, and what is wrong or doubtful with it."""

    value: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether no fault is an error; warnings do not count."""
        return not any(fault.level is Level.ERROR for fault in self.faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that are leads for a person only."""
        return tuple(fault for fault in self.faults if fault.level is not Level.ERROR)


def normalise(text: str) -> str:
    """Full-width characters made half-width, letters capital, blanks gone; nothing is guessed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def uscc_check_character(first_17: str) -> str:
    """The check character of a unified social credit code (GB 32100-2015, annex A).

    Index = (31 − Σ valueᵢ × 3ⁱ mod 31) mod 31 over the alphabet of 31 characters without I O S V Z.
    `first_17` holds characters of that alphabet only.
    """
    total = sum(USCC_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first_17))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first_8: str) -> str:
    """The check character of an organisation code (GB 11714-1997): 11 − Σ mod 11, 10 → X, 11 → 0."""
    pairs = zip(first_8, ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(ORGANISATION_ALPHABET.index(character) * weight for character, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def check_uscc(text: str) -> IdentifierCheck:
    """Unified social credit code 统一社会信用代码, 18 characters (GB 32100-2015).

    Form and last check character are errors. The check character of the organisation code inside
    (characters 9–17) is a warning: a few old bodies keep codes that fail it.
    """
    value = normalise(text)
    if len(value) != 18:
        return _invalid("uscc.length", value, Text("应为 18 位", "18 characters are needed"), "18")
    if wrong := sorted(set(value) - set(USCC_ALPHABET)):
        message = Text("含有不允许的字符：{w}", "holds characters that are not allowed: {w}").format(w=" ".join(wrong))
        return _invalid("uscc.character", value, message, USCC_ALPHABET)
    if (expected := uscc_check_character(value[:17])) != value[17]:
        return _invalid("uscc.check", value, Text("校验位不符", "the check character does not fit"), expected)
    inner = organisation_check_character(value[8:16])
    if inner != value[16]:
        return IdentifierCheck(value, (_warning("uscc.organisation_check", value, inner),))
    return IdentifierCheck(value)


def check_organisation_code(text: str) -> IdentifierCheck:
    """Organisation code 组织机构代码, 8 characters and a check character (GB 11714-1997); a hyphen is dropped."""
    value = normalise(text).replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", value):
        return _invalid(
            "organisation.form", value, Text("应为 8 位加 1 位校验", "8 characters and a check character"), "XXXXXXXX-X"
        )
    if (expected := organisation_check_character(value[:8])) != value[8]:
        return _invalid("organisation.check", value, Text("校验位不符", "the check character does not fit"), expected)
    return IdentifierCheck(value)


def check_permit_number(text: str) -> IdentifierCheck:
    """Pollutant discharge permit number 排污许可证编号, 22 characters (HJ 608-2017): USCC, 3-digit site, letter.

    The last letter is accepted, never computed. A number that begins ``H9`` is the fallback of a body
    without credit code, whose first 18 characters are not checked.
    """
    value = normalise(text)
    if not re.fullmatch(r"[0-9A-Z]{18}\d{3}[A-Z]", value):
        return _invalid(
            "permit.form",
            value,
            Text("应为 18 位代码、3 位场所序号、1 位字母", "18-character code, 3 digits, 1 letter"),
            "…001P",
        )
    if value.startswith("H9"):
        return IdentifierCheck(value)
    return IdentifierCheck(value, check_uscc(value[:18]).faults)


def check_outlet_code(text: str) -> tuple[OutletKind | None, IdentifierCheck]:
    """Outlet or facility code of a permit (HJ 608-2017) and what it stands for; unique inside its permit only."""
    value = normalise(text)
    for kind, pattern in _OUTLET_PATTERNS.items():
        if pattern.fullmatch(value):
            return kind, IdentifierCheck(value)
    message = Text("不是排污口或设施编号", "not an outlet or facility code")
    return None, _invalid("outlet.form", value, message, "DA001 DW001 YS001 TA001 MF0001")


def check_control_unit(text: str) -> IdentifierCheck:
    """Environment control unit 环境管控单元: ``ZH``, county, class 1–3, four digits.

    The pattern is recalled: the fault is a warning, and the class is never derived from the code alone.
    """
    value = normalise(text)
    if re.fullmatch(r"ZH\d{6}[123]\d{4}", value):
        return IdentifierCheck(value)
    fault = Fault(
        "control_unit.form",
        Text("与常见的管控单元编码形式不同", "differs from the usual form of a control-unit code"),
        value=value,
        allowed=Text("ZH + 县码 + 1/2/3 + 4 位", "ZH + county + 1/2/3 + 4 digits"),
        level=Level.LOW,
    )
    return IdentifierCheck(value, (fault,))


def check_logger_number(text: str) -> IdentifierCheck:
    """Data-logger number MN: 14 to 24 letters, digits and underscores; case is kept, nothing is computed."""
    value = text.strip()
    if re.fullmatch(r"[0-9A-Za-z_]{14,24}", value):
        return IdentifierCheck(value)
    return _invalid("logger.form", value, Text("不是数采仪编号", "not a data-logger number"), "[0-9A-Za-z_]{14,24}")


def check_vin(text: str) -> IdentifierCheck:
    """Vehicle identification number: 17 characters without I O Q (GB 16735); a failed check digit warns only.

    Position 9 = Σ value × weight mod 11 (10 → X); Chinese makers do not always keep it.
    """
    value = normalise(text)
    if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", value):
        return _invalid("vin.form", value, Text("应为 17 位，不含 I、O、Q", "17 characters without I, O, Q"), "17")
    rest = sum(_VIN_VALUES[character] * weight for character, weight in zip(value, VIN_WEIGHTS, strict=True)) % 11
    expected = "X" if rest == 10 else str(rest)
    return IdentifierCheck(value, () if value[8] == expected else (_warning("vin.check", value, expected),))


def _invalid(rule: str, value: str, message: Text, allowed: str) -> IdentifierCheck:
    return IdentifierCheck(value, (Fault(rule, message, value=value, allowed=Text(allowed, allowed)),))


def _warning(rule: str, value: str, expected: str) -> Fault:
    return Fault(
        rule,
        Text("内部校验位不符，请核对", "an inner check character does not fit: please check"),
        value=value,
        allowed=Text(expected, expected),
        level=Level.LOW,
    )

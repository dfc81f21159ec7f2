"""Which measures, run, year and place a page of effects is about, as its address says; and what it rests on, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse

from cocontrol.core.text import Text
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.causes import CAUSES, Cause, Rise
from cocontrol.measures.effects import IN_SERIES, Step
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.choices import one_of
from cocontrol_web.language import say
from cocontrol_web.rights import Permission, may, may_start_run
from cocontrol_web.scenarios.catalogues import catalogue_for, choices_for
from cocontrol_web.scenarios.cobenefits import About
from cocontrol_web.scenarios.effects import Scope, base_for, places_of, step_name
from cocontrol_web.scene import scene_of

FILLED, KNOWN = "filled", "known"
FACTS: Mapping[str, Text] = {
    FILLED: Text("用合成数据补上（synthetic）", "filled with synthetic data"),
    KNOWN: Text("不补，缺数照缺", "left out"),
}
"""What is done about technologies, coal quality and devices that the run does not know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices of the page and what there is to choose from."""

    scope: Scope
    catalogue: Catalogue
    catalogues: list[tuple[str, str]]
    periods: list[str]
    places: list[tuple[str, str]]

    @property
    def facts(self) -> str:
        """What is done about unknown facts."""
        return FILLED if self.scope.filled else KNOWN

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure behind it is invented."""
        statuses = {measure.status for measure in self.catalogue.measures.values()}
        statuses |= {price.status for price in self.catalogue.prices.values()}
        return self.scope.filled or "synthetic" in statuses


def run_of_measures(request: HttpRequest) -> RunRecord | None:
    """The run of the page, for those who answer for its region: what measures do there is theirs."""
    record = scene_of(request).record
    if record is None or not may(request.user, Permission.EDIT_SCENARIOS):
        return None
    return record if may_start_run(request.user, record.workspace) else None


def asked_of(request: HttpRequest, record: RunRecord, values: Mapping[str, str]) -> Asked:
    """The choices of an address; `InvalidInput` for what there is not."""
    catalogues = choices_for(request.user)
    key = one_of(values, "catalogue", [name for name, _title in catalogues], catalogues[0][0])
    periods = [str(year) for year in sorted(record.years)]
    period = one_of(values, "period", periods, periods[-1])
    filled = one_of(values, "facts", list(FACTS), FILLED) == FILLED
    region = record.workspace.region
    scope = Scope(record.pk, record.digest, key, period, region, filled)
    places = places_of(base_for(scope), region)
    place = one_of(values, "place", [adcode for adcode, _name in places], region)
    return Asked(replace(scope, place=place), catalogue_for(request.user, key), catalogues, periods, places)


def about_step(asked: Asked, step: Step) -> About:
    """What a page says of a step: name, page of the measure, why it makes something rise, other remarks."""
    why = tuple(_of_cause(cause, [rise for rise in step.rises if rise.cause is cause]) for cause in CAUSES)
    url = reverse("measure", args=[asked.scope.catalogue, step.name.removesuffix(IN_SERIES)])
    return About(
        step_name(asked.catalogue, step.name),
        url,
        tuple(filter(None, why)),
        tuple(say(note) for note in step.notes[len(step.rises) :]),
    )


def _of_cause(cause: Cause, rises: Sequence[Rise]) -> str:
    """What one cause adds, pollutant by pollutant; the share removed before and after where a device is lost."""
    parts = [
        f"{labels.symbol(rise.pollutant)} +{rise.tonnes:,.0f} t"
        + ("" if rise.before is None or rise.after is None else f" ({rise.before:.0%} → {rise.after:.0%})")
        for rise in rises
    ]
    return say(_CAUSE.format(c=CAUSES[cause], p=say(Text("、", ", ")).join(parts))) if parts else ""


_CAUSE = Text("{c}：{p}", "{c}: {p}")


def provenance(asked: Asked) -> list[tuple[str, str]]:
    """What the figures rest on, for exports: run, versions, catalogue, year, place, invented facts."""
    record = asked.scope.record
    titles = dict(asked.catalogues)
    rows = [
        (Text("运行", "run"), record.run_id),
        (Text("运行校验值", "checksum of the run"), record.digest),
        (Text("软件版本", "version of the software"), record.code_version),
        (Text("参数版本", "version of the parameters"), record.parameter_version),
        (Text("措施目录", "catalogue of measures"), titles[asked.scope.catalogue]),
        (Text("年份", "year"), asked.scope.period),
        (Text("范围", "place"), dict(asked.places)[asked.scope.place]),
        (Text("运行不知道的设施情况", "facts that the run does not know"), say(FACTS[asked.facts])),
        (Text("折现率", "discount rate"), "5 %"),
        *((Text("假定", "assumption"), say(note)) for note in base_for(asked.scope).notes),
        (Text("含合成数据", "holds synthetic data"), say(_YES if asked.is_synthetic else _NO)),
    ]
    return [(say(label), text) for label, text in rows]


_YES, _NO = Text("是，不可用于决策", "yes: not for decisions"), Text("否", "no")

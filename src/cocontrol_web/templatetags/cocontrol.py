"""Template filters and tags: texts in the active language, figures, badges, provenance links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from cocontrol.core.errors import Fault, Level
from cocontrol.core.notation import NotationKey
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol_web.accounts.models import Role
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.figures import MassUnit, format_exact, format_figure
from cocontrol_web.analysis.models import Job
from cocontrol_web.api.states import JOB_STATES
from cocontrol_web.context import has_build
from cocontrol_web.language import active_language, pick, say

register = template.Library()

ORIGINS_SHOWN = 6
"""Source cells listed beside a finding; the table holds them all."""

LEVELS = {
    Level.ERROR: Text("错误", "error"),
    Level.HIGH: Text("高", "high"),
    Level.MEDIUM: Text("中", "medium"),
    Level.LOW: Text("低", "low"),
}
STAGES = {
    "import": Text("导入", "import"),
    "activity": Text("活动水平", "activity"),
    "compute": Text("计算", "compute"),
    "aggregate": Text("汇总", "aggregate"),
    "export": Text("导出", "export"),
}
STATUSES = {
    Status.VERIFIED.value: ("ok", Text("已核对", "verified")),
    Status.DECLARED.value: ("info", Text("本地填报", "declared locally")),
    Status.RECALLED.value: ("recalled", Text("未核对", "recalled")),
    "synthetic": ("synthetic", Text("虚构", "synthetic")),
    "undetermined": ("neutral", Text("无法判定", "undetermined")),
}

register.filter("say", say)
register.filter("pick", pick)


@register.filter
def figure(value: float | None, decimals: int | None = None) -> str:
    """A number for reading; a dash where there is none."""
    return format_figure(value, decimals)


@register.filter
def percent(share: float | None) -> str:
    """A share as a percentage; small but non-zero shares are not shown as nothing."""
    if share is None:
        return "—"
    return "< 0.1 %" if 0 < share < 0.001 else f"{format_figure(100 * share, 1)} %"


@register.filter
def category(code: str | None) -> str:
    """The name of a source category."""
    return say(labels.category(code)) if code else ""


@register.filter
def factor_kind(code: str | None) -> str:
    """The name of a kind of electricity factor."""
    return say(labels.factor_kind(code))


@register.filter
def fuel(code: str | None) -> str:
    """The name of a fuel."""
    return say(labels.fuel(code)) if code else ""


@register.filter
def measure(code: str) -> str:
    """The name of a pollutant, or of CO2e with its GWP set."""
    return say(labels.measure(code))


@register.filter
def symbol(code: str) -> str:
    """The printed symbol of a pollutant."""
    return labels.symbol(code)


@register.filter
def table_name(name: str) -> str:
    """What people call a table."""
    return say(labels.table(name))


@register.filter
def region_name(adcode: str) -> str:
    """The name of a region."""
    return say(labels.region(adcode))


@register.filter
def role_name(code: str) -> str:
    """The name of a role."""
    return str(Role(code).label)


@register.filter
def level_name(code: str) -> str:
    """The word for the weight of a fault or finding."""
    return say(LEVELS[Level(code)])


@register.filter
def stage_name(code: str) -> str:
    """The word for a stage of the conservation ledger."""
    return say(STAGES[code]) if code in STAGES else code


@register.filter
def job_state(state: str) -> str:
    """The state of a job as the style sheet names it."""
    return JOB_STATES[Job.State(state)]


@register.filter
def place(fault: Fault) -> str:
    """Where a fault stands."""
    return fault.location.describe(active_language())


@register.filter
def exact(value: float | str) -> str:
    """A number with all the digits that mean something; text as it is."""
    return format_exact(value) if isinstance(value, int | float) else str(value)


@register.filter
def as_written(value: float) -> str:
    """A number as a document writes it: no grouping, no digits that were not there."""
    return f"{value:.10g}".replace("-", "−")


@register.filter
def plain(value: float | None) -> str:
    """A number for a program to read (sorting in the browser)."""
    return "" if value is None else repr(float(value))


@register.filter
def signed_percent(share: float | None) -> str:
    """A relative difference with its sign."""
    return "—" if share is None else f"{'+' if share > 0 else ''}{format_figure(100 * share, 2)} %"


@register.filter
def source_cells(origin: str) -> str:
    """A list of source cells: the first few, the file named once while it stays the same."""
    cells, shown, file = origin.split("; "), list[str](), ""
    for one in cells[:ORIGINS_SHOWN]:
        head, _, address = one.rpartition("!")
        shown.append(address if head and head == file else one)
        file = head
    more = f" … (+{len(cells) - ORIGINS_SHOWN})" if len(cells) > ORIGINS_SHOWN else ""
    return ", ".join(shown) + more


@register.filter
def verdict_label(value: str) -> str:
    """The word for a verdict value."""
    return say(VerdictValue(value).label)


@register.filter
def css(value: str) -> str:
    """A code as the end of a class name."""
    return value.replace("_", "-")


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """A value of a mapping by key; nothing where there is none."""
    return mapping.get(key)


@register.simple_tag
def icon(name: str, classes: str = "icon") -> SafeString:
    """An icon of the sprite, hidden from screen readers; nothing where the front end was not built."""
    if not has_build():
        return SafeString("")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, static("build/icons.svg"), name
    )


@register.simple_tag
def notation(key: str | None, reason: Text | str | None = None) -> SafeString:
    """A notation key with its meaning and reason; a dash where no key is known."""
    if key not in set(NotationKey):
        return SafeString('<span class="null">—</span>')
    title = say(NotationKey(key).label)
    detail = say(reason)
    return format_html('<abbr class="notation" title="{}">{}</abbr>', f"{title}：{detail}" if detail else title, key)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """A badge for how well a value is known, or the notation key in its place."""
    if status in STATUSES:
        kind, label = STATUSES[status]
        return format_html('<span class="badge badge--{}">{}</span>', kind, say(label))
    return notation(status)


@register.simple_tag(takes_context=True)
def explained(context: template.Context, cell: str, text: str, run_id: str | None = None) -> SafeString:
    """A figure that opens its provenance: a link to the plain page, a drawer with script."""
    run = run_id or context["scene"].run.run_id
    url = f"{reverse('explain', args=[run])}?{urlencode({'cell': cell})}"
    source = f"{reverse('api:explain', args=[run])}?{urlencode({'cell': cell, 'language': context['language']})}"
    return format_html(
        '<a class="figure" href="{}" data-explain="{}" data-explain-src="{}">{}</a>', url, cell, source, text
    )


@register.simple_tag(takes_context=True)
def explained_figure(context: template.Context, cell: str, value: float, run_id: str | None = None) -> SafeString:
    """A number that opens its provenance."""
    return explained(context, cell, format_figure(value), run_id)


@register.simple_tag(takes_context=True)
def scaled_figure(context: template.Context, cell: str, tonnes: float, unit: MassUnit) -> SafeString:
    """A mass in tonnes, printed in `unit`, that opens its provenance."""
    return explained(context, cell, format_figure(tonnes / unit.tonnes))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The query of this page with some values changed; an empty value removes its name."""
    request: HttpRequest = context["request"]
    values = {name: request.GET.getlist(name) for name in request.GET}
    for name, value in changes.items():
        key = name.replace("__", ".")
        values.pop(key, None)
        if value not in {None, ""}:
            values[key] = [str(value)]
    return "?" + urlencode(values, doseq=True)

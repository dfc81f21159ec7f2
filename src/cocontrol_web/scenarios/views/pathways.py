"""When does it peak, how sure is that, and which factor makes the change? Pathways, written and looked at in one place."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import write_iamc_table
from cocontrol.io.readers import read_raw
from cocontrol.pathways.choices import Method
from cocontrol.pathways.decomposition import Decomposition, decompose
from cocontrol.pathways.decomposition_tables import Factors, read_factors
from cocontrol.pathways.examples import FACTORS
from cocontrol.pathways.results import iamc_table
from cocontrol.pathways.starting import starting_scenario
from cocontrol.reference import regions
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.analysis.store import table_of
from cocontrol_web.answers import download
from cocontrol_web.choices import one_of, some_of
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, Person, may, needs, region_of, visible_pathways
from cocontrol_web.scenarios import beside, decompositions, outlooks
from cocontrol_web.scenarios import pathways as shown
from cocontrol_web.scenarios.files import csv_text, example_file, file_stem, given_table, workbook
from cocontrol_web.scenarios.models import Pathway
from cocontrol_web.scene import scene_of

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A scenario that a page may show: its address, its name, its text, and the kept one behind it, if any."""

    key: str
    title: str
    text: str
    kept: Pathway | None = None


FROM_RUN = "from-run"
"""Key of the scenario that the run of the page begins."""


def start_choice(request: HttpRequest) -> list[Choice]:
    """A scenario whose base year is the inventory of the run that the page is about; none without a complete one."""
    record = scene_of(request).record
    if record is None or not record.years:
        return []
    region = record.workspace.region
    try:
        start = starting_scenario(
            table_of(record, "emission"), period=str(max(record.years)), name=record.run_id,
            region=regions.name(region, "en"), region_code=region, source=record.run_id,
        )  # fmt: skip
    except InvalidInput:  # nothing in the run can begin a scenario: it is then not offered
        return []
    words = Text("从清单开始：{r} {y} 年", "from the inventory: {r} {y}")
    return [Choice(FROM_RUN, say(words.format(r=record.workspace.title, y=max(record.years))), start.text)]


def choices_for(person: Person, start: list[Choice] | None = None) -> list[Choice]:
    """The kept scenarios of the person's region, the one that a run begins, then the examples."""
    kept = [Choice(str(one.pathway_id), one.title, one.text, one) for one in visible_pathways(person)]
    examples = [
        Choice(key, shown.title_of(shown.outlook_of(shown.example_text(key)).scenario), shown.example_text(key))
        for key in shown.EXAMPLES
    ]
    return [*kept, *(start or []), *examples]


def choice_for(person: Person, key: str, start: list[Choice] | None = None) -> Choice:
    """The chosen scenario, the first example where none is named; 404 where the person has no such one."""
    wanted = key or next(iter(shown.EXAMPLES))
    found = next((one for one in choices_for(person, start) if one.key == wanted), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def pathways(request: HttpRequest) -> HttpResponse:
    """One scenario: bands, peak, probabilities, targets, budget, decomposition; its text can be changed and tried at once."""
    if request.method == "POST" and not may(request.user, Permission.EDIT_SCENARIOS):
        raise PermissionDenied
    start = start_choice(request)
    choice = choice_for(request.user, request.GET.get("scenario", ""), start)
    text, faults = choice.text, list[Fault]()
    if request.method == "POST":
        text = text_of(request)
    view: dict[str, Any] = {}
    try:
        view = page_of(request, text)
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/pathways.html",
        {
            "choices": choices_for(request.user, start), "choice": choice, "text": text, "faults": faults,
            "tried": request.method == "POST", "editable": may(request.user, Permission.EDIT_SCENARIOS), **view,
        },
        status=400 if faults else 200,
    )  # fmt: skip


def text_of(request: HttpRequest) -> str:
    """The text in the form: an uploaded file goes before what stands in the field."""
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("text", "").replace("\r\n", "\n")
    content: bytes = upload.read(shown.TEXT_LIMIT + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # a file saved by a Chinese editor
        text = content.decode("gb18030", "replace")
    return text.replace("\r\n", "\n")


def switched_off(request: HttpRequest, text: str) -> frozenset[str]:
    """The policies that the address leaves unticked; none where it says nothing of policies."""
    if "policies" not in request.GET:
        return frozenset()
    held = [policy.id for policy in shown.outlook_of(text).scenario.policy if policy.on]
    return frozenset(held) - set(some_of(request.GET.getlist("on"), "on", held))


def page_of(request: HttpRequest, text: str) -> dict[str, Any]:
    """What the template prints of a scenario."""
    filed, off = shown.outlook_of(text), switched_off(request, text)
    result = shown.outlook_of(text, off)
    variables = shown.variables_of(result)
    variable = one_of(request.GET, "variable", [name for name, _words in variables], variables[0][0])
    pollutant = variable.split("|")[1] if variable.startswith("Emissions|") else variables[0][0].split("|")[1]
    head = result.scenario.scenario
    parts = decompositions.of_outlook(result, pollutant, head.base_year, head.end_year)
    name = outlooks.title_of_variable(result, pollutant)
    unit = head.units.get(pollutant, "")
    swings = outlooks.swings_of(text, off, f"Emissions|{pollutant}")
    words = Text("{p} 变化的因素分解", "what makes {p} change").format(p=name)
    moving = Text("{p} 累计量受哪些取值影响最大", "what moves the sum of {p}").format(p=name)
    middle = result.cumulative[f"Emissions|{pollutant}"]["central"]
    return {
        "result": result, "title": shown.title_of(result.scenario), "variables": variables, "variable": variable,
        "band": shown.band_chart(result, variable, filed if off else None),
        "sectors": shown.sector_chart(result, pollutant),
        "chances": shown.probability_chart(result), "peaks": shown.peak_lines(result),
        "targets": shown.target_lines(result), "remarks": [say(remark) for remark in result.remarks],
        "waterfall": decompositions.waterfall(parts, unit, say(words)) if parts else None,
        "source_share": decompositions.source_share(parts) if parts else None,
        "double": outlooks.double_chart(result), "double_words": outlooks.double_words(result),
        "tornado": outlooks.tornado(swings, unit.removesuffix("/yr"), middle, say(moving)), "swings": outlooks.swing_rows(swings),
        "sampling": outlooks.sampling_words(result.scenario), "policies": outlooks.policy_choices(filed.scenario, off), "off": off,
        "source": say(Text("来源：情景 {n}", "source: scenario {n}").format(n=head.source or head.name)),
        "budget_left": abs((result.budget or {}).get("left") or 0.0),
        "budget_unit": head.units.get(result.scenario.budget.pollutant, "").removesuffix("/yr") if result.scenario.budget else "",
        "address": request.GET.urlencode(),
    }  # fmt: skip


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def save(request: HttpRequest) -> HttpResponse:
    """Keep a scenario under its own name: a new one, or in the place of the one it was made from."""
    text = text_of(request)
    if not text.strip():
        messages.error(request, _("没有要保存的情景文本。"))
        return redirect("pathways")
    result = shown.outlook_of(text)
    if not isinstance(request.user, User):
        raise PermissionDenied
    title = (request.POST.get("title", "").strip() or shown.title_of(result.scenario))[:120]
    replace = as_uuid(request.POST.get("replace", ""))
    replaced = visible_pathways(request.user).filter(pathway_id=replace).first() if replace else None
    if replaced is None:
        kept = Pathway.objects.create(title=title, region=region_of(request.user), owner=request.user, text=text)
    else:
        kept, replaced.title, replaced.text = replaced, title, text
        replaced.save()
    messages.success(request, _("情景已保存。"))
    return redirect(f"{reverse('pathways')}?{urlencode({'scenario': str(kept.pathway_id)})}")


def as_uuid(value: str) -> UUID | None:
    """The identifier, None where the text is none."""
    try:
        return UUID(value)
    except ValueError:
        return None


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def delete(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Delete a kept scenario."""
    found = visible_pathways(request.user).filter(pathway_id=pathway_id).first()
    if found is None:
        raise Http404
    found.delete()
    messages.success(request, _("情景已删除。"))
    return redirect("pathways")


@require_safe
@needs(Permission.VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """A scenario as its own text (toml), as an IAMC table (csv) or as a workbook (xlsx)."""
    choice = choice_for(request.user, request.GET.get("scenario", ""), start_choice(request))
    if kind == "toml":
        return download(choice.text.encode(), f"{file_stem(choice.title)}.toml", "application/toml")
    if kind not in {"csv", "xlsx"}:
        raise Http404
    off = switched_off(request, choice.text)
    result = shown.outlook_of(choice.text, off)
    if kind == "xlsx":
        swings = outlooks.swings_of(choice.text, off, result.peaks[0].variable)
        sheets = outlooks.sheets_of(result, swings)
        content = workbook(sheets, active_language(), notes=outlooks.notes_of(result, off))
        return download(content, f"{file_stem(choice.title)}.xlsx", MEDIA_TYPES["xlsx"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iamc.csv"
        write_iamc_table(iamc_table(result), path)
        return download(path.read_bytes(), f"{file_stem(choice.title)}-iamc.csv", MEDIA_TYPES["csv"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """Scenarios side by side: one variable as lines, peaks and targets as rows.

    Beside them what others computed: the shipped GCAM-China reference, or an IAMC table that a person brings
    along, which is read once and not kept.
    """
    if request.method == "POST" and not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    start = start_choice(request)
    keys = list(dict.fromkeys(request.GET.getlist("scenario")))[:MOST_COMPARED] or list(shown.EXAMPLES)
    sides = [(one, shown.outlook_of(one.text)) for one in (choice_for(request.user, key, start) for key in keys)]
    names = shown.shared_variables([result for _choice, result in sides])
    variable = one_of(request.GET, "variable", [name for name, _words in names], names[0][0]) if names else ""
    faults: list[Fault] = []
    others: list[beside.Other] = []
    try:
        others = beside.others_of(request, variable)
    except CocontrolError as error:
        faults = list(error.faults)
    lines = [(other.title, other.table) for other in others]
    titles = shown.told_apart([choice.title for choice, _result in sides])
    chart = (
        shown.beside_chart(list(zip(titles, (r for _c, r in sides), strict=True)), variable, lines) if names else None
    )
    return render(
        request,
        "scenarios/pathway_compare.html",
        {
            "active": "pathways", "choices": choices_for(request.user, start), "keys": keys, "variables": names,
            "variable": variable, "chart": chart, "faults": faults, "offered": beside.offered(),
            "outside": request.GET.getlist("outside"), "may_upload": may(request.user, Permission.CHECK_FILES),
            "differences": beside.differences(sides[0][1], variable, others) if not faults else [],
            "first": sides[0][0].title, "sources": [other.source for other in others], "address": request.GET.urlencode(),
            "sides": [(c, r, shown.peak_lines(r), shown.target_lines(r)) for c, r in sides],
        },
        status=400 if faults else 200,
    )  # fmt: skip


METHODS = tuple(method.value for method in Method)


def decomposed(request: HttpRequest) -> tuple[Decomposition, Factors, list[Fault], str]:
    """The table of a form taken apart as it asks: result, factors, remarks, and the table as text to ask again.

    Raises
    ------
    InvalidInput
        Every fault of the table, or a choice that means nothing.
    """
    method = Method(one_of(request.POST, "method", METHODS, Method.ADDITIVE.value))
    with given_table(request, FACTORS) as path:
        raw = read_raw(path)
        factors, remarks = read_factors(raw)
    result = decompose(factors.table, factors.factors, method=method, chained="chained" in request.POST)
    return result, factors, list(remarks), csv_text(raw) if request.method == "POST" else ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def decomposition(request: HttpRequest) -> HttpResponse:
    """Which factor made how much of a change: an example, or a table that a person brings along; nothing of it is kept."""
    faults: list[Fault] = []
    view: dict[str, Any] = {}
    if request.method == "POST" and not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    try:
        result, factors, faults, text = decomposed(request)
        view = view_of(result, factors) | {"table": text}
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/decomposition.html",
        {
            "active": "pathways", "faults": faults, "is_example": request.method != "POST", "methods": METHODS,
            "method": request.POST.get("method", METHODS[0]), "chained": "chained" in request.POST,
            "may_upload": may(request.user, Permission.CHECK_FILES), **view,
        },
        status=200 if view else 400,
    )  # fmt: skip


def view_of(result: Decomposition, factors: Factors) -> dict[str, Any]:
    """What the template prints of a decomposition."""
    adds = result.method is Method.ADDITIVE
    title = say(Text("总变化由谁造成", "what makes the change"))
    ratios = say(Text("各因素单独使总量变化多少", "by how much each factor alone changes the total"))
    return {
        "result": result, "adds": adds, "unit": factors.unit if adds else "",
        "chart": decompositions.waterfall(result, factors.unit, title) if adds else decompositions.ratio_chart(result, ratios),
        "rows": decompositions.effect_rows(result), "changes": decompositions.changes_of(result),
        "notes": [say(note) for note in result.notes],
    }  # fmt: skip


@require_POST
@needs(Permission.CHECK_FILES)
def decomposition_export(request: HttpRequest) -> HttpResponse:
    """The decomposition of the table in the form as a workbook."""
    result, factors, _remarks, _text = decomposed(request)
    notes = [
        (say(Text("方法", "method")), result.method.value),
        (say(Text("逐年链接", "chained")), say(Text("是", "yes") if "chained" in request.POST else Text("否", "no"))),
        (say(Text("单位", "unit")), factors.unit or "–"),
        (say(Text("残差", "residual")), f"{result.residual:.3g}"),
        *((say(Text("说明", "remark")), say(note)) for note in result.notes),
    ]
    content = workbook(decompositions.effect_sheets(result), active_language(), notes=notes)
    return download(content, "decomposition.xlsx", MEDIA_TYPES["xlsx"])


@require_safe
@needs(Permission.VIEW)
def decomposition_example(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the framework passes it
    """The example table, to begin with."""
    return download(example_file(FACTORS), FACTORS, MEDIA_TYPES["csv"])

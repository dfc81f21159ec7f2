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

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import write_iamc_table
from cocontrol.io.readers import read_raw
from cocontrol.pathways.decomposition import decompose
from cocontrol.pathways.decomposition_tables import read_factors
from cocontrol.pathways.results import Outlook, iamc_table
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.answers import download
from cocontrol_web.inventory_pages.views import chosen
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, Person, may, needs, region_of, visible_pathways
from cocontrol_web.scenarios import decompositions
from cocontrol_web.scenarios import pathways as shown
from cocontrol_web.scenarios.files import file_stem, given_table, workbook
from cocontrol_web.scenarios.models import Pathway

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A scenario that a page may show: its address, its name, its text, and the kept one behind it, if any."""

    key: str
    title: str
    text: str
    kept: Pathway | None = None


def choices_for(person: Person) -> list[Choice]:
    """The kept scenarios of the person's region, then the examples."""
    kept = [Choice(str(one.pathway_id), one.title, one.text, one) for one in visible_pathways(person)]
    examples = [
        Choice(key, shown.title_of(shown.outlook_of(shown.example_text(key)).scenario), shown.example_text(key))
        for key in shown.EXAMPLES
    ]
    return [*kept, *examples]


def choice_for(person: Person, key: str) -> Choice:
    """The chosen scenario, the first example where none is named; 404 where the person has no such one."""
    wanted = key or next(iter(shown.EXAMPLES))
    found = next((one for one in choices_for(person) if one.key == wanted), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def pathways(request: HttpRequest) -> HttpResponse:
    """One scenario: bands, peak, probabilities, targets, budget, decomposition; its text can be changed and tried at once."""
    if request.method == "POST" and not may(request.user, Permission.EDIT_SCENARIOS):
        raise PermissionDenied
    choice = choice_for(request.user, request.GET.get("scenario", ""))
    text, faults = choice.text, list[Fault]()
    if request.method == "POST":
        text = text_of(request)
    view: dict[str, Any] = {}
    try:
        view = page_of(request, shown.outlook_of(text))
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/pathways.html",
        {
            "choices": choices_for(request.user), "choice": choice, "text": text, "faults": faults,
            "tried": request.method == "POST", "editable": may(request.user, Permission.EDIT_SCENARIOS), **view,
        },
        status=400 if faults and request.method == "POST" else 200,
    )  # fmt: skip


def text_of(request: HttpRequest) -> str:
    """The text in the form: an uploaded file goes before what stands in the field."""
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("text", "").replace("\r\n", "\n")
    content: bytes = upload.read(shown.TEXT_LIMIT + 1)
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def page_of(request: HttpRequest, result: Outlook) -> dict[str, Any]:
    """What the template prints of a result."""
    variables = shown.variables_of(result)
    variable = chosen(request, "variable", [name for name, _words in variables], variables[0][0])
    pollutant = variable.split("|")[1] if variable.startswith("Emissions|") else variables[0][0].split("|")[1]
    head = result.scenario.scenario
    parts = decompositions.of_outlook(result, pollutant, head.base_year, head.end_year)
    words = Text("{p} 变化的因素分解", "what makes {p} change").format(
        p=shown.variable_name(result.scenario, f"Emissions|{pollutant}")
    )
    unit = head.units.get(pollutant, "")
    return {
        "result": result, "title": shown.title_of(result.scenario), "variables": variables, "variable": variable,
        "band": shown.band_chart(result, variable), "sectors": shown.sector_chart(result, pollutant),
        "chances": shown.probability_chart(result), "peaks": shown.peak_lines(result),
        "targets": shown.target_lines(result), "remarks": [say(remark) for remark in result.remarks],
        "waterfall": decompositions.waterfall(parts, unit, say(words)) if parts else None,
        "source": say(Text("来源：情景 {n}", "source: scenario {n}").format(n=head.name)),
        "budget_left": abs((result.budget or {}).get("left") or 0.0),
        "budget_unit": head.units.get(result.scenario.budget.pollutant, "").removesuffix("/yr") if result.scenario.budget else "",
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
    choice = choice_for(request.user, request.GET.get("scenario", ""))
    if kind == "toml":
        return download(choice.text.encode(), f"{file_stem(choice.title)}.toml", "application/toml")
    if kind not in {"csv", "xlsx"}:
        raise Http404
    result = shown.outlook_of(choice.text)
    if kind == "xlsx":
        content = workbook(shown.sheets_of(result), active_language())
        return download(content, f"{file_stem(choice.title)}.xlsx", MEDIA_TYPES["xlsx"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iamc.csv"
        write_iamc_table(iamc_table(result), path)
        return download(path.read_bytes(), f"{file_stem(choice.title)}-iamc.csv", MEDIA_TYPES["csv"])


@require_safe
@needs(Permission.VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """Scenarios side by side: one variable as lines, peaks and targets as rows."""
    keys = list(dict.fromkeys(request.GET.getlist("scenario")))[:MOST_COMPARED] or list(shown.EXAMPLES)
    sides = [(one, shown.outlook_of(one.text)) for one in (choice_for(request.user, key) for key in keys)]
    names = shown.shared_variables([result for _choice, result in sides])
    variable = chosen(request, "variable", [name for name, _words in names], names[0][0]) if names else ""
    chart = shown.beside_chart([(c.title, r) for c, r in sides], variable) if names else None
    return render(
        request,
        "scenarios/pathway_compare.html",
        {
            "active": "pathways", "choices": choices_for(request.user), "keys": keys, "variables": names,
            "variable": variable, "chart": chart,
            "sides": [(c, r, shown.peak_lines(r), shown.target_lines(r)) for c, r in sides],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def decomposition(request: HttpRequest) -> HttpResponse:
    """Which factor made how much of a change: an example, or a table that a person brings along; nothing of it is kept."""
    faults: list[Fault] = []
    remarks: list[Fault] = []
    result = None
    if request.method == "POST" and not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    try:
        with given_table(request, "decomposition.csv") as path:
            factors, found = read_factors(read_raw(path))
            remarks = list(found)
            result = decompose(factors.table, factors.factors, chained="chained" in request.POST)
    except CocontrolError as error:
        faults = list(error.faults)
    title = say(Text("总变化由谁造成", "what makes the change"))
    return render(
        request,
        "scenarios/decomposition.html",
        {
            "active": "pathways", "faults": [*faults, *remarks], "result": result, "is_example": request.method != "POST",
            "chained": "chained" in request.POST, "may_upload": may(request.user, Permission.CHECK_FILES),
            "chart": decompositions.waterfall(result, "", title) if result else None,
            "rows": decompositions.effect_rows(result) if result else [],
            "changes": [step.end - step.start for step in result.steps] if result else [],
            "notes": [say(note) for note in result.notes] if result else [],
        },
        status=400 if faults else 200,
    )  # fmt: skip

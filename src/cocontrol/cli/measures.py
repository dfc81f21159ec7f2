"""Commands on measures: the catalogue, templates, import, effects of measures on a run, and least-cost problems of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command, new_group
from cocontrol.cli.results import RunArgument, WorkspaceOption, open_named
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.measures.catalogue import Catalogue
    from cocontrol.measures.run_base import Base
    from cocontrol.measures.workbench import Ceiling, Problem

ORDER = 57

GROUP_HELP = Text("措施目录、措施效果与最低费用问题", "measure catalogue, effects of measures, least-cost problems")

CatalogueOption = Annotated[
    Path | None,
    typer.Option("--catalogue", metavar="NAME|FOLDER"),
    Text(
        "published（公开费用）、demonstration（演示费用）、built-in（无费用，缺省），或自己的目录文件夹",
        "published, demonstration (synthetic costs) or built-in (no costs, the default), or the folder of an own one",
    ),
]
DemonstrationOption = Annotated[
    bool,
    typer.Option("--demonstration"),
    Text(
        "用虚构（synthetic）的费用、价格和设施情况演示，结果不可用于决策",
        "use synthetic costs, prices and devices to try it out; not for decisions",
    ),
]
RateOption = Annotated[float, typer.Option("--discount-rate"), Text("贴现率（每年）", "discount rate per year")]


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``measures``."""
    group = new_group(language, GROUP_HELP)
    add_command(group, language, "list", Text("列出措施", "list the measures"))(list_measures)
    add_command(group, language, "numbers", Text("列出措施的全部参数及来源", "every number with its source"))(numbers)
    add_command(
        group, language, "lineage", Text("公开费用的每个数由什么换算而来", "what each published cost rests on")
    )(lineage)
    add_command(group, language, "costs", Text("查公开的单位费用，供比较", "published unit costs, to compare"))(costs)
    add_command(group, language, "template", Text("写出措施目录的 Excel 模板", "write Excel templates"))(template)
    add_command(
        group,
        language,
        "import",
        Text("校验自己的目录，或转换 CoST 文件", "check an own catalogue, or convert CoST files"),
    )(import_catalogue)
    add_command(
        group, language, "effects", Text("按次序计算措施对一次运行的效果", "effects of measures on a run, in order")
    )(effects)
    add_command(
        group,
        language,
        "instance",
        Text("由一次运行写出最低费用问题（供 optimise）", "write the least-cost problem of a run, for optimise"),
    )(instance)
    app.add_typer(group, name="measures")


LIST = {
    "measure_id": Text("编号", "measure"),
    "name_zh": Text("名称", "name (Chinese)"),
    "name_en": Text("英文名称", "name"),
    "kind": Text("类型", "kind"),
    "stage": Text("环节", "stage"),
    "categories": Text("源类别", "categories"),
    "target_fuel": Text("新燃料", "new fuel"),
    "removal": Text("去除", "removal"),
    "max_application": Text("最大适用", "largest share"),
    "cost_known": Text("费用已知", "cost known"),
    "status": Text("可靠程度", "status"),
}


def list_measures(
    session: Session,
    *,
    kind: Annotated[
        str | None,
        typer.Option(),
        Text("activity、fuel、process 或 end_of_pipe", "activity, fuel, process, end_of_pipe"),
    ] = None,
    search: Annotated[str | None, typer.Option(), Text("名称或编号的一部分", "part of a name or identifier")] = None,
    catalogue: CatalogueOption = None,
    demonstration: DemonstrationOption = NO,
) -> None:
    """Print one row per measure; those without a known cost cannot be optimised."""
    from cocontrol.measures.catalogue import measure_table

    rows = [
        row
        for row in measure_table(_catalogue(session, catalogue, demonstration=demonstration)).to_dicts()
        if (kind is None or row["kind"] == kind) and (search is None or _matches(row, search))
    ]
    session.output.rows(rows, LIST)
    unknown = sum(not row["cost_known"] for row in rows)
    if unknown:
        session.output.note(
            Text(
                "{n} 项措施费用未知，给出费用后才能参加优化", "{n} measures have no known cost and cannot be optimised"
            ).format(n=unknown)
        )


def _matches(row: dict[str, Any], search: str) -> bool:
    return any(search.casefold() in str(row[name]).casefold() for name in ("measure_id", "name_zh", "name_en"))


NUMBERS = {
    "measure_id": Text("编号", "measure"),
    "parameter": Text("参数", "parameter"),
    "subject": Text("对象", "subject"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "lower": Text("下限", "lower"),
    "upper": Text("上限", "upper"),
    "basis": Text("口径", "basis"),
    "source": Text("来源", "source"),
    "clause": Text("条款", "clause"),
    "status": Text("可靠程度", "status"),
    "note": Text("备注", "note"),
}


def numbers(
    session: Session,
    measure: Annotated[
        list[str] | None, typer.Argument(), Text("措施编号；不给为全部", "measures; all without any")
    ] = None,
    *,
    catalogue: CatalogueOption = None,
    demonstration: DemonstrationOption = NO,
) -> None:
    """Print every number of the measures with its source and status."""
    from cocontrol.measures.catalogue import number_table

    found = _catalogue(session, catalogue, demonstration=demonstration)
    chosen = [found.get(name) for name in measure] if measure else found.measures.values()
    session.output.rows(number_table(chosen).to_dicts(), NUMBERS)


LINEAGE = {
    "measure_id": Text("编号", "measure"),
    "parameter": Text("参数", "parameter"),
    "subject": Text("对象", "subject"),
    "name": Text("依据", "rests on"),
    "label_zh": Text("名称", "name (Chinese)"),
    "label_en": Text("英文名称", "name"),
    "value": Text("数值", "value"),
    "lower": Text("下限", "lower"),
    "upper": Text("上限", "upper"),
    "unit": Text("单位", "unit"),
    "price_year": Text("价格年份", "price year"),
    "source": Text("来源", "source"),
    "clause": Text("条款", "clause"),
    "status": Text("可靠程度", "status"),
    "note": Text("备注", "note"),
}


def lineage(
    session: Session,
    measure: Annotated[
        list[str] | None, typer.Argument(), Text("措施编号；不给为全部", "measures; all without any")
    ] = None,
) -> None:
    """Print the figures, exchange rates and price indices that the published costs of measures rest on."""
    from cocontrol.measures.published import lineage_table, published_catalogue

    chosen = None if not measure else [published_catalogue().get(name).measure_id for name in measure]
    rows = lineage_table(chosen).to_dicts()
    session.output.rows(rows, {name: LINEAGE[name] for name in _in_language(list(LINEAGE), session.language)})


COSTS = {
    "figure_id": Text("编号", "figure"),
    "technology_zh": Text("技术", "technology (Chinese)"),
    "technology_en": Text("技术", "technology"),
    "applies_to": Text("适用", "applies to"),
    "quantity": Text("性质", "quantity"),
    "pollutant": Text("污染物", "pollutant"),
    "value": Text("数值", "value"),
    "lower": Text("下限", "lower"),
    "upper": Text("上限", "upper"),
    "unit": Text("单位", "unit"),
    "price_year": Text("价格年份", "price year"),
    "place": Text("国家", "country"),
    "source": Text("来源", "source"),
    "clause": Text("条款", "clause"),
    "status": Text("可靠程度", "status"),
    "use": Text("用途", "use"),
    "note": Text("备注", "note"),
}


def costs(
    session: Session,
    *,
    search: Annotated[str, typer.Option(), Text("技术、行业或来源的词", "words of technology, industry, source")] = "",
    pollutant: Annotated[str, typer.Option(), Text("污染物代码", "pollutant code")] = "",
    quantity: Annotated[
        str,
        typer.Option(),
        Text(
            "investment、operating、whole_cost、unit_cost、price", "investment, operating, whole_cost, unit_cost, price"
        ),
    ] = "",
    country: Annotated[str, typer.Option(), Text("CN、US 或 DK", "CN, US or DK")] = "",
    status: Annotated[str, typer.Option(), Text("verified 或 recalled", "verified or recalled")] = "",
) -> None:
    """Print published unit costs as the documents give them: to compare, since years, currencies and scopes differ."""
    from cocontrol.measures.published import cost_references

    found = cost_references(words=search, pollutant=pollutant, quantity=quantity, place=country, status=status)
    shown = _in_language(list(COSTS), session.language)
    session.output.rows(found.to_dicts(), {name: COSTS[name] for name in shown})
    session.output.note(
        Text(
            "原文币种和价格年份，未换算，只供比较",
            "currency and price year of the documents, not converted: for ranking only",
        )
    )


def template(
    session: Session,
    folder: Annotated[Path, typer.Argument(), Text("写到的文件夹", "folder to write to")],
    *,
    filled: Annotated[
        bool,
        typer.Option("--filled"),
        Text("填入内置目录，供修改", "filled with the built-in catalogue, to be changed"),
    ] = NO,
) -> None:
    """Write measures.xlsx, measure_numbers.xlsx and energy_prices.xlsx."""
    from cocontrol.io.measure_catalogue import write_catalogue_templates
    from cocontrol.measures.catalogue import built_in_catalogue

    _print_files(
        session,
        write_catalogue_templates(folder, session.language, filled=built_in_catalogue() if filled else None),
    )


def _print_files(session: Session, files: tuple[Path, ...]) -> None:
    session.output.rows([{"file": str(path)} for path in files], {"file": Text("文件", "file")})


def import_catalogue(
    session: Session,
    folder: Annotated[
        Path, typer.Argument(), Text("目录文件夹；CoST 时含 Summary、Efficiencies、source_groups", "catalogue folder")
    ],
    *,
    cost: Annotated[
        bool,
        typer.Option("--cost"),
        Text(
            "文件夹是 CoST 的 Summary、Efficiencies（CSV）和 source_groups 对照表",
            "the folder holds the CoST files Summary and Efficiencies (CSV) and a table source_groups",
        ),
    ] = NO,
    output: Annotated[
        Path | None, typer.Option("--output"), Text("另存为目录文件夹", "also write a catalogue folder")
    ] = None,
) -> None:
    """Check a catalogue, or make one of CoST files; print its measures."""
    from cocontrol.io.measure_catalogue import (
        catalogue_rows,
        cost_tool_left_out,
        read_catalogue,
        read_cost_tool,
        write_catalogue_tables,
    )
    from cocontrol.measures.catalogue import make_catalogue, measure_table

    if cost:
        paths = [_cost_file(folder, name) for name in ("Summary", "Eff", "source_groups")]
        found = make_catalogue(*read_cost_tool(*paths))
        missed = cost_tool_left_out(*paths)
        if missed.rows or missed.measures:
            session.output.note(_MISSED.format(r=missed.rows, m=missed.measures, g=len(missed.groups)))
    else:
        found, leads = read_catalogue(folder)
        for lead in leads:
            session.output.fault_line(lead)
    if output is not None:
        write_catalogue_tables({name: rows for name, rows in catalogue_rows(found).items() if rows.height}, output)
    session.output.rows(measure_table(found).to_dicts(), LIST)


_MISSED = Text(
    "未取：限定地区、规模或现有措施的 {r} 行；对照表没有的 {g} 个源组中的 {m} 项措施",
    "not taken: {r} rows bound to a place, size or existing measure; {m} measures of {g} source groups not in the table",
)


def _cost_file(folder: Path, name: str) -> Path:
    """The file of the folder whose name has that word; `InvalidInput` where there is none."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if name.casefold() in path.stem.casefold() and path.suffix in {".csv", ".xlsx"}:
            return path
    raise InvalidInput(
        Fault(
            "measures.cost_file",
            Text("文件夹中没有 {n} 文件", "the folder has no file {n}").format(n=name),
            value=folder.name,
        )
    )


BUILT_IN, PUBLISHED, DEMONSTRATION = "built-in", "published", "demonstration"


def _catalogue(session: Session, chosen: Path | None, *, demonstration: bool) -> Catalogue:
    """The catalogue of that name (no costs, published or synthetic ones), or the user's own in a folder."""
    from cocontrol.io.measure_catalogue import read_catalogue
    from cocontrol.measures.catalogue import built_in_catalogue, demonstration_catalogue
    from cocontrol.measures.published import published_catalogue

    shipped = {
        BUILT_IN: built_in_catalogue,
        PUBLISHED: published_catalogue,
        DEMONSTRATION: demonstration_catalogue,
    }
    name = DEMONSTRATION if chosen is None and demonstration else BUILT_IN if chosen is None else str(chosen)
    if name not in shipped:
        found, leads = read_catalogue(Path(name))
        for lead in leads:
            session.output.fault_line(lead)
        return found
    if name == PUBLISHED:
        session.output.note(_published_note())
    return shipped[name]()


def _published_note() -> Text:
    """How far published costs reach, and how well they are known."""
    from cocontrol.measures.published import BASE_YEAR, coverage

    known = coverage()
    return Text(
        "公开费用：{p}/{m} 项措施，{b} 年价；费用数 {n} 个，其中凭记忆 {r} 个",
        "published costs: {p} of {m} measures, in yuan of {b}; {n} cost numbers, {r} of them recalled",
    ).format(
        p=known.priced,
        m=known.measures,
        b=BASE_YEAR,
        n=known.numbers.total(),
        r=known.numbers["recalled"],
    )


def _base(session: Session, name: str, workspace: Path, catalogue: Catalogue, *, demonstration: bool) -> Base:
    from cocontrol.io.measure_catalogue import base_of_run
    from cocontrol.measures.run_base import demonstration_assumptions

    made = base_of_run(
        open_named(session, name, workspace),
        catalogue,
        assumptions=demonstration_assumptions() if demonstration else None,
    )
    for note in made.notes:
        session.output.note(note)
    if made.synthetic:
        session.output.note(Text("含虚构（synthetic）数据", "rests on synthetic data"))
    return made


def effects(
    session: Session,
    run: RunArgument,
    *,
    measure: Annotated[
        list[str],
        typer.Option("--measure", "-m", metavar="MEASURE[=SHARE]"),
        Text("措施，按实施次序重复给出；可给比例，如 scr=0.5", "measures in order; a share may follow, as scr=0.5"),
    ],
    discount_rate: RateOption = 0.05,
    alone: Annotated[
        bool, typer.Option("--alone"), Text("各措施单独与基准比较，不叠加", "each measure by itself against the base")
    ] = NO,
    catalogue: CatalogueOption = None,
    demonstration: DemonstrationOption = NO,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Print what each measure does in its place: reductions, CO2 of electricity, cost."""
    from cocontrol.measures.effects import apply_measures, each_alone, step_table

    found = _catalogue(session, catalogue, demonstration=demonstration)
    base = _base(session, run, workspace, found, demonstration=demonstration)
    wanted = [_application(text) for text in measure]
    if alone:
        names = [one.measure_id for one in wanted]
        made = each_alone(
            base.streams, found, names, base.around, pollutants=base.pollutants, discount_rate=discount_rate
        )
    else:
        made = apply_measures(
            base.streams, found, wanted, base.around, pollutants=base.pollutants, discount_rate=discount_rate
        )
    table = step_table(made)
    shown = _in_language(table.columns, session.language)
    session.output.rows(table.to_dicts(), {name: _EFFECTS.get(name, Text(name, name)) for name in shown})


_EFFECTS = {
    "order": Text("次序", "order"),
    "measure_id": Text("措施", "measure"),
    "kind": Text("类型", "kind"),
    "sources": Text("源数", "sources"),
    "treated": Text("处理量", "treated"),
    "unit": Text("单位", "unit"),
    "CO2_indirect": Text("电力 CO2", "CO2 of electricity"),
    "capital": Text("折旧（元/年）", "capital (CNY/yr)"),
    "operating": Text("运行（元/年）", "operation (CNY/yr)"),
    "energy": Text("能源（元/年）", "energy (CNY/yr)"),
    "cost": Text("年费用（元）", "cost (CNY/yr)"),
    "status": Text("可靠程度", "status"),
}


def _in_language(columns: list[str], language: Language) -> list[str]:
    """Without the columns of the other language."""
    other = "_en" if language == "zh" else "_zh"
    return [name for name in columns if not name.endswith(other)]


def _application(text: str) -> Any:
    from cocontrol.measures.effects import Application

    name, sign, number = text.partition("=")
    return Application(name.strip(), share=_number(text, number) if sign else None)


def _number(text: str, number: str) -> float:
    try:
        return float(number)
    except ValueError as error:
        raise InvalidInput(Fault("measures.number", Text("不是数字", "this is no number"), value=text)) from error


def instance(
    session: Session,
    run: RunArgument,
    folder: Annotated[Path, typer.Argument(), Text("写到的文件夹", "folder to write to")],
    *,
    ceiling: Annotated[
        list[str],
        typer.Option("--ceiling", "-c", metavar="POLLUTANT=LIMIT"),
        Text("上限：吨数，或相对基准的削减，如 NOx=-20%", "ceiling in tonnes, or a cut of the base, as NOx=-20%"),
    ],
    discount_rate: RateOption = 0.05,
    integer: Annotated[bool, typer.Option("--integer"), Text("每个源整体选择", "whole choices for every source")] = NO,
    catalogue: CatalogueOption = None,
    demonstration: DemonstrationOption = NO,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Write sources, options, devices, caps and settings, and what was left out with the reason."""
    from cocontrol.io.measure_catalogue import write_portfolio
    from cocontrol.measures.workbench import build

    found = _catalogue(session, catalogue, demonstration=demonstration)
    base = _base(session, run, workspace, found, demonstration=demonstration)
    wanted = [_ceiling(text) for text in ceiling]
    problem = build(base, found, wanted, discount_rate=discount_rate, integer=integer)
    _note_savings(session, problem)
    left_out = problem.choices.left_out["measure_id"].drop_nulls().n_unique()
    if left_out:
        session.output.note(
            Text(
                "{n} 项措施在某些源未列入，原因见 left_out.csv",
                "{n} measures are left out at some sources: see left_out.csv",
            ).format(n=left_out)
        )
    _print_files(session, write_portfolio(problem, folder))


def _note_savings(session: Session, problem: Problem) -> None:
    """Say which measures save money, and what such savings leave out."""
    from cocontrol.measures.savings import saving_measures, savings_words

    found = saving_measures(problem.choices)
    if found.height:
        total = f"{sum(found['saved'].to_list()) / 1e8:,.4g}"
        labels = [problem.catalogue.get(name).label for name in found["measure_id"]]
        session.output.note(savings_words(labels, Text(f"{total} 亿元", f"{total} ×10⁸ CNY")))


def _ceiling(text: str) -> Ceiling:
    from cocontrol.measures.workbench import Ceiling

    pollutant, _, limit = text.partition("=")
    limit = limit.strip()
    if limit.endswith("%"):
        return Ceiling(pollutant.strip(), reduction=-_number(text, limit[:-1]) / 100.0)
    return Ceiling(pollutant.strip(), cap_t=_number(text, limit))

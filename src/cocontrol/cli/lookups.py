"""Commands that look things up in the reference package: ``reference fuels``, ``factors``, ``gwp`` …"""

from __future__ import annotations

from typing import Annotated

import typer

from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.core.text import Language, Text

ORDER = 40

GROUP_HELP = Text(
    "查阅参考数据：燃料、因子、GWP、行政区划、文件口径",
    "look up reference data: fuels, factors, GWP sets, regions, profiles",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``reference``."""
    group = new_group(language, GROUP_HELP)
    add_command(group, language, "fuels", Text("列出燃料代码", "list the fuel codes"))(fuels)
    add_command(group, language, "profiles", Text("列出文件口径", "list the document profiles"))(profiles)
    add_command(group, language, "categories", Text("列出排放源类别", "list the source categories"))(categories)
    add_command(group, language, "gwp", Text("列出一个 GWP 集", "list one GWP set"))(gwp)
    add_command(
        group, language, "regions", Text("按名称或代码前缀查行政区划", "find regions by name or beginning of the code")
    )(regions)
    add_command(
        group, language, "factors", Text("按编号、燃料或污染物查因子", "find factors by id, fuel or pollutant")
    )(factors)
    app.add_typer(group, name="reference")


def fuels(session: Session) -> None:
    """List the fuels."""
    from cocontrol.reference.fuels import fuels as fuel_table

    session.output.rows(
        fuel_table().to_dicts(),
        {
            "fuel_code": Text("代码", "code"),
            "name_zh": Text("中文名", "Chinese name"),
            "name_en": Text("英文名", "English name"),
            "physical_state": Text("物态", "state"),
            "is_biogenic": Text("生物质", "biogenic"),
        },
    )


def profiles(session: Session) -> None:
    """List the document profiles."""
    from cocontrol.reference.profiles import list_profiles

    rows = [
        {
            "profile_id": one.profile_id, "label": session.say(one.label), "gwp_set": one.gwp_set,
            "valid_from": one.valid_from, "valid_to": one.valid_to, "status": one.status.value,
        }
        for one in list_profiles()
    ]  # fmt: skip
    session.output.rows(
        rows,
        {
            "profile_id": Text("口径", "profile"),
            "label": Text("文件", "document"),
            "gwp_set": Text("GWP", "GWP set"),
            "valid_from": Text("起", "from"),
            "valid_to": Text("止", "to"),
            "status": Text("可靠程度", "status"),
        },
    )


def categories(session: Session) -> None:
    """List the source categories."""
    from cocontrol.reference.categories import categories as category_table

    session.output.rows(
        category_table().to_dicts(),
        {
            "category": Text("类别", "category"),
            "name_zh": Text("中文名", "Chinese name"),
            "name_en": Text("英文名", "English name"),
            "parent": Text("上级", "parent"),
            "class_8": Text("八类", "class of 8"),
            "class_10": Text("十类", "class of 10"),
        },
    )


def gwp(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="SET"), Text("GWP 集，如 AR5GWP100", "GWP set, such as AR5GWP100")],
) -> None:
    """List the values of one GWP set."""
    from cocontrol.reference.gwp import gwp_set

    rows = [
        {"gas": gas, "value": f.value, "document": f.document, "status": f.status.value}
        for gas, f in gwp_set(name).items()
    ]
    session.output.rows(
        rows,
        {
            "gas": Text("气体", "gas"),
            "value": Text("数值", "value"),
            "document": Text("文件", "document"),
            "status": Text("可靠程度", "status"),
        },
    )


def regions(
    session: Session,
    wanted: Annotated[
        str, typer.Argument(metavar="NAME"), Text("名称的一部分或代码前缀", "part of a name or beginning of a code")
    ],
) -> None:
    """Find regions."""
    import polars as pl

    from cocontrol.reference.regions import regions as region_table

    hit = pl.col("adcode").str.starts_with(wanted)
    for column in ("name_zh", "name_en"):
        hit |= pl.col(column).str.to_lowercase().str.contains(wanted.lower(), literal=True)
    session.output.rows(
        region_table().filter(hit).to_dicts(),
        {
            "adcode": Text("代码", "code"),
            "name_zh": Text("中文名", "Chinese name"),
            "name_en": Text("英文名", "English name"),
            "level": Text("级别", "level"),
            "parent": Text("上级", "parent"),
        },
    )


def factors(
    session: Session,
    wanted: Annotated[str, typer.Argument(metavar="TEXT"), Text("因子编号的一部分", "part of a factor id")] = "",
    *,
    fuel: Annotated[str | None, typer.Option(), Text("燃料代码", "fuel code")] = None,
    pollutant: Annotated[str | None, typer.Option(), Text("污染物", "pollutant")] = None,
    limit: Annotated[int, typer.Option(min=1), Text("最多列出的行数", "rows to list at most")] = 50,
) -> None:
    """Find factors; what was left out is counted."""
    import polars as pl

    from cocontrol.reference.factors import factor_table

    table = factor_table().filter(pl.col("factor_id").str.contains(wanted, literal=True))
    for column, value in (("fuel_code", fuel), ("pollutant", pollutant)):
        table = table if value is None else table.filter(pl.col(column) == value)
    session.output.rows(
        table.head(limit).to_dicts(),
        {
            "factor_id": Text("因子", "factor"),
            "value": Text("数值", "value"),
            "unit": Text("单位", "unit"),
            "document": Text("文件", "document"),
            "clause": Text("条款", "clause"),
            "status": Text("可靠程度", "status"),
        },
    )
    if table.height > limit:
        session.output.note(Text("另有 {n} 行未列出", "{n} more rows not listed").format(n=table.height - limit))

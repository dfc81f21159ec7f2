"""What every template may use: the scene, the navigation, the built front end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

import cocontrol
from cocontrol_web.configuration import PACKAGE
from cocontrol_web.language import active_language
from cocontrol_web.rights import Permission, may
from cocontrol_web.scene import scene_of

BUILD = PACKAGE / "static" / "build"


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the side navigation."""

    name: str
    title: str
    icon: str
    shortcut: str
    url: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the page frame."""
    return {
        "scene": SimpleLazyObject(lambda: scene_of(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "inventory_tabs": SimpleLazyObject(lambda: inventory_tabs(request)),
        "may_check_files": SimpleLazyObject(lambda: may(request.user, Permission.CHECK_FILES)),
        "has_build": has_build(),
        "language": active_language(),
        "demo": settings.DEMO,
        "version": cocontrol.__version__,
    }


def has_build() -> bool:
    """Whether pages use the built front end: it was built, and plain pages are not asked for."""
    return not settings.PLAIN and _is_built()


@lru_cache(maxsize=1)
def _is_built() -> bool:
    """Whether the front end was built: its manifest exists only after a complete build."""
    manifest = BUILD / "manifest.json"
    return manifest.is_file() and isinstance(json.loads(manifest.read_text(encoding="utf-8")), dict | list)


def inventory_tabs(request: HttpRequest) -> list[tuple[str, str]]:
    """The pages of the inventory that the person may open, in the order of their tabs; the side navigation has one entry for all."""
    tabs = [
        ("inventory", _("交叉表")),
        ("inventory-sectors", _("部门下钻")),
        ("inventory-completeness", _("完整性")),
        ("inventory-uncertainty", _("不确定性")),
        ("inventory-key-categories", _("关键类别")),
        ("inventory-grid", _("网格")),
        ("inventory-bulletin", _("公报预览")),
    ]
    return [*tabs, ("inventory-reconciliation", _("对账"))] if may(request.user, Permission.CHECK_FILES) else tabs


def navigation(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """The groups of the side navigation with the links that the person may open."""
    groups = [
        (
            _("分析"),
            [
                (Permission.VIEW, "overview", _("总览"), "overview", "g o"),
                (Permission.VIEW, "inventory", _("清单"), "inventory", "g i"),
                (Permission.VIEW, "energy", _("能源"), "power", "g e"),
                (Permission.VIEW, "map", _("地图"), "map", "g m"),
                (Permission.VIEW, "targets", _("目标"), "target", "g a"),
            ],
        ),
        (
            _("方案"),
            [
                (Permission.VIEW, "plans", _("方案解析"), "document", "g l"),
                (Permission.VIEW, "plan-compare", _("方案对照"), "compare", "g c"),
                (Permission.VIEW, "plan-coverage", _("可执行程度"), "check", "g v"),
            ],
        ),
        (
            _("措施与情景"),
            [
                (Permission.VIEW, "measures", _("措施库"), "factor", "g k"),
                (Permission.VIEW, "co-benefits", _("协同效应"), "compare", "g b"),
                (Permission.EDIT_SCENARIOS, "least-cost", _("最省方案"), "run", "g z"),
                (Permission.VIEW, "pathways", _("路径与达峰"), "clock", "g w"),
            ],
        ),
        (
            _("数据"),
            [
                (Permission.VIEW, "tables", _("数据表"), "table", "g t"),
                (Permission.CHECK_FILES, "checks", _("导入检查"), "upload", "g u"),
                (Permission.VIEW, "runs", _("运行记录"), "history", "g r"),
            ],
        ),
        (
            _("管理"),
            [
                (Permission.MANAGE_ACCOUNTS, "accounts", _("账号管理"), "user", "g n"),
            ],
        ),
        (
            _("说明"),
            [
                (Permission.ANYONE, "about", _("关于与数据来源"), "about", "g s"),
                (Permission.ANYONE, "api-docs", _("接口"), "external", "g p"),
            ],
        ),
    ]
    return [
        (
            title,
            [
                Link(name, text, icon, key, reverse(name))
                for need, name, text, icon, key in links
                if may(request.user, need)
            ],
        )
        for title, links in groups
        if any(may(request.user, need) for need, *_rest in links)
    ]

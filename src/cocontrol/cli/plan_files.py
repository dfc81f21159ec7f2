"""Plans from files, as every command of the group ``plan`` reads them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cocontrol.cli.framework import Session
from cocontrol.core.text import Text

if TYPE_CHECKING:
    from cocontrol.plans import Plan

FILE_HELP = Text(
    "方案文件（txt、md、docx、pdf、html、csv；- 为标准输入）",
    "plan file (txt, md, docx, pdf, html, csv; - for standard input)",
)


def read_plan(session: Session, path: Path) -> Plan:
    """The plan of a file; what the reader must know goes to standard error."""
    from cocontrol.plans import parse
    from cocontrol.plans.reading import read_document

    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    plan = parse(read_document(content, path.name).text)
    for warning in plan.warnings:
        session.output.note(warning.message)
    return plan

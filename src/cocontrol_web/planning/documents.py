"""Plans coming in and going out: files, pasted text, the workspace's own plans, new versions, deleting and undoing."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.workspace import Workspace as WorkspaceFolder
from cocontrol.plans.model import Notice, Plan
from cocontrol.plans.parse import LONGEST
from cocontrol.plans.reading import read_document
from cocontrol_web.accounts.models import User
from cocontrol_web.planning.models import PlanDocument, PlanVersion, digest_of
from cocontrol_web.planning.parsing import facts_of, parsed
from cocontrol_web.registry.checking import safe_name
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import deleted_plans, region_of, visible_plans

ENDINGS = (".txt", ".md", ".docx", ".pdf", ".html", ".htm", ".csv", ".tsv")


def text_of_file(name: str, content: bytes) -> str:
    """The words of an uploaded file.

    Raises
    ------
    InvalidInput
        The file is empty, a scan, a spreadsheet, broken, or larger than a plan can be.
    """
    return readable(read_document(content, name).text, name)


def readable(text: str, name: str = "") -> str:
    """The text with line ends made alike; `InvalidInput` where there is none or too much of it."""
    made = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not made.strip():
        message = Text("没有文字", "there is no text")
        raise InvalidInput(
            Fault(
                "document.empty",
                message,
                _in(name),
                remedy=Text("粘贴或上传方案正文", "paste or upload the text of a plan"),
            )
        )
    if len(made) > LONGEST:
        raise InvalidInput(
            Fault(
                "plan.too_long",
                Text("文本太长，不像一份方案", "the text is too long for a plan"),
                _in(name),
                value=f"{len(made):,}",
                allowed=Text("不超过 {n} 个字符", "at most {n} characters").format(n=f"{LONGEST:,}"),
                remedy=Text("拆分文件，只上传方案正文", "split the file and upload the plan alone"),
            )
        )
    return made


def add_plan(person: User, text: str, name: str = "", *, anyway: bool = False) -> PlanDocument:
    """Keep a plan. The same text entered again is the plan that is there already, with its corrections.

    Raises
    ------
    InvalidInput
        The text is not a plan, and the person did not ask to keep it anyway.
    """
    digest, region = digest_of(text), region_of(person)
    plan = parsed(text, digest)
    if not plan.is_plan and not anyway:
        raise InvalidInput(*_why_not(plan, name))
    known = visible_plans(person).filter(text_digest=digest, region=region).first()
    if known is not None:
        return known
    gone = deleted_plans(person).filter(text_digest=digest, region=region).first()
    if gone is not None:
        return restore(gone)
    return PlanDocument.objects.create(
        title=title_of(plan, text, name),
        file_name=safe_name(name) if name else "",
        region=region,
        owner=person,
        text=text,
        text_digest=digest,
        facts=facts_of(text),
    )


@transaction.atomic
def replace_text(document: PlanDocument, text: str, name: str = "", by: str = "") -> PlanDocument:
    """Give a plan a new text; its corrections are found again by their words, or listed as orphaned.

    The text that was there is kept as an earlier version, to be compared with.
    """
    plan = parsed(text)
    if document.pk and document.text_digest != digest_of(text):
        PlanVersion.objects.create(
            plan=document, title=document.title, file_name=document.file_name, text=document.text,
            text_digest=document.text_digest, person_name=by,
        )  # fmt: skip
    document.text, document.text_digest, document.facts = text, digest_of(text), facts_of(text)
    document.title = title_of(plan, text, name or document.file_name)
    document.file_name = safe_name(name) if name else document.file_name
    document.save()
    return document


def title_of(plan: Plan, text: str, name: str) -> str:
    """The title in the text, else the file's name, else the first words."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return (plan.title or Path(name).stem or first[:40])[:200]


def delete(document: PlanDocument) -> PlanDocument:
    """Take a plan off the list; `restore` brings it back with everything."""
    document.deleted_at = timezone.now()
    document.save(update_fields=["deleted_at", "changed_at"])
    return document


def restore(document: PlanDocument) -> PlanDocument:
    """Bring a deleted plan back."""
    document.deleted_at = None
    document.save(update_fields=["deleted_at", "changed_at"])
    return document


@transaction.atomic
def register_workspace_plans(workspace: Workspace, folder: WorkspaceFolder) -> list[PlanDocument]:
    """Enter the plans that the workspace declares, published; repeating it brings their texts up to date."""
    made = []
    for entry in folder.settings.documents:
        if entry.kind != "plan":
            continue
        text = text_of_file(entry.path, (folder.folder / entry.path).read_bytes())
        document = PlanDocument.objects.filter(workspace=workspace, source=entry.path).first()
        if document is None:
            document = PlanDocument(
                workspace=workspace, source=entry.path, region=workspace.region, published_at=timezone.now()
            )
        document.synthetic = entry.synthetic
        made.append(replace_text(document, text, Path(entry.path).name))
    return made


def _why_not(plan: Plan, name: str) -> list[Fault]:
    remedy = Text(
        "如确是方案，请勾选“仍然保存”，再手工添加任务和目标",
        "if it is a plan after all, tick “keep it anyway” and add its tasks and targets by hand",
    )
    return [Fault(n.rule, n.message, _in(name), remedy=remedy) for n in plan.warnings] or [
        Fault("plan.not_a_plan", Text("不像一份方案", "this does not look like a plan"), _in(name), remedy=remedy)
    ]


def _in(name: str) -> Location:
    return Location(file=name or None)


def notices_of(plan: Plan) -> list[Notice]:
    """What a reader of the parse must know, in the order of the text."""
    return sorted(plan.warnings, key=lambda notice: notice.start or 0)

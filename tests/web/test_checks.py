from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from cocontrol.core.errors import Fault, Level, Location
from cocontrol.core.text import Text
from cocontrol_web.registry.checking import fault_from, safe_name
from cocontrol_web.registry.models import FileCheck

Browser = Callable[[str], Client]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/henan/tables/provincial_statistics.csv"
HEAD, FIRST = EXAMPLE.read_text(encoding="utf-8").splitlines()[:2]
COLUMNS, CELLS = next(csv.reader([HEAD])), next(csv.reader([FIRST]))
GOOD = f"{HEAD}\n{FIRST}\n"


def changed(**values: str) -> str:
    """The first row of the example with some cells changed."""
    cells = dict(zip(COLUMNS, CELLS, strict=True))
    return ",".join(f'"{cell}"' for cell in (cells | values).values())


BAD = f"{HEAD}\n{changed(value='三万')}\n{changed(adcode='999999', indicator='weather')}\n"


def address(column: str, row: int) -> str:
    return f"{'ABCDEFGHIJ'[COLUMNS.index(column)]}{row}"


def upload(client: Client, text: str, name: str = "统计.csv", table: str = "provincial_statistics") -> FileCheck:
    file = SimpleUploadedFile(name, text.encode())
    response = client.post(reverse("checks"), {"table": table, "file": file}, follow=True)
    assert response.status_code == 200
    return FileCheck.objects.first()  # type: ignore[return-value]


@pytest.mark.django_db
def test_a_good_file_is_said_to_be_usable(client_of: Browser) -> None:
    client = client_of("analyst")
    check = upload(client, GOOD)
    assert (check.passed, check.rows) == (True, 1)
    assert "可用" in client.get(reverse("check", args=[check.check_id])).content.decode()


@pytest.mark.django_db
def test_every_fault_of_a_bad_file_is_listed_with_its_cell(client_of: Browser) -> None:
    client = client_of("analyst")
    check = upload(client, BAD)
    assert check.error_count >= 3
    cells = {fault["cell"] for fault in check.faults}
    assert {address("value", 2), address("adcode", 3), address("indicator", 3)} <= cells
    page = client.get(reverse("check", args=[check.check_id])).content.decode()
    assert address("value", 2) in page
    assert "三万" in page


@pytest.mark.django_db
def test_the_annotated_copy_lists_the_faults_on_its_first_sheet(client_of: Browser) -> None:
    client = client_of("analyst")
    check = upload(client, BAD)
    response = client.get(reverse("check-annotated", args=[check.check_id]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    book = openpyxl.load_workbook(io.BytesIO(content))
    first = book.worksheets[0]
    listed = " ".join(str(cell.value) for row in first.iter_rows() for cell in row if cell.value)
    assert address("value", 2) in listed


@pytest.mark.django_db
def test_the_template_of_a_table_passes_the_check_of_that_table(client_of: Browser) -> None:
    client = client_of("analyst")
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("table-template", args=["facility"])).content))
    assert book.worksheets


@pytest.mark.django_db
def test_nobody_reads_another_persons_upload(client_of: Browser) -> None:
    check = upload(client_of("analyst"), BAD)
    for name in ("province", "city"):
        for page in ("check", "check-annotated", "api:check", "api:check-annotated"):
            assert client_of(name).get(reverse(page, args=[check.check_id])).status_code == 404


@pytest.mark.django_db
def test_deleting_a_check_removes_its_files(client_of: Browser) -> None:
    client = client_of("analyst")
    check = upload(client, GOOD)
    folder = check.folder
    assert folder.is_dir()
    client.post(reverse("check-delete", args=[check.check_id]))
    assert not folder.exists()
    assert not FileCheck.objects.exists()


@pytest.mark.django_db
def test_a_file_that_nothing_reads_is_refused_before_it_is_kept(client_of: Browser) -> None:
    response = client_of("analyst").post(
        reverse("checks"), {"table": "facility", "file": SimpleUploadedFile("setup.exe", b"MZ")}
    )
    assert response.status_code == 400
    assert "upload.ending" in response.content.decode()
    assert not FileCheck.objects.exists()


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused_with_the_limit(client_of: Browser) -> None:
    with override_settings(UPLOAD_LIMIT_BYTES=10):
        response = client_of("analyst").post(
            reverse("checks"), {"table": "facility", "file": SimpleUploadedFile("a.csv", b"x" * 11)}
        )
    assert response.status_code == 400
    assert "upload.too_large" in response.content.decode()


@pytest.mark.django_db
def test_a_picture_named_csv_is_a_fault_not_a_crash(client_of: Browser) -> None:
    client = client_of("analyst")
    file = SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    response = client.post(reverse("checks"), {"table": "facility", "file": file}, follow=True)
    assert response.status_code == 200
    check = FileCheck.objects.get()
    assert not check.passed


@pytest.mark.django_db
def test_the_api_checks_a_file_as_the_page_does(client_of: Browser) -> None:
    client = client_of("analyst")
    response = client.post(
        reverse("api:check-upload"),
        {"table": "provincial_statistics", "file": SimpleUploadedFile("s.csv", BAD.encode())},
    )
    assert response.status_code == 201
    assert response.json()["error_count"] == upload(client, BAD).error_count


@pytest.mark.django_db
def test_an_unknown_table_is_answered_with_the_tables_there_are(client_of: Browser) -> None:
    response = client_of("analyst").get(reverse("api:table", args=["nothing"]))
    assert response.status_code == 404
    assert "facility" in response.json()["detail"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\表 1.xlsx", "表 1.xlsx"),
        (".hidden.csv", "hidden.csv"),
        ("", "upload"),
    ],
)
def test_a_file_name_cannot_leave_its_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept
    assert Path(safe_name(given)).name == safe_name(given)


def test_a_kept_fault_reads_back_as_it_was() -> None:
    fault = Fault(
        "a.rule",
        Text("错", "wrong"),
        Location("f.csv", None, 3, "数值", "D3"),
        "x",
        Text("数", "a number"),
        None,
        Level.HIGH,
    )
    assert fault_from(fault.as_dict()) == fault

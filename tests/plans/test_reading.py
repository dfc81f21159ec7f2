"""Words from bytes, and a clear answer where there are none."""

from __future__ import annotations

import io
import zipfile

import docx
import pypdfium2
import pytest
import xlsxwriter

from cocontrol.core.errors import InvalidInput
from cocontrol.plans import parse
from cocontrol.plans.parse import LONGEST
from cocontrol.plans.reading import read_document

PLAN = """东山市减污降碳实施方案
一、重点任务
（一）推进治理。到2025年，森林覆盖率达到25%。（市生态环境局负责）
（二）加强领导。各部门压实责任。（市发展改革委负责）
"""


def rule_of(content: bytes) -> str:
    with pytest.raises(InvalidInput) as raised:
        read_document(content, "upload")
    fault = raised.value.faults[0]
    assert fault.remedy is not None
    assert fault.location.file == "upload"
    return fault.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_usual_encodings(encoding):
    assert read_document(PLAN.encode(encoding)).text == PLAN


def test_word_with_paragraphs_and_tables():
    document = docx.Document()
    for line in PLAN.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "任务", "责任单位"
    stream = io.BytesIO()
    document.save(stream)
    read = read_document(stream.getvalue())
    assert read.format == "docx"
    assert "任务\t责任单位" in read.text
    assert len(parse(read.text).tasks) == 2


def test_html_without_its_scripts():
    page = (
        "<html><head><style>p{}</style></head><body><script>var a=1</script>"
        + "".join(f"<p>{x}</p>" for x in PLAN.splitlines())
        + "</body></html>"
    )
    read = read_document(page.encode())
    assert "var a" not in read.text
    assert "p{}" not in read.text
    assert [t.metric for t in parse(read.text).targets] == ["forest_coverage"]


def pdf_with(text: str) -> bytes:
    """A one-page PDF whose words are set in a predefined Chinese encoding."""
    lines = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in text.splitlines())
    stream = f"BT /F1 12 Tf 50 700 Td {lines} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % o for o in offsets
    )
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)


def test_pdf_with_words():
    read = read_document(pdf_with(PLAN))
    assert read.format == "pdf"
    assert [task.title for task in parse(read.text).tasks] == ["推进治理", "加强领导"]


def test_scanned_pdf_says_that_it_has_no_words():
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    assert rule_of(stream.getvalue()) == "document.scanned_pdf"


def test_a_spreadsheet_is_sent_to_the_data_import():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet().write(0, 0, "任务")
    book.close()
    assert rule_of(stream.getvalue()) == "document.spreadsheet"


def test_each_unreadable_thing_has_its_own_answer():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    assert rule_of(b"") == rule_of(b" \n ") == "document.empty"
    assert rule_of(stream.getvalue()) == "document.unknown_zip"
    assert rule_of(b"PK\x03\x04broken") == "document.broken_zip"
    assert rule_of(b"%PDF-1.4 broken") == "document.broken_pdf"
    assert rule_of(b"\xd0\xcf\x11\xe0rest") == "document.ole"
    assert rule_of(b"\x89PNG\r\n") == "document.image"
    assert rule_of(bytes(range(256)) * 4) == "document.encoding"


def test_five_megabytes_of_text_get_an_answer_at_once():
    plan = parse("减污降碳。" * 1_000_000)
    assert not plan.is_plan
    assert plan.warnings[0].rule == "plan.too_long"
    assert str(LONGEST) in plan.warnings[0].message.zh


@pytest.mark.parametrize(
    ("text", "rule"),
    [("", "plan.too_little_text"), ("hello", "plan.too_little_text"), ("他在雨夜里走着。" * 40, "plan.not_a_plan")],
)
def test_what_is_no_plan_is_said_not_to_be_one(text, rule):
    plan = parse(text)
    assert not plan.is_plan
    assert plan.tasks == ()
    assert plan.targets == ()
    assert [w.rule for w in plan.warnings] == [rule]

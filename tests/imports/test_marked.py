"""The file that was uploaded comes back marked, is corrected, and goes in."""

import io

from openpyxl import load_workbook

from fupin.models import ImportRun
from fupin.sheets.remarks import REMARK_HEADER, WRONG_COLOUR
from tests.imports.support import Edited, compared, errors_on_page, notes_on_page, step

State = ImportRun.State
LABEL = "下载标注了错误的文件"


def run_at(url):
    return ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))


def test_a_file_with_errors_is_downloaded_corrected_and_taken(office, reference, tmp_path):
    right = reference["户"]["F8"].value
    reference["户"]["F8"].value = "特殊户"
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "名册.xlsx"))
    assert run_at(url).state == State.REFUSED
    assert LABEL in client.get(url).content.decode()

    answer = client.get(f"{url}marked/")

    assert answer.status_code == 200
    assert "%E5%90%8D%E5%86%8C%EF%BC%88%E6%A0%87%E6%B3%A8%EF%BC%89.xlsx" in answer["Content-Disposition"]
    book = Edited(answer.content)
    page = book["户"]
    ((sheet, cell, _, reason, _),) = errors_on_page(client, url)
    assert (sheet, cell) == ("户", "F8")
    assert page["F8"].fill.fgColor.rgb == WRONG_COLOUR
    remarks = next(at for at in page[3] if at.value == REMARK_HEADER).column_letter
    assert page[f"{remarks}8"].value.startswith(f"F列：{reason.rstrip('。')}")

    page["F8"].value = right
    again = compared(client, office, book.save(tmp_path / "again.xlsx"))

    assert run_at(again).state == State.READY
    assert not any("没有用到的列" in note for note in notes_on_page(client, again))
    assert LABEL not in client.get(again).content.decode()
    assert client.get(f"{again}marked/").status_code == 404  # nothing is wrong
    assert step(client, again, "take").state == State.DONE


def test_only_who_uploaded_a_file_gets_it_back(office, reference, tmp_path):
    """It holds numbers in full, which others see by giving their purpose."""
    reference["户"]["F8"].value = "特殊户"
    url = compared(office.client(), office, reference.save(tmp_path / "a.xlsx"))
    other = office.client("township")
    assert other.get(url).status_code == 200
    assert LABEL not in other.get(url).content.decode()
    assert other.get(f"{url}marked/").status_code == 404
    assert office.client().get(f"{url}marked/").status_code == 200


def test_a_file_that_is_gone_or_cannot_be_marked(office, reference, tmp_path):
    reference["户"]["F8"].value = "特殊户"
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    (tmp_path / "files" / run_at(url).stored).write_bytes(b"PK\x03\x04 and no more")

    answer = client.get(f"{url}marked/", follow=True)

    assert "不能在文件中标注：文件不完整或已损坏" in answer.content.decode()
    step(client, url, "drop")
    assert client.get(f"{url}marked/").status_code == 404


def test_no_remark_tells_a_number_in_full(office, reference, tmp_path):
    reference["人"]["C5"].value = "421199198711190028"
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    book = load_workbook(io.BytesIO(client.get(f"{url}marked/").content))
    page = book["人"]
    remarks = next(at for at in page[3] if at.value == REMARK_HEADER).column_letter
    assert page[f"{remarks}5"].value
    assert "421199198711190028" not in "".join(str(cell.value) for cell in page[remarks])

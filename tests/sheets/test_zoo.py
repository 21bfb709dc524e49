"""Every workbook of the zoo becomes what it says there, and comes back marked or is refused by the same sentence."""

import io

import pytest

from fupin.sheets.cells import FileRefused
from fupin.sheets.reading import read_workbook

from .books import BOOK
from .zoo import ZOO, Animal


def test_the_zoo_is_large_enough() -> None:
    assert len(ZOO) >= 60


@pytest.mark.parametrize("animal", ZOO.values(), ids=ZOO)
def test_a_workbook_of_the_zoo(tmp_path, animal: Animal) -> None:
    path = animal.make(tmp_path / "animal.xlsx")
    if animal.refused:
        with pytest.raises(FileRefused) as refused:
            read_workbook(path, BOOK)
        assert animal.refused in refused.value.reason and refused.value.remedy
        return
    reading = read_workbook(io.BytesIO(path.read_bytes()), BOOK)
    rows = reading.rows["户"]
    if not animal.errors or animal.rows:
        assert tuple(row.values["code"] for row in rows)[: len(animal.rows)] == animal.rows
    assert tuple(error.cell for error in reading.errors) == animal.errors
    assert tuple(reading.notes) == animal.notes
    assert tuple(reading.hidden) == animal.hidden
    assert tuple(reading.ignored.get("户", ())) == animal.ignored
    assert {name: rows[0].values[name] for name in animal.values} == animal.values

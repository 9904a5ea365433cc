"""Counts the filled rows of a workbook's first sheet with a library, as a yardstick: `python read_workbook.py calamine|openpyxl FILE`."""

import sys


def rows_of_calamine(path: str) -> int:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sum(1 for row in sheet.iter_rows() if any(cell != "" for cell in row))


def rows_of_openpyxl(path: str) -> int:
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return sum(1 for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row))


if __name__ == "__main__":
    count = {"calamine": rows_of_calamine, "openpyxl": rows_of_openpyxl}[sys.argv[1]]
    print(count(sys.argv[2]))

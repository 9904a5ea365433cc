"""Writes an XLSX file of invented texts, each a shared string of its own, row by row and with flat memory.

`python3 write_workbook.py OUT.xlsx ROWS COLUMNS`. Libraries would keep the strings in memory; the parts are so simple that they
are written as text. The first row has the names; all other texts differ.
"""

import sys
import zipfile

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

SMALL_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{REL}"><sheets><sheet name="Leads" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{REL}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def letter(column: int) -> str:
    return chr(ord("A") + column)


def write(path: str, rows: int, columns: int) -> None:
    strings = (rows + 1) * columns
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in SMALL_PARTS.items():
            archive.writestr(name, HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'{HEAD}<worksheet xmlns="{NS}"><sheetData>'.encode())
            for row in range(rows + 1):
                cells = "".join(f'<c r="{letter(column)}{row + 1}" t="s"><v>{row * columns + column}</v></c>' for column in range(columns))
                part.write(f'<row r="{row + 1}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'{HEAD}<sst xmlns="{NS}" count="{strings}" uniqueCount="{strings}">'.encode())
            part.write("".join(f"<si><t>Name {letter(column)}</t></si>" for column in range(columns)).encode())
            for row in range(1, rows + 1):
                part.write("".join(f"<si><t>invented text {letter(column)} of row {row}</t></si>" for column in range(columns)).encode())
            part.write(b"</sst>")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

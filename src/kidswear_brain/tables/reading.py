"""A file to its raw cells: its headers, and what stands in which line.

Nothing is interpreted here. CSV and XLSX cells come as text, Parquet columns in their own type.
Files are taken as hostile: only regular files of bounded size are read, and what is packed is
measured before it is unpacked.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kidswear_brain.errors import Problem, TableError
from kidswear_brain.tables.problems import Problems, file_problem
from kidswear_brain.tables.schema import Table, header_key

MAX_FILE_BYTES = 512 * 1024**2
MAX_UNPACKED_BYTES = 1024**3
MAX_PACKING = 200
"""An honest workbook packs 5 to 20 to one."""
MAX_ROWS = 5_000_000
MAX_DENSE_CELLS = 50_000_000
"""A sheet that reaches further, empty cells counted, is read row by row."""
MAX_COLUMNS = 256

_COLUMN = re.compile(rb'\br="([A-Z]+)[0-9]')
_ROW = re.compile(rb'\br="[A-Z]*([0-9]+)"')
_ERROR = re.compile(rb'\bt="e"')

_FORMATS = "a .csv (UTF-8), .parquet or .xlsx file"


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """The cells of one file.

    Parameters
    ----------
    file : str
        The file as the user named it.
    headers : tuple of str
        One a column, as written.
    columns : tuple of polars.Series
        One a header, all of the same length; text unless the file is typed.
    line : (rows,) int64 array
        Line of the file (row of the sheet, row number in Parquet) of each row, from 1.
    header_line : int
        Where the headers stand.
    content : bytes
        The whole file.
    """

    file: str
    headers: tuple[str, ...]
    columns: tuple[pl.Series, ...]
    line: NDArray[np.int64]
    header_line: int
    content: bytes


def read_raw(path: Path, table: Table, problems: Problems) -> RawTable:
    """Read one file by its ending.

    Parameters
    ----------
    path : Path
        A CSV, Parquet or XLSX file.
    table : Table
        What is looked for: a sheet of its name is preferred; Parquet reads only its columns.
    problems : Problems
        Takes rows that do not fit the header.

    Raises
    ------
    TableError
        If the file as a whole cannot be read.
    """
    _check_file(path)
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    # Read once: what is interpreted is then what is hashed and copied.
    try:
        source = _Source(path, path.read_bytes())
    except OSError as error:
        advice = "check its permissions"
        raise _refuse(path, "a file that cannot be opened", _FORMATS, advice) from error
    return readers[path.suffix.lower()](source, table, problems)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    content: bytes


def _refuse(path: Path, found: str, allowed: str, advice: str) -> TableError:
    return TableError((file_problem(str(path), found, allowed, advice),))


def _check_file(path: Path) -> None:
    if not path.exists():
        raise _refuse(path, "nothing there", "an existing file", "check the path")
    if not path.is_file():
        raise _refuse(path, "no regular file", _FORMATS, "name a file")
    if path.suffix.lower() not in (".csv", ".parquet", ".xlsx"):
        found = f'the ending "{path.suffix}"'
        raise _refuse(path, found, _FORMATS, "save the table in one of these formats")
    size = path.stat().st_size
    if size == 0:
        raise _refuse(path, "an empty file", "a header and rows", "export the table again")
    if size > MAX_FILE_BYTES:
        allowed = f"at most {MAX_FILE_BYTES // 1024**2} MiB"
        raise _refuse(path, f"{size // 1024**2} MiB", allowed, "split the table, or use Parquet")


def _read_csv(source: _Source, table: Table, problems: Problems) -> RawTable:
    text = _decode(source)
    head = text.partition("\n")[0]
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in head and "," not in head:
            advice = "export the table again with commas, or as XLSX"
            raise _refuse(source.path, f"cells between {name}", "cells between commas", advice)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _from_rows(source, _numbered(reader), problems)
    except csv.Error as error:
        place = Problem(
            file=str(source.path),
            line=reader.line_num,
            column=1,
            key="row",
            found=f"a broken row ({error})",
            allowed="cells between commas, quotes in pairs",
            advice="mend the row, or export the table again",
        )
        raise TableError((place,)) from error


def _decode(source: _Source) -> str:
    """The text of a CSV file.

    Spreadsheets in China save GBK by default, so that case is named.
    """
    path, data = source.path, source.content
    advice = 'save as "CSV UTF-8"'
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refuse(path, "UTF-16 text", "UTF-8", advice)
    if b"\0" in data:
        raise _refuse(path, "no text (zero bytes)", _FORMATS, "name a table, or mend its ending")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            data.decode("gb18030")
            found = "text that is not UTF-8 (perhaps GBK)"
        except UnicodeDecodeError:
            found = "text that is not UTF-8"
        problem = replace(file_problem(str(path), found, "UTF-8", advice), line=line)
        raise TableError((problem,)) from error


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins in; a quoted cell may hold line ends."""
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _from_rows(
    source: _Source, numbered: Iterable[tuple[int, Sequence[str | None]]], problems: Problems
) -> RawTable:
    """Cells by row to cells by column; blank rows are passed over."""
    path = source.path
    filled = ((line, row) for line, row in numbered if any(map(_visible, row)))
    header_line, first = next(filled, (1, None))
    if first is None:
        raise _refuse(path, "no row at all", "a header and rows", "export the table again")
    headers = _trimmed([cell or "" for cell in first])
    width = len(headers)
    lines: list[int] = []
    rows: list[Sequence[str | None]] = []
    for line, row in filled:
        if len(row) > width and any(map(_visible, row[width:])):
            problems.add(_too_wide(path, line, problems.named(_extra(row, width), ""), width))
        if len(lines) >= MAX_ROWS:
            raise _refuse(path, "more rows", f"at most {MAX_ROWS:,}", "split the table")
        lines.append(line)
        rows.append(row[:width] if len(row) >= width else [*row, *[None] * (width - len(row))])
    by_column = zip(*rows, strict=True) if rows else iter([()] * width)
    columns = tuple(pl.Series(values, dtype=pl.String) for values in by_column)
    line_of = np.array(lines, np.int64)
    return RawTable(str(path), tuple(headers), columns, line_of, header_line, source.content)


def _visible(cell: str | None) -> bool:
    return cell is not None and bool(cell.strip())


def _trimmed(headers: list[str]) -> list[str]:
    """Headers without the empty ones a spreadsheet leaves at the right."""
    while headers and not headers[-1].strip():
        headers = headers[:-1]
    return headers[:MAX_COLUMNS]


def _extra(row: Sequence[str | None], width: int) -> str | None:
    return next(cell for cell in row[width:] if _visible(cell))


def _too_wide(path: Path, line: int, extra: str, width: int) -> Problem:
    return Problem(
        file=str(path),
        line=line,
        column=width + 1,
        key="row",
        found=f"a cell {extra + ' ' if extra else ''}beyond the header",
        allowed=f"{width} cells",
        advice="quote cells that hold a comma, or name the column",
    )


def _read_parquet(source: _Source, table: Table, problems: Problems) -> RawTable:
    path = source.path
    try:
        frame = pl.scan_parquet(io.BytesIO(source.content), hive_partitioning=False, glob=False)
        headers = frame.collect_schema().names()
        rows = frame.select(pl.len()).collect().item()
        if rows > MAX_ROWS:
            raise _refuse(path, f"{rows:,} rows", f"at most {MAX_ROWS:,}", "split the table")
        known = {header_key(name) for c in table.columns for name in (c.name, *c.chinese)}
        wanted = [header for header in headers if header_key(header) in known]
        data = frame.select(wanted).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _refuse(path, "no readable Parquet", _FORMATS, "export the table again") from error
    blank = pl.Series([None] * rows, dtype=pl.String)
    columns = tuple(data[header] if header in wanted else blank for header in headers)
    line = np.arange(1, rows + 1)
    return RawTable(str(path), tuple(headers), columns, line, 1, source.content)


def _read_xlsx(source: _Source, table: Table, problems: Problems) -> RawTable:
    path = source.path
    _check_packing(source)
    names = {header_key(table.name), header_key(table.chinese)}
    rows = _dense_rows if _is_plain(source) else _streamed_rows
    try:
        return _from_rows(source, rows(source, names), problems)
    except TableError:
        raise
    except Exception as error:  # readers of workbooks raise anything from KeyError to ParseError
        raise _refuse(path, "no readable workbook", _FORMATS, "save it again as XLSX") from error


def _check_packing(source: _Source) -> None:
    """Measure a workbook before it is unpacked: a small file may hold gigabytes of nothing."""
    path = source.path
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as packed:
            sizes = [(item.file_size, item.compress_size) for item in packed.infolist()]
    except (zipfile.BadZipFile, OSError) as error:
        raise _refuse(path, "no XLSX workbook", _FORMATS, "save it again as XLSX") from error
    unpacked = sum(size for size, _ in sizes)
    stored = sum(size for _, size in sizes)
    bomb = unpacked > MAX_PACKING * max(stored, 1) and unpacked > 50 * 1024**2
    if unpacked > MAX_UNPACKED_BYTES or bomb:
        found = f"{unpacked // 1024**2} MiB when unpacked"
        allowed = f"at most {MAX_UNPACKED_BYTES // 1024**2} MiB, packed {MAX_PACKING} to one"
        raise _refuse(path, found, allowed, "save the table as CSV")


def _is_plain(source: _Source) -> bool:
    """Whether calamine reads the workbook as it stands, ten times faster than openpyxl.

    Calamine leaves cells with an error (#N/A) empty, and holds every cell of a sheet up to its
    last one, so that two cells far apart would fill the memory.
    """
    with zipfile.ZipFile(io.BytesIO(source.content)) as packed:
        for name in packed.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            sheet = packed.read(name)
            columns = len(max(set(_COLUMN.findall(sheet)), key=len, default=b""))
            last_row = max(map(int, _ROW.findall(sheet)), default=0)
            if _ERROR.search(sheet) or last_row * 26**columns > MAX_DENSE_CELLS:
                return False
    return True


def _dense_rows(source: _Source, names: set[str]) -> Iterator[tuple[int, list[str | None]]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(source.content))
    titles = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    sheet = book.get_sheet_by_name(_wanted(source.path, titles, names))
    for line, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield line, [_cell_text(cell) for cell in row[:MAX_COLUMNS]]


def _streamed_rows(source: _Source, names: set[str]) -> Iterator[tuple[int, list[str | None]]]:
    """Rows of a sheet as text; the size a writer states is often wrong, so it is not trusted."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)
    try:
        sheet = book[_wanted(source.path, [one.title for one in book.worksheets], names)]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        for line, row in enumerate(rows, start=1):
            if line > MAX_ROWS:
                advice = "delete the empty rows"
                raise _refuse(source.path, "more rows", f"at most {MAX_ROWS:,}", advice)
            yield line, [_cell_text(cell) for cell in row]
    finally:
        book.close()


def _wanted(path: Path, titles: Sequence[str], names: set[str]) -> str:
    """The sheet that bears the table's name, else the first."""
    if not titles:
        raise _refuse(path, "no sheet", "a sheet with the table", "export it again")
    return next((title for title in titles if header_key(title) in names), titles[0])


def _cell_text(cell: Any) -> str | None:
    """A cell as a planner sees it: 1001.0 stands for 1001, a date for its ISO form."""
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)

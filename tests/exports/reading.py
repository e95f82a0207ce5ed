"""Opens exported files again as their owner would."""

import csv
import io

import openpyxl


def csv_rows(data):
    """Return header and rows of a CSV."""
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    return header, rows


def book_of(data):
    """Return the workbook of an XLSX."""
    return openpyxl.load_workbook(io.BytesIO(data))

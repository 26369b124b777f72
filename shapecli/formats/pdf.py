"""SVG to PDF, by fpdf2."""

import logging
from datetime import UTC, datetime
from typing import BinaryIO, Final

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same input gives the same bytes


def write_pdf(stream: BinaryIO, svg: bytes) -> None:
    """Write one page with a drawing of ours; a pixel becomes a point.

    Raises:
        ModuleNotFoundError: fpdf2 is not installed.
    """
    from fpdf import FPDF
    from fpdf.svg import SVGObject

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it warns of the metadata, which it does not need
    drawing = SVGObject(svg.decode())
    page = FPDF(unit="pt", format=(drawing.width, drawing.height))
    page.set_creation_date(EPOCH)
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.add_page()
    drawing.draw_to_page(page)
    stream.write(page.output())

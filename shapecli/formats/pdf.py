"""SVG to PDF, by fpdf2."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same input gives the same bytes
BLENDING: Final = "mix-blend-mode:"
APART: Final = 1e-6  # of the way along a gradient


def write_pdf(stream: BinaryIO, svg: bytes, *, title: str | None = None, about: str | None = None) -> None:
    """Write one page with a drawing of ours, in which there are no masks; a pixel becomes a point.

    Raises:
        ModuleNotFoundError: fpdf2 is not installed.
    """
    from fpdf import FPDF
    from fpdf.drawing import ClippingPath, GraphicsContext
    from fpdf.svg import SVGObject, svg_path_converter

    class Drawn(SVGObject):  # type: ignore[misc]
        """With what it leaves out: clipped pictures, how things blend, and colours that jump."""

        def _parse_gradient_stops(self, gradient: "Element") -> Any:
            return _apart(super()._parse_gradient_stops(gradient))

        def build_clipping_path(self, shape: "Element", clip_id: str | None) -> None:
            clip = ClippingPath()
            clip.style.intersection_rule = "evenodd"
            svg_path_converter(clip, shape.attrib["d"])
            self.update_xref(clip_id, clip)

        def build_image(self, image: "Element") -> Any:
            group = GraphicsContext()
            group.add_item(super().build_image(image), clone=False)
            group.style.fill_opacity = float(image.get("opacity", 1))
            self.apply_clipping_path(group, image)
            return _blended(group, image)

        def build_path(self, path: "Element") -> Any:
            return _blended(super().build_path(path), path)

        def build_group(self, group: "Element", *rest: Any) -> Any:
            return _blended(super().build_group(group, *rest), group)

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it warns of the metadata, which it does not need
    drawing = Drawn(svg.decode())
    page = FPDF(unit="pt", format=(drawing.width, drawing.height))
    page.set_creation_date(EPOCH)
    if title:
        page.set_title(title)
    if about:
        page.set_subject(about)
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.add_page()
    drawing.draw_to_page(page)
    stream.write(page.output())


def _apart(stops: list[tuple[float, Any]]) -> list[tuple[float, Any]]:
    """The same, no two at one place, of which fpdf2 drops the first, and none grey, which it makes opaque."""
    from fpdf.drawing_primitives import DeviceGray, DeviceRGB

    places: list[float] = []
    colours: list[Any] = []
    for place, colour in stops:
        places.append(max(place, places[-1] + APART) if places else place)
        grey = isinstance(colour, DeviceGray)
        colours.append(DeviceRGB(*[colour.g] * 3, colour.a) if grey else colour)
    far = max(1.0, places[-1])
    return [(place / far, colour) for place, colour in zip(places, colours, strict=True)]


def _blended(drawn: Any, element: "Element") -> Any:
    """What is drawn of an element, blended as that says."""
    style = element.get("style", "")
    if style.startswith(BLENDING):
        drawn.style.blend_mode = style.removeprefix(BLENDING)
    return drawn

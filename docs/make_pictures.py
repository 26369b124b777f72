"""Draw docs/pictures: each region, motion and tiling of the library, the alphabet, and the guide's sheet."""

from pathlib import Path

import shapecli

FOLDER = Path(__file__).parent / "pictures" / "library"
GUIDE = Path(__file__).parent / "guide.md"
SIZE = 128
PAPER, DARK, RED, GOLD, GREEN = "#f4eddd", "#16324f", "#c9544d", "#d9a03f", "#2a8f86"
MOTIFS = f"""
background "{PAPER}"
sharpness 200
motif = disc(0.45, 0.3, 0.2) | capsule(-0.8, -0.5, 0.7, -0.5, 0.12) | capsule(-0.8, -0.5, -0.3, 0.6, 0.12)
twig = [(rotate(leaf(0.34, 0.13), 0.5)(x - 0.08, y - 0.06), "{GREEN}"), (disc(0.32, 0.1, 0.05), "{GOLD}")]
sprig = [(rotate(leaf(0.36, 0.15), 0.9)(x - 0.05, y - 0.04), "{RED}"), (disc(0.31, 0.13, 0.05), "{DARK}")]
"""

# What is drawn of each name; the window is -1.1 to 1.1 both ways.
REGIONS = {
    "disc": "disc(0, 0, 0.9)",
    "ellipse": "ellipse(0, 0, 1, 0.6)",
    "box": "box(-0.9, 0.9, -0.5, 0.5)",
    "ring": "ring(0, 0, 0.5, 0.9)",
    "strip": "strip(0.5, 0.5)",
    "halfplane": "halfplane(-1, -0.5, 1, 0.3)",
    "triangle": "triangle(-0.9, -0.7, 0.9, -0.7, 0.2, 0.9)",
    "quad": "quad(-0.9, -0.7, 0.8, -0.8, 0.5, 0.6, -0.6, 0.9)",
    "polygon": "polygon([(-0.9, -0.8), (0.9, -0.8), (0.3, 0), (0.8, 1), (0, 0.3), (-0.8, 1), (-0.2, 0)])",
    "regular": "regular(5, 0.75)",
    "capsule": "capsule(-0.7, -0.5, 0.7, 0.5, 0.25)",
    "tapered": "tapered(-0.5, -0.3, 0.7, 0.6, 0.5, 0.1)",
    "polyline": "polyline([(-0.8, -0.7), (-0.2, 0.7), (0.3, -0.4), (0.8, 0.7)], 0.13)",
    "arc": "arc(0, 0, 0.8, 0.3, 4.3, 0.15)",
    "sector": "sector(0, 0, 0.95, 0.5, 5.5)",
    "wave": "wave(1.1, 0.3, 0.08)",
    "spiral": "spiral(0.06, 0.09)",
    "hexagon": "hexagon(0, 0, 0.85)",
    "superellipse": "superellipse(0, 0, 1, 0.75, 4)",
    "star": "star(5, 1, 0.42)",
    "rose": "rose(5, 1)",
    "leaf": "leaf(2, 0.8)(x + 1, y)",
    "heart": "heart(0.75)",
    "all": "all",
}
MOVES = {
    "shift": "shift(motif, 0.25, 0.35)",
    "scale": "scale(motif, 0.5)",
    "stretch": "stretch(motif, 1.2, 0.4)",
    "rotate": "rotate(motif, 0.7)",
    "mirror": "mirror(motif)",
    "flip": "flip(motif)",
    "repeat": "repeat(scale(motif, 0.3), 0.65, 0.65)",
    "turns": "turns(capsule(0.4, 0, 0.9, 0, 0.1), 7)",
    "rosette": "rosette(disc(0.5, 0, 0.45) \\ disc(0.6, 0.1, 0.38), 7)",
    "kaleidoscope": "kaleidoscope(ring(0.75, 0.2, 0.1, 0.2) | arc(0.2, 0, 0.3, 0, 9, 0.05), 6)",
    "polar": "polar(y <= 0.6 + 0.35*cos(5x))",
    "swirl": "swirl(strip(0, 0.35) | strip(pi/2, 0.35), 2)",
    "invert": "invert(repeat(disc(0, 0, 0.7), 2, 2))",
    "bend": "bend(repeat(disc(0, 0, 0.17), 0.5, 9) | abs(y - 0.3) <= 0.05, tau/5.5)(x, y + 0.875)",
    "offset": "offset(motif, 0.12)",
    "outline": "outline(motif, 0.05)",
    "both": "both(shift(scale(motif, 0.5), 0.55, 0))",
    "twice": "twice(shift(scale(motif, 0.5), 0.4, 0.5))",
    "quarters": "quarters(shift(scale(motif, 0.5), 0.5, 0.4))",
}
POINTS = {
    "hexagonal": "union(hexagon(a, b, 0.13) for (a, b) in hexagonal(3, 0.31))",
    "phyllotaxis": "union(disc(a, b, 0.015 + 0.05*hypot(a, b)) for (a, b) in phyllotaxis(150, 0.08))",
}
TILES = ("tiles", "centred", "honeycomb", "row")
WALLPAPERS = [
    "p1",
    "p2",
    "pm",
    "pg",
    "cm",
    "pmm",
    "pmg",
    "pgg",
    "cmm",
    "p4",
    "p4m",
    "p4g",
    "p3",
    "p3m1",
    "p31m",
    "p6",
    "p6m",
]
FRIEZES = ["p111", "p11g", "p1m1", "p211", "p2mg", "p11m", "p2mm"]


LETTERS = [  # with their colours
    (DARK, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), (DARK, "abcdefghijklmnopqrstuvwxyz"),
    (DARK, "0123456789 ßæœøðþłđ ÆŒØÐÞŁẞ"), (RED, ".,:;…!?¡¿'‘’“”„‹›«»()[]{}/|\\ -–—_·•^`"),
    (RED, "&@#%*°§©$€£¥¢ +−×÷=≠<>≤≥±∞~"), (GREEN, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"),
    (GREEN, "αβγδεζηθικλμνξοπρσςτυφχψω →←"),
]  # fmt: skip
ALPHABET = "\n".join(
    [f'background "{PAPER}"', "window -0.7, 20.7, -11, 1.9"]
    + [f'draw text("{row}", 0, {0 - 1.63 * k:g}, 1) fill "{shade}"' for k, (shade, row) in enumerate(LETTERS)]
)


def calls() -> dict[str, str]:
    """What the reference says of each picture, by name."""
    tiles = {name: f"{name}(R)" for name in TILES}
    walls = {name: f"wallpaper(R, {name})" for name in WALLPAPERS}
    return REGIONS | MOVES | POINTS | tiles | walls | {name: f"frieze(R, {name})" for name in FRIEZES}


def text_of(name: str) -> str:
    """The figure of a picture."""
    shades = (GREEN, RED, DARK, GOLD)
    if name in REGIONS or name in MOVES or name in POINTS:
        shade = shades[[*REGIONS, *MOVES, *POINTS].index(name) % 4]
        ghost = f'draw motif fill "{DARK}" opacity 0.15\n' if "(motif" in calls()[name] else ""
        return f'{MOTIFS}window -1.1, 1.1, -1.1, 1.1\n{ghost}draw {calls()[name]} fill "{shade}"\n'
    is_row = name == "row" or name in FRIEZES
    height = 0.6 if is_row else 1.25
    motif = "twig" if (WALLPAPERS + FRIEZES + list(TILES)).index(name) % 2 else "sprig"
    call = calls()[name].replace("(R", "(part")
    window = f"window -1.25, 1.25, {-height}, {height}"
    return f"{MOTIFS}{window}\ndraw {call} fill tone for (part, tone) in {motif}\n"


def sections() -> str:
    """The pictures with their calls, as Markdown."""
    parts = []
    for heading, names in (
        ("Regions", REGIONS),
        ("Moving a region, here one of a disc and two capsules", MOVES),
        ("Points", POINTS),
        ("Tilings: motifs off the middle of their cell, a leaf and a berry", (*TILES, *WALLPAPERS)),
        ("Friezes", FRIEZES),
    ):
        shown = [f"![{name}](pictures/library/{name}.png)<br>`{_cell(calls()[name])}`" for name in names]
        rows = [shown[start : start + 4] for start in range(0, len(shown), 4)]
        lines = [" | ".join(["", *row, *[" "] * (4 - len(row)), ""]).strip() for row in rows]
        parts.append(f"**{heading}**\n\n" + "\n".join(["| | | | |", "|---|---|---|---|", *lines]) + "\n")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def sheet() -> str:
    """The figure of the guide that is on paper."""
    blocks = GUIDE.read_text("utf-8").split("```\n")
    return next(block for block in blocks if block.startswith("size A5"))


if __name__ == "__main__":
    shapecli.parse(sheet()).render(dpi=110.0).quantize(64).save(FOLDER.parent / "plotter.png", optimize=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    letters = shapecli.parse(ALPHABET).render(size=(1070, 645)).convert("RGB")
    letters.quantize(32).save(FOLDER.parent / "letters.png", optimize=True)
    for name in calls():
        height = SIZE * 12 // 25 if name == "row" or name in FRIEZES else SIZE
        picture = shapecli.parse(text_of(name)).render(size=(SIZE, height))
        picture.convert("RGB").quantize(32).save(
            FOLDER / f"{name}.png", optimize=True
        )  # a third of the bytes

"""Colours that vary: each pixel against a computation of its own; and words that say how layers are drawn."""

import colorsys
import math
from pathlib import Path

import numpy as np
import pytest
from cmap import Colormap
from numpy.typing import NDArray

import shapecli
from shapecli.base.colours import encoded
from shapecli.base.source import ShapeError
from shapecli.drawing.film import morph_frames
from shapecli.drawing.settings import Settings
from shapecli.language.syntax import Colour
from tests.commands.run import run

SIZE = 64
HALF = 1 / SIZE


def shown(colour: str, *rest: str, **settings: object) -> NDArray[np.int64]:
    """The pixels of a plane of that colour, from 0 to 1 in both directions: [row, column, channel]."""
    text = "\n".join(["window 0, 1, 0, 1", *rest, f"draw all fill {colour}"])
    return np.asarray(shapecli.parse(text).render(size=SIZE, **settings)).astype(int)


def sides() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X and y at the centres of pixels."""
    middle = (np.arange(SIZE) + 0.5) / SIZE
    return np.meshgrid(middle, middle[::-1])


def number(light: float) -> float:
    """A number of sRGB, not rounded, of an amount of light (IEC 61966-2-1)."""
    light = min(1.0, max(0.0, light))
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def to_light(share: float) -> float:
    """Its inverse, of a share."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def oklab(lightness: float, a: float, b: float) -> list[float]:
    """OKLab to linear sRGB (https://bottosson.github.io/posts/oklab/), on its own."""
    cones = np.array([
        [1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480],
    ]) @ [lightness, a, b]  # fmt: skip
    matrix = np.array([
        [4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ])  # fmt: skip
    return [float(part) for part in matrix @ cones**3]


def lab_of(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """SRGB to OKLab, by solving for it."""
    light = [to_light(channel / 255) for channel in colour]
    unit = np.array([oklab_cones(row) for row in np.eye(3)]).T
    return np.array(
        np.linalg.solve(
            np.array([
                [1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
                [1, -0.0894841775, -1.2914855480],
            ]),
            np.cbrt(unit @ light),
        )
    )  # fmt: skip


def oklab_cones(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cone responses to light."""
    return np.linalg.inv(np.array([
        [4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ])) @ light  # fmt: skip


def expected(rule: object) -> NDArray[np.float64]:
    """Numbers of sRGB of a rule from (x, y) to light."""
    x, y = sides()
    return np.array([
        [[number(part) for part in rule(x[row, column], y[row, column])] for column in range(SIZE)]  # type: ignore[operator]
        for row in range(SIZE)
    ])  # fmt: skip


GOLD, NAVY = (255, 215, 0), (0, 0, 128)
RULES = [
    ("rgb(x, y, 0.5)", lambda x, y: map(to_light, (x, y, 0.5))),
    ("hsl(x, 0.7, y)", lambda x, y: map(to_light, colorsys.hls_to_rgb(x, y, 0.7))),
    ("oklch(y, 0.1, 6*x)", lambda x, y: oklab(y, 0.1 * math.cos(6 * x), 0.1 * math.sin(6 * x))),
    ("mix(gold, navy, x)", lambda x, _: [
        to_light(a / 255) + (to_light(b / 255) - to_light(a / 255)) * x
        for a, b in zip(GOLD, NAVY, strict=True)]),
    ("ramp([gold, navy], x)", lambda x, _: oklab(*(lab_of(GOLD) + (lab_of(NAVY) - lab_of(GOLD)) * x))),
    ("ramp([(0, gold), (0.25, navy), (1, gold)], y)", lambda _, y: oklab(
        *(lab_of(GOLD) + (lab_of(NAVY) - lab_of(GOLD)) * (4 * y if y < 0.25 else (1 - y) / 0.75)))),
    ("0.5*rgb(x, x, x)", lambda x, _: [0.5 * to_light(x)] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("colour", "rule"), RULES, ids=[colour for colour, _ in RULES])
def test_colours_are_those_of_an_independent_computation(colour: str, rule: object) -> None:
    """Each pixel is one of the two nearest numbers, and together they are right."""
    wanted, found = expected(rule), shown(colour)
    assert np.abs(found - wanted).max() <= 1.01
    for channel in range(3):
        assert abs((found - wanted)[..., channel].mean()) < 0.05


@pytest.mark.parametrize("name", ["viridis", "magma", "vik", "jet", "gray", "twilight"])
def test_colour_maps_are_those_of_the_library(name: str) -> None:
    """To a step of 8 bits, of which dithering takes half."""
    x, _ = sides()
    places = np.linspace(0, 1, 256)
    table = np.asarray(Colormap(name)(places))[:, :3] * 255
    wanted = np.stack([np.interp(x, places, table[:, channel]) for channel in range(3)], axis=2)
    assert np.abs(shown(f"{name}(x)") - wanted).max() <= 2.0


@pytest.mark.parametrize(("row", "column"), [(3, 5), (SIZE - 9, SIZE - 6), (30, 2)])
def test_a_colour_is_the_same_wherever_it_is_seen(row: int, column: int) -> None:
    """It is computed around what a layer covers, and not on the whole plane."""
    colour = "if(disc(0.5, 0.5, 0.4), viridis(x*y), hsl(90*y, 1, x))"
    x, y = (column + 2) / SIZE, 1 - (row + 2) / SIZE
    text = f"window 0, 1, 0, 1\nsharp\ndraw max(abs(x - {x}), abs(y - {y})) <= {2 * HALF} fill {colour}"
    part = np.asarray(shapecli.parse(text).render(size=SIZE)).astype(int)
    expected = np.full_like(part, 255)
    expected[row : row + 4, column : column + 4] = shown(colour)[row : row + 4, column : column + 4]
    assert (part == expected).all()


def test_a_slow_gradient_has_no_bands() -> None:
    """Over one step of 8 bits, the share of brighter pixels grows evenly."""
    found = shown("rgb(0.5 + x/255, 0.5 + x/255, 0.5 + x/255)")[..., 0]
    left, right = found[:, : SIZE // 2].mean(), found[:, SIZE // 2 :].mean()
    assert right - left == pytest.approx(0.5, abs=0.1)
    assert len(np.unique(found)) == 2 or len(np.unique(found)) == 3


def test_plain_colours_are_exact_beside_gradients() -> None:
    """Dithering leaves what eight bits have."""
    text = 'window 0, 1, 0, 1\ndraw x <= 2 fill viridis(x)\ndraw y <= 0.5 fill "#e4572e"'
    pixels = np.asarray(shapecli.parse(text).render(size=SIZE))
    assert {tuple(each) for each in pixels[-8:].reshape(-1, 3)} == {(0xE4, 0x57, 0x2E)}


def test_a_region_that_decides_has_a_smooth_edge() -> None:
    """The same edge as that of a layer."""
    chosen = shown("if(disc(0.5, 0.5, 0.3), gold, navy)")
    text = "window 0, 1, 0, 1\ndraw all fill navy\ndraw disc(0.5, 0.5, 0.3) fill gold"
    layered = np.asarray(shapecli.parse(text).render(size=SIZE)).astype(int)
    assert np.abs(chosen - layered).max() <= 1


def test_undefined_colours_are_transparent_and_others_are_clipped() -> None:
    """Whatever a formula gives."""
    found = shown("rgb(ln(x - 0.5), 1, 1)", "background gold")
    assert (found[:, : SIZE // 2 - 1] == GOLD).all()
    assert (shown("rgb(-3, 7, 1/0)") == (0, 255, 255)).all()
    for colour in ("rgb(0/0, 1, 1)", "red/0", "viridis(0/0)", "mix(red, gold, 0/0)"):
        assert (shown(colour, "background gold") == GOLD).all()


def test_a_seed_is_known_before_the_background() -> None:
    """What chance gives a background, it gives a layer."""
    for seed in range(4):
        lines = f"seed {seed}\nwindow 0, 1, 0, 1\nc = rgb(random(1), random(2), random(3))"
        pictures = [
            np.asarray(shapecli.parse(f"{lines}\n{rest}").render(size=8))
            for rest in ("background c\ndraw x <= -9", "draw all fill c")
        ]
        assert np.array_equal(pictures[0], pictures[1])


@pytest.mark.parametrize(
    "text",
    ["draw x <= 0 soft 1", "draw x <= 0 glow 1",
     "\n".join(["C0 = mix(red, gold, x)", *(f"C{k} = if(x <= {k}, C{k - 1}, if(y <= {k}, C{k - 1}, teal))"
                for k in range(1, 15)), "draw x <= 0 fill C14"]),
     "draw x <= 0 fill sum(sin(k*x) for k in 1..9999)*red",
     "draw x <= 0 shadow 1, 1, 1", "draw x <= 0 blend multiply"],
)  # fmt: skip
def test_pages_refuse_what_they_cannot_show(text: str, tmp_path: Path) -> None:
    """In one message, and leave no file."""
    (tmp_path / "a.shape").write_text(text)
    ended = run("page", "a.shape", "-o", "a.html", folder=tmp_path)
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert not (tmp_path / "a.html").exists()


def test_opacity_may_vary() -> None:
    """Of a fill, in linear light."""
    wanted = expected(lambda x, _: [1 - x] * 3)
    assert np.abs(shown("black opacity x") - wanted).max() <= 1.01


def test_layers_that_are_clipped_together_let_nothing_through() -> None:
    """A black layer under an equal white one does not show at the edge of the clip."""
    for count in (1, 15, 16, 17, 40):
        black = "draw all fill black\n" * count
        text = f"window 0, 1, 0, 1\nclip disc(0.5, 0.5, 0.3)\n{black}draw all fill white"
        assert (np.asarray(shapecli.parse(text).render(size=SIZE)) == 255).all()


@pytest.mark.parametrize(
    ("under", "above", "hides"),
    [("A", "A", True), ("A & x <= 0.5", "A", True), ("A", "A | y <= 0.4", True), ("A | y <= 0.4", "A", False),
     ("A", "A opacity 0.9", False), ("A", "A soft 0.1", False), ("A glow 0.1, red", "A", False),
     ("A", "A fill faded(white, x)", False),
     ("A", "A fill rgb(sqrt(x - 0.5), 0, 0)", False), ("A", "A fill mix(red, gold, x)", True)],
)  # fmt: skip
def test_what_lies_wholly_under_a_later_layer_leaves_no_rim(under: str, above: str, hides: bool) -> None:
    """The picture is that without it, to the last bit; but where something of it is to be seen."""
    under, above = (
        f"draw {part}" if "fill" in part else f"draw {part} fill white" for part in (under, above)
    )
    text = "window 0, 1, 0, 1\nbackground black\nA = disc(0.5, 0.5, 0.3)\n"
    both, alone = (
        shapecli.parse(text + part).render(size=40).tobytes() for part in (f"{under}\n{above}", above)
    )
    assert (both == alone) is hides


@pytest.mark.parametrize(
    "halves",
    ["draw A & H;draw A \\ H", "draw A \\ H opacity 1;draw A & H", "draw A & x <= y;draw A & y < x",
     "draw A & x <= 0.45;draw A & x >= 0.45 & ~H;draw A & x >= 0.45 & H",
     "draw A & x <= 0;draw A & k < x <= k + 0.05 for k in 0..0.95 step 0.05;draw A & x > 1"],
)  # fmt: skip
def test_no_seam_shows_where_layers_meet(halves: str) -> None:
    """Parts of a region in its colour are the region, but for rounding; likewise inside of a clip."""
    text = "window 0, 1, 0, 1\nsharp\nbackground black\nA = disc(0.5, 0.5, 0.3)\nH = x + 3*y <= 2\n"
    for clip in ("", "clip y <= x + 0.3\n"):
        whole, parts = (
            np.array(shapecli.parse(text + clip + layers).render(size=61, fill="gold"), int)
            for layers in ("draw A", halves)
        )
        assert np.abs(whole - parts).max() <= 4


def test_a_stroke_does_not_follow_what_clips_it() -> None:
    """Half a circle, and no line where it was cut."""
    text = "window -1, 1, -1, 1\nclip x <= 0\ndraw disc(0, 0, 0.5) fill white stroke red 6"
    pixels = np.asarray(shapecli.parse(text).render(size=SIZE))
    assert (pixels[SIZE // 2, SIZE // 2 - 6 : SIZE // 2 + 6] == 255).all()
    assert tuple(pixels[SIZE // 2, SIZE // 4]) == (255, 0, 0)


@pytest.mark.parametrize(
    ("blend", "rule"),
    [("multiply", lambda a, b: a * b), ("screen", lambda a, b: a + b - a * b), ("darken", min),
     ("lighten", max)],
)  # fmt: skip
def test_blends_mix_light(blend: str, rule: object) -> None:
    """Over what is below, as the names say."""
    found = shown(f'"#804020" blend {blend}', 'background "#6090c0"')[3, 3]
    pairs = zip((0x60, 0x90, 0xC0), (0x80, 0x40, 0x20), strict=True)
    wanted = [encoded(rule(to_light(a / 255), to_light(b / 255))) for a, b in pairs]  # type: ignore[operator]
    assert np.abs(found - wanted).max() <= 1


def test_layers_that_overlap_by_little_are_not_side_by_side() -> None:
    """A billionth is the whole picture here: the later layer lies on top."""
    figure = shapecli.parse("draw x <= 1.0000000009 fill red\ndraw x >= 1 fill blue")
    picture = np.asarray(figure.render(size=(20, 20), window=(1, 1.0000000008, 0, 1), stretch=True))
    assert (picture[:, 1:] == (0, 0, 255)).all()


def test_four_quarters_leave_no_hole_where_they_meet() -> None:
    """Their shares of a pixel, each rounded, are more than 255 together."""
    quarters = (f"draw x {a} 0 & y {b} 0 fill blue" for a in ("<=", ">") for b in ("<=", ">"))
    figure = shapecli.parse("background transparent\nsharp\n" + "\n".join(quarters))
    picture = np.asarray(figure.render(size=41))
    assert (picture[..., 3] >= 253).all()


def test_soft_edges_have_the_width_that_is_asked_for() -> None:
    """Whatever the gradient of f is: full inside of it, half on the boundary, nothing beyond."""
    for field in ("x", "9*x"):
        text = f"window -1, 1, -1, 1\ndraw {field} <= 0 soft 0.5"
        row = np.asarray(shapecli.parse(text).render(size=201))[100, :, 0]
        middle = np.array([to_light(share / 255) for share in row.tolist()])
        assert (row[:74] == 0).all()
        assert (row[127:] == 255).all()
        assert middle[100] == pytest.approx(0.5, abs=0.02)


def test_glows_and_shadows_lie_under_their_layer() -> None:
    """A shadow where the layer was moved to; a glow all around."""
    text = "window -1, 1, -1, 1\nbackground white\ndraw disc(0, 0, 0.3) fill red shadow 0.4, 0, 0.1, black"
    pixels = np.asarray(shapecli.parse(text).render(size=200))
    assert tuple(pixels[100, 100]) == (255, 0, 0)
    assert tuple(pixels[100, 160]) == (0, 0, 0)
    assert tuple(pixels[100, 40]) == (255, 255, 255)
    glow = np.asarray(
        shapecli.parse(text.replace("shadow 0.4, 0, 0.1, black", "glow 0.3, blue")).render(size=200)
    )
    assert tuple(glow[100, 100]) == (255, 0, 0)
    assert glow[100, 60, 2] == 255 > glow[100, 60, 0] > glow[100, 68, 0]


def test_there_is_no_shadow_where_the_undefined_begins() -> None:
    """The level leaps from a number to infinity there, far from the region."""
    text = "window -1, 2, -1, 1\ndraw |y| <= 0.3*sqrt(x) & x <= 1 fill red shadow 0, 0, 0.2, black"
    pixels = np.asarray(shapecli.parse(text).render(size=(150, 100)))
    assert (pixels[:25, :60] == 255).all()
    assert (pixels[75:, :60] == 255).all()


@pytest.mark.parametrize(
    "figure",
    [
        "repeat(disc(0.3, 0, 0.2), 1, 1)",
        "floor(x) <= 0",
        "if(x > 1, x^2 + 4, 3 - x) <= 1",
        "floor(x) + y/9 <= 1",
    ],
)  # fmt: skip
def test_no_light_where_a_field_jumps_and_nothing_ends(figure: str) -> None:
    """A glow is next to a boundary, and a jump on one side of 0 is none."""
    text = f"window -4, 4, -1, 1\ndraw {figure} fill red glow 0.1, blue"
    pixels = np.asarray(shapecli.parse(text).render(size=(400, 100)))
    inside = shapecli.parse(f"window -4, 4, -1, 1\ndraw {figure}").field(size=(400, 100)) <= 0
    near = inside.copy()
    for _ in range(8):  # 0.16 of the plane
        near[:, 1:] |= near[:, :-1].copy()
        near[:, :-1] |= near[:, 1:].copy()
        near[1:] |= near[:-1].copy()
        near[:-1] |= near[1:].copy()
    assert (pixels[~near] == 255).all()


@pytest.mark.parametrize("words", ["glow 0.1", "soft 0.1", "fill viridis(x)", "shadow 0.1, 0.1, 0.1"])
def test_all_that_is_painted_counts_for_the_limit(words: str) -> None:
    """Of many layers together, and the limit is told as it was given."""
    figure = shapecli.parse(f"draw disc(k/33, 0, 1) {words} for k in 1..33")
    figure.render(size=64)
    with pytest.raises(ShapeError) as problem:
        figure.render(size=64, limit_work=0.5e6)
    assert "the limit of 0.0005 billion" in problem.value.message


@pytest.mark.parametrize("words", ["soft 0.2", "glow 0.2", "blend multiply", "fill viridis(x)"])
def test_a_morph_refuses_what_it_cannot_show(words: str) -> None:
    """In place of pictures that jump."""
    figures = [shapecli.parse(f"draw disc(0, 0, {r}) {words}") for r in (1, 2)]
    with pytest.raises(ShapeError):
        list(morph_frames(figures[0], figures[1], Settings(size=8), (0.0, 0.5, 1.0)))


def test_many_layers_are_painted_a_few_at_a_time() -> None:
    """As they are all at once: to a step, since light is kept in between."""
    discs = "".join(
        f"draw disc(0.02*{k}, 0.5, 0.3) fill hsl({k}/40, 0.8, 0.5) opacity 0.7\n" for k in range(40)
    )
    many = np.asarray(shapecli.parse(f"window 0, 1, 0, 1\n{discs}").render(size=SIZE)).astype(int)
    light = np.ones((SIZE, SIZE, 3))
    x, y = sides()
    for k in range(40):
        inside = np.hypot(x - 0.02 * k, y - 0.5) <= 0.3
        colour = [to_light(part) for part in colorsys.hls_to_rgb(k / 40, 0.5, 0.8)]
        light[inside] += 0.7 * (colour - light[inside])
    wanted = np.vectorize(number)(light)
    far = np.median(np.abs(many - wanted))
    assert far <= 1


MISTAKES = [
    ("draw x <= 1 fill gld", "unknown colour gld"), ("draw x <= 1 fill x", "unknown colour x"),
    ("draw x <= 1 fill viridas(x)", "unknown function viridas"), ("draw red <= 1", "needs a number"),
    ("draw x <= 1 soft 0", "a width is a finite number"), ("draw x <= 1 soft x", "soft needs a number"),
    ("draw x <= 1 glow 0.1, 2", "needs a colour"), ("draw x <= 1 shadow 1, 2", "shadow takes other things"),
    ("draw x <= 1 blend burn", "there is no blend burn"),
    ("draw x = 1 glow 0.1", "a curve has no inside for glow"),
    ("draw x <= 1 fill red fill red", "fill is given twice"),
    ("draw x <= 1 fill ramp([red], x)", "two colours"),
    ("draw x <= 1 fill ramp([(1, red), (0, red)], x)", "ascend"),
    ("draw x <= 1 fill 2/red", "needs a number"),
    ("draw x <= 1 fill red + 1", "needs a colour"), ("clip 3\ndraw x <= 1", "clip needs a region"),
    ("draw x <= 1 opacity 2", "an opacity is a number from 0 to 1"),
    ("draw x <= 1 shadow 1e18, 0, 1", "a shadow moved by 1e+18, 0 is further"),
    ("draw x <= 1 shadow 0, 1/0, 1", "a shadow is moved by finite numbers"),
    ("draw x <= 1 width 0", "a stroke is up to"), ("draw x <= 1 fill if(x < 0, red, 1)", "needs a colour"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[text for text, _ in MISTAKES])
def test_mistakes_are_told(text: str, message: str) -> None:
    """In one message."""
    with pytest.raises(ShapeError) as problem:
        shapecli.parse(text).render(size=8)
    assert message in problem.value.message


def test_what_a_number_may_depend_on_is_told() -> None:
    """And how a stroke is given a width that is no plain number."""
    for text, hint in (
        (
            "param p = 1\ndraw x <= 1 soft p",
            "only opacities and colours may vary; numbers may come from a loop",
        ),
        ("draw x <= k stroke red 2*k + 1 for k in 1..3", "write stroke COLOUR width W"),
    ):
        with pytest.raises(ShapeError) as problem:
            shapecli.parse(text)
        assert (problem.value.hint or "").startswith(hint)


def test_a_colour_of_numbers_is_one_colour() -> None:
    """As it is where it varies, to a step of eight bits; a thousand are no larger than a thousand others."""
    for call in ("viridis(K)", "ramp([red, gold, navy], K)", "hsl(K, 0.8, 0.5)"):
        for number in (-0.2, 0, 0.37, 0.5, 0.93, 1, 3):
            alone = shapecli.parse(f"draw all fill {call.replace('K', str(number))}")
            assert isinstance(alone.layers[0].look.fill, Colour)
            varying = shapecli.parse(f"draw all fill {call.replace('K', f'{number} + 0*x')}")
            ours, theirs = (np.asarray(one.render(size=2).convert("RGB"), int) for one in (alone, varying))
            assert abs(ours - theirs).max() <= 1
    loop = "draw disc(k/500 - 1, 0, 0.1) fill viridis(k/1000) for k in 1..1000"
    assert len(shapecli.parse(loop, limit_operations=60_000).layers) == 1000


def test_hues_turn_however_large_they_are() -> None:
    """A whole number of turns is none."""
    colours = [
        shapecli.parse(f"draw all fill hsl({hue}, 1, 0.5)").layers[0].look.fill for hue in ("1e300", "0")
    ]
    assert [getattr(colour, "text", "") for colour in colours] == ["#ff0000ff"] * 2


def test_a_stroke_may_go_with_a_fill_that_varies() -> None:
    """In its own colour, or without one in that of the fill."""
    text = "window -1, 1, -1, 1\ndraw x <= 0 fill viridis(y/2 + 0.5) stroke red 9"
    pixels = np.asarray(shapecli.parse(text).render(size=SIZE).convert("RGB"))
    assert (pixels[:, SIZE // 2] == (255, 0, 0)).all()
    assert len({tuple(pixel) for pixel in pixels[:, 4].tolist()}) > SIZE // 3


@pytest.mark.parametrize("other", ["if(y <= {k}/99, C{before}, teal)", "teal"])
def test_choices_cost_what_they_are_however_often_they_are_used(other: str) -> None:
    """A thousand in one another, each of which may be in two places: as many lights, and no deep stack."""
    lines = [f"C{k} = if(x <= {k}/99, C{k - 1}, {other.format(k=k, before=k - 1)})" for k in range(1, 1201)]
    text = "\n".join(["window 0, 1, 0, 1", "C0 = mix(red, gold, x)", *lines, "draw all fill C1200"])
    pixels = np.asarray(shapecli.parse(text).render(size=4))
    assert (pixels == np.asarray(shapecli.parse("window 0, 1, 0, 1\ndraw all fill teal").render(size=4)))[
        3, 3
    ].all()

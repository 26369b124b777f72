"""Shaders run by a browser that has no window: the compiler and the arithmetic that pages will meet."""

import base64
import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.source import ShapeError
from shapecli.engine.view import View

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET: Final = (
    "--headless", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE: Final = 120.0  # seconds
ANSWER: Final = "<body>shapecli:(.*):"

PAGE: Final = Path(__file__).parent / "templates" / "shader.html"


def run_shader(shader: str, uniforms: Mapping[str, float], view: View) -> NDArray[np.float64]:
    """What the function `field` of a shader gives at the pixel centres of a view: float64[height, width].

    Raises:
        ShapeError: there is no browser, or it refuses the shader.
    """
    browser = next(filter(None, map(shutil.which, (*NAMES, *PLACES))), None)
    if browser is None:
        hint = "install Chromium, such as with apt-get install chromium"
        raise ShapeError("--verify runs GLSL in a browser, and there is none", hint=hint)
    window = view.window
    task = {
        "width": view.width, "height": view.height, "window": [window.x0, window.y0, window.x1, window.y1],
        "uniforms": dict(uniforms), "shader": shader,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "page.html"
        text = json.dumps(task).replace("<", "\\u003c")
        page.write_text(PAGE.read_text("utf-8").replace("/* TASK */", text), "utf-8")
        rights = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # root has no other way
        command = [browser, *QUIET, *rights, f"--user-data-dir={folder}/profile", "--dump-dom", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            message = f"the browser did not finish in {PATIENCE:g} s"
            raise ShapeError(message, hint="try a smaller <size>") from None
    match = re.search(ANSWER, done.stdout.decode("utf-8", "replace"), re.DOTALL)
    answer = match[1] if match else "!it gave no answer"
    if answer.startswith("!"):
        said = " ".join(html.unescape(answer[1:]).replace("\0", "").split())
        raise ShapeError(f"the browser could not run the shader: {said}")
    bits = np.frombuffer(base64.b64decode(answer), "<f4").reshape(view.height, view.width)
    return bits[::-1].astype(np.float64)

"""Draw every example with the real command, and write the index: `make gallery`."""

import subprocess
import sys
from pathlib import Path

import shapecli

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
COLUMNS = 3


def main() -> None:
    """Pictures of 600 pixels, and README.md with all of them."""
    cells = []
    for figure in sorted(EXAMPLES.glob("*.shape")):
        picture = HERE / f"{figure.stem}.png"
        command = [sys.executable, "-m", "shapecli", "render", f"examples/{figure.name}", "--size", "600"]
        subprocess.run([*command, "-o", str(picture)], cwd=HERE.parent, check=True)
        title = shapecli.load(figure).title or figure.stem
        cells.append(
            f'<td width="33%" align="center"><a href="../examples/{figure.name}">'
            f'<img src="{picture.name}" alt="{title}"></a><br>{title}</td>'
        )
    rows = [cells[i : i + COLUMNS] for i in range(0, len(cells), COLUMNS)]
    table = "\n".join("<tr>\n" + "\n".join(row) + "\n</tr>" for row in rows)
    text = "# Gallery\n\nEvery example, drawn by `make gallery`. A picture leads to its source.\n\n"
    (HERE / "README.md").write_text(f"{text}<table>\n{table}\n</table>\n", "utf-8")


if __name__ == "__main__":
    main()

"""`shapecli import`: a figure in another notation becomes a text of ours."""

import click

from shapecli.base.source import decode
from shapecli.commands import options
from shapecli.commands.inputs import STDIN, read_text
from shapecli.commands.request import Request, requested
from shapecli.notations.reading.read import NOTATIONS, read_foreign


@click.command("import")
@click.argument("figure", required=False, metavar="[FILE]")
@click.option("-e", "--expression", "text", metavar="TEXT", help="Read this text instead of a file.")
@options.output(
    "Where to write; - is stdout.  [default: the file's name with .shape, in this folder]", "FIGURE"
)
@click.option(
    "--from", "notation", type=click.Choice(list(NOTATIONS)), help="Instead of what FILE looks like."
)
@options.overwriting("FIGURE")
@options.limit_operations
@options.quiet()
@requested
def import_(request: Request, text: str | None, notation: str | None) -> None:
    """Write a figure that is in another notation as a figure of shapecli.

    \b
    shapecli import heart.txt                        # expressions copied from Desmos, one a line
    shapecli import -e 'y\\le\\sin x' -o wave.shape
    shapecli import -e 'x^2 + y^2 <= 1' -o -
    shapecli import model.vm -o model.shape          # a model of libfive or fidget

    FILE (- for stdin) holds LaTeX as Desmos copies it, plain inequalities and equations, or the lines of
    a .vm model; what it looks like decides, unless --from does.
    """  # noqa: D301 - Click keeps lines after a real \b
    file = request.figure
    if (file is None) == (text is None):
        raise click.UsageError("give a FILE, or a text with -e" + (", not both" if file else ""))
    target, _ = request.target(("shape",), request.output and "shape", is_text=True)
    source = (
        decode("-e", text.encode("utf-8", "surrogatepass")) if text is not None
        else read_text(file or STDIN, request.limit_operations)
    )  # fmt: skip
    request.write(target, read_foreign(source, notation, request.limit_operations))

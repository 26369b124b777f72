"""`shapecli import`: a figure in another notation becomes a text of ours."""

import click

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import decode, visible
from shapecli.commands.inputs import STDIN, read_text
from shapecli.commands.output import STDOUT, check_target, opened, speaker, target_of
from shapecli.notations.reading.read import NOTATIONS, read_foreign


@click.command("import")
@click.argument("file", required=False)
@click.option("-e", "--expression", metavar="TEXT", help="Read this text instead of a file.")
@click.option(
    "-o",
    "--output",
    metavar="FIGURE",
    help="Where to write; - is stdout.  [default: the file's name with .shape, in this folder]",
)
@click.option(
    "--from", "notation", type=click.Choice(list(NOTATIONS)), help="Instead of what FILE looks like."
)
@click.option(
    "--force/--no-force", default=True, help="Overwrite an existing FIGURE, the default, or refuse to."
)
@click.option(
    "--limit-operations",
    type=click.IntRange(1),
    default=LIMIT_OPERATIONS,
    show_default=True,
    help="Refuse larger figures.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def import_(
    file: str | None,
    expression: str | None,
    output: str | None,
    notation: str | None,
    force: bool,
    limit_operations: int,
    quiet: bool,
) -> None:
    r"""Write a figure that is in another notation as a figure of shapecli.

    \b
    shapecli import heart.txt                        # expressions copied from Desmos, one a line
    shapecli import -e 'y\le\sin x' -o wave.shape
    shapecli import -e 'x^2 + y^2 <= 1' -o -
    shapecli import model.vm -o model.shape          # a model of libfive or fidget

    FILE (- for stdin) holds LaTeX as Desmos copies it, plain inequalities and equations, or the lines of
    a .vm model; what it looks like decides, unless --from does.
    """
    if (file is None) == (expression is None):
        raise click.UsageError("give a FILE, or a text with -e" + (", not both" if file else ""))
    target, _ = target_of(file, output, None if output is None else "shape", ("shape",))
    check_target(target, file, force, is_text=True)
    source = (
        decode("-e", expression.encode("utf-8", "surrogatepass")) if expression is not None
        else read_text(file or STDIN, limit_operations)
    )  # fmt: skip
    text = read_foreign(source, notation, limit_operations).text()
    with opened(target) as stream:
        stream.write(text.encode("utf-8"))
    if target != STDOUT:
        speaker(quiet)(f"wrote {visible(target)}")

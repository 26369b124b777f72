"""`shapecli cache`: what is kept for this machine."""

import json

import click

from shapecli.base.cachefolder import folder, is_whole, kept_files
from shapecli.base.source import visible

ACTIONS = ("show", "fill", "clear")


@click.command()
@click.argument("action", type=click.Choice(ACTIONS), default=ACTIONS[0])
@click.option("--json", "as_json", is_flag=True, help="Print what is kept as JSON.")
def cache(action: str, as_json: bool) -> None:
    """Show, fill or clear the folder of compiled kernels.

    The first picture on a machine compiles the kernels, which takes some seconds, and keeps them here; so
    does fill.  Whatever is missing or damaged is made again.  SHAPECLI_CACHE_DIR names another folder.

    \b
    shapecli cache
    shapecli cache fill
    shapecli cache clear
    """  # noqa: D301 - Click keeps lines after a real \b
    from shapecli.engine.machine import kernels_name, machine

    if action == "clear":
        for path in kept_files():
            path.unlink(missing_ok=True)
    elif action == "fill":
        machine(lambda text: click.echo(text, err=True))
    current = kernels_name()
    files = [
        {
            "name": path.name,
            "bytes": path.stat().st_size,
            "state": (
                "damaged" if not is_whole(path)
                else "old" if path.name.startswith("kernels-") and path.name != current
                else "in use"
            ),
        }
        for path in kept_files()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"folder": str(folder()), "files": files}))
        return
    click.echo(f"{visible(str(folder()))}{'' if files else ' is empty'}")
    for file in files:
        click.echo(f"  {file['name']}  {file['bytes']:,} bytes, {file['state']}")

"""`shapecli cache`: what is kept for this machine."""

import json

import click

from shapecli.base.cachefolder import folder, kept_files, refusal, remove_kept, state_of
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
        remove_kept()
    elif action == "fill":
        machine(lambda text: click.echo(text, err=True))
    current = kernels_name()
    files = [
        {
            "name": path.name,
            "bytes": path.lstat().st_size,
            "state": (
                state if (state := state_of(path)) != "whole"
                else "old" if path.name.startswith("kernels-") and path.name != current
                else "in use"
            ),
        }
        for path in kept_files()
    ]  # fmt: skip
    why = refusal()
    if as_json:
        about = {"refused": why} if why else {}
        click.echo(json.dumps({"folder": str(folder()), "files": files, **about}))
        return
    click.echo(f"{visible(str(folder()))}{'' if files or why else ' is empty'}")
    if why:
        click.echo(f"  {why}")
    for file in files:
        click.echo(f"  {visible(str(file['name']))}  {file['bytes']:,} bytes, {file['state']}")

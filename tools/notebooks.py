"""Runs the notebooks of the docs, each in a folder of its own, against the sandbox.

python tools/notebooks.py            run them, and keep what they show in the files
python tools/notebooks.py NAME...    only these
python tools/notebooks.py --check    run them, and change nothing; exit with 1 if one fails, or shows something else
"""

import html
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_WIDGETS = "application/vnd.jupyter.widget-state+json"


def run(path: Path) -> Any:
    """The notebook with what it shows now.

    Raises:
        CellExecutionError: a cell has failed.
    """
    notebook: Any = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    states = notebook.metadata.pop("widgets", {}).get(_WIDGETS, {}).get("state", {})
    for cell in notebook.cells:
        cell.metadata = {}  # when it ran, which changes with every run
        for output in cell.get("outputs", []):
            if _WIDGET in output.get("data", {}):
                model = output.data.pop(_WIDGET)["model_id"]
                output.data["text/plain"] = _last_words(states, model)
    return notebook


def _last_words(states: dict[str, Any], model: str) -> str:
    """What a bar showed in the end: only a live page can show more of it."""
    parts = [states[child.removeprefix("IPY_MODEL_")]["state"] for child in states[model]["state"]["children"]]
    texts = [part["value"] for part in parts if isinstance(part.get("value"), str)]
    return html.unescape("".join(texts)).replace("\u2007", " ")


def kinds(notebook: Any) -> list[list[str]]:
    """Of every cell, which kinds of things it shows."""
    return [
        sorted({kind for output in cell.get("outputs", []) for kind in output.get("data", {output.output_type: ""})})
        for cell in notebook.cells
    ]


def main(arguments: list[str]) -> int:
    """Run what is asked for; the exit code."""
    check = "--check" in arguments
    names = [name for name in arguments if name != "--check"]
    if unknown := set(names) - {path.stem for path in NOTEBOOKS.glob("*.ipynb")}:
        print(f"There is no notebook {', '.join(sorted(unknown))}.")
        return 2
    failed = False
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        try:
            notebook = run(path)
        except CellExecutionError as error:
            print(f"{path.name} fails:\n{error}")
            failed = True
            continue
        if not check:
            nbformat.write(notebook, path)
        elif kinds(notebook) != kinds(nbformat.read(path, as_version=4)):
            print(f"{path.name} shows other things than are kept in it: python tools/notebooks.py {path.stem}")
            failed = True
        print(path.name)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

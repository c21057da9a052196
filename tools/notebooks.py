"""Run the notebooks of the documentation against the sandbox, each in its own folder.

python tools/notebooks.py            run all notebooks and save their outputs
python tools/notebooks.py NAME...    run only these
python tools/notebooks.py --check    run without saving; exit with 1 if one fails or its outputs differ
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
    """Run a notebook; returns it with its outputs.

    Raises:
        CellExecutionError: a cell failed.
    """
    notebook: Any = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    states = notebook.metadata.pop("widgets", {}).get(_WIDGETS, {}).get("state", {})
    for cell in notebook.cells:
        cell.metadata = {}  # execution times, which change with every run
        for output in cell.get("outputs", []):
            if _WIDGET in output.get("data", {}):
                model = output.data.pop(_WIDGET)["model_id"]
                output.data["text/plain"] = _final_text(states, model)
    return notebook


def _final_text(states: dict[str, Any], model: str) -> str:
    """Return the final text of a progress bar widget, which static pages cannot render."""
    parts = [states[child.removeprefix("IPY_MODEL_")]["state"] for child in states[model]["state"]["children"]]
    texts = [part["value"] for part in parts if isinstance(part.get("value"), str)]
    return html.unescape("".join(texts)).replace("\u2007", " ")


def output_types(notebook: Any) -> list[list[str]]:
    """Return the output types of each cell."""
    return [
        sorted({kind for output in cell.get("outputs", []) for kind in output.get("data", {output.output_type: ""})})
        for cell in notebook.cells
    ]


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    check = "--check" in arguments
    names = [name for name in arguments if name != "--check"]
    if unknown := set(names) - {path.stem for path in NOTEBOOKS.glob("*.ipynb")}:
        print(f"Unknown notebooks: {', '.join(sorted(unknown))}")
        return 2
    failed = False
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        try:
            notebook = run(path)
        except CellExecutionError as error:
            print(f"{path.name} failed:\n{error}")
            failed = True
            continue
        if not check:
            nbformat.write(notebook, path)
        elif output_types(notebook) != output_types(nbformat.read(path, as_version=4)):
            print(f"The outputs of {path.name} are not up to date. Run: python tools/notebooks.py {path.stem}")
            failed = True
        print(path.name)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A page on paper: printed by Chromium, which is what draws it on a screen too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from govnet.errors import RefusedError, StorageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 180


def browser() -> str | None:
    """Return the path of a browser that can print; None when there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_page(page: Path, paper: Path) -> None:
    """Print an HTML file to a PDF file, on A4; what was at ``paper`` before is replaced whole or not at all.

    Raises:
        RefusedError: there is no browser to print with.
        StorageError: the browser failed; what was there before is untouched.
    """
    program = browser()
    if program is None:
        step = "Install Chromium (Debian: chromium), or print the HTML file from any browser"
        raise RefusedError(f"{paper}: there is no browser to print with; looked for {', '.join(BROWSERS)}. {step}.")
    with TemporaryDirectory(prefix="govnet-") as folder:
        new = Path(folder) / "report.pdf"
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/p",
        ]
        _run([program, *options, f"--print-to-pdf={new}", page.resolve().as_uri()], paper)
        if not new.exists():
            raise StorageError(f"{paper}: {program} printed nothing. Print {page} from a browser.")
        paper.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(new, paper)


def _run(command: list[str], paper: Path) -> None:
    try:
        # Our own words, no shell; the page is a file of ours that loads nothing.
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise StorageError(f"{paper}: not printed within {_SECONDS} seconds. Print the HTML from a browser.") from error
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise StorageError(f"{paper}: not printed ({last[0]}). Print the HTML from a browser.") from error

"""A browser shows and prints the page without refusing anything in it; skipped where no Chromium is installed."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from matcher.report import Planned, report_page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed, so that nobody looks at the page")
@pytest.mark.parametrize("width", [500, 1200])
def test_a_browser_shows_it(plan: Planned, tmp_path: Path, width: int) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(report_page(plan))
    shot, pdf = tmp_path / "shot.png", tmp_path / "page.pdf"
    assert BROWSER is not None
    base = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    base += [f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},2000"]
    for option in (f"--screenshot={shot}", f"--print-to-pdf={pdf}"):
        done = subprocess.run([*base, option, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
        assert "Refused to" not in done.stderr
        assert "violates" not in done.stderr
    raw = shot.read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", raw[16:24]) == (width, 2000)
    assert len(raw) > 20_000, "an empty page is a small picture"
    assert pdf.read_bytes()[:5] == b"%PDF-"

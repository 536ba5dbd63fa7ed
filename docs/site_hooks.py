"""Links from the docs into the repository (`../deploy/compose.yml`) become plain names on the site, once it is sure
that the file is there: pages are read in the repository, too."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

log = logging.getLogger("mkdocs.hooks.repository_links")
PROJECT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    folder = (PROJECT / "docs" / page.file.src_path).parent

    def plain(link: re.Match[str]) -> str:
        target = (folder / link[2]).resolve()
        if target.is_relative_to(PROJECT / "docs"):
            return link[0]
        if not target.is_relative_to(PROJECT) or not target.exists():
            log.warning("%s links to %s, which is not there", page.file.src_path, link[2])
        return f"{link[1]} (`{target.relative_to(PROJECT)}`)" if link[1].strip("`") != link[2] else link[1]

    return LINK.sub(plain, markdown)

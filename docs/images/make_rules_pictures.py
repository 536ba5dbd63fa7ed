"""Makes the pictures of docs/writing-rules.md from what the commands really print.

python docs/images/make_rules_pictures.py
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
RULE = """\
pack: season
version: 1
owner: "@brand-safety"
rules:
  - id: season.heatwave-promo
    kind: cooccurrence
    category: newsjack
    severty: hold
    languages: [fr, en]
    message:
      en: "'{a}' and '{b}': a promotion that leans on a heatwave."
      fr: "« {a} » et « {b} » : une promotion qui s'appuie sur une canicule."
    rationale: People die in heatwaves.
    source: crisis review of summer 2025
    expires: 2028-01-01
    all:
      - terms: {fr: [canicule, "alerte orange"], en: [heatwave]}
      - terms: {fr: [promo, solde], en: [sale, "\\\\d+ ?% off(?! the)"]}
    should_hit:
      - "Canicule : nos soldes continuent"
    should_pass:
      - "Canicule : buvez, et prenez des nouvelles de vos voisins"
"""
GOOD = RULE.replace("severty", "severity").replace("(?! the)", "")
PAST = """\
{"text": "Canicule : -30% sur les ventilateurs, profitez des soldes", "lang": "fr", "decision": "reject", "id": "s-101"}
{"text": "Alerte orange canicule : nos boutiques ferment à 14 h", "lang": "fr", "decision": "approve", "id": "s-102"}
{"text": "Heatwave sale: 20% off all fans", "lang": "en", "decision": "request_changes", "id": "s-103"}
{"text": "Les soldes d'été commencent mercredi", "lang": "fr", "decision": "approve", "id": "s-104"}
"""


def shown(folder: Path, *arguments: str) -> str:
    """What the command prints, as in a terminal."""
    command = [sys.executable, "-m", "review_gate", "rules", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    words = " ".join(f'"{word}"' if " " in word else word for word in arguments)
    return f"$ review-gate rules {words}\n" + done.stdout + done.stderr


def picture(name: str, text: str) -> None:
    console = Console(record=True, width=110, file=io.StringIO())
    for line in text.rstrip().splitlines():
        style = "bold" if line.startswith("$") else "yellow" if line.strip() == "^" else None
        style = style or ("green" if line.startswith(("near", "hold")) else None)
        console.print(Text(line), style=style)
    drawn = console.export_svg(title="review-gate rules")
    # The picture must not ask a foreign server for its font.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    (HERE / f"{name}.svg").write_text(drawn, encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules = folder / "rules"
        rules.mkdir()
        (rules / "season.yml").write_text(RULE, encoding="utf-8")
        picture("rules-check", shown(folder, "check"))
        (rules / "season.yml").write_text(GOOD, encoding="utf-8")
        explained = shown(folder, "explain", "Malgré la canicule, nos soldes continuent !", "--lang", "fr")
        explained += "\n" + shown(folder, "explain", "Canicule : buvez de l'eau", "--lang", "fr")
        picture("rules-explain", explained)
        (folder / "last-month.jsonl").write_text(PAST, encoding="utf-8")
        picture("rules-replay", shown(folder, "replay", "--file", "last-month.jsonl"))


if __name__ == "__main__":
    main()

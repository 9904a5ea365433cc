#!/usr/bin/env python3
"""Makes a large export of invented people whose outcome is known.

The same arguments make the same file. Prints the outcome as one JSON object; `--expected` also writes one JSON
object a row: `row` and either `body` (the exact request body) or `problem` (the kind). Standard library only.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter
from contextlib import ExitStack

COLUMNS = ["Contact ID", "Surname", "Given name", "Mobile", "E-mail", "Company", "Notes", "Stage", "Country",
           "Landing page", "Tags", "Channel"]
FIRST = ["Ayşe", "Begoña", "Chloé", "Dörte", "Emre", "Fiona", "Günther", "Hülya", "Iñaki", "Jürgen", "Lucía", "Nia",
         "Özge", "Reto", "Sören", "Şule", "Théo", "Ülkü", "Yiğit", "Zoë"]
LAST = ["Aydın", "Béranger", "Çelik", "de la Fuente", "Erdoğmuş", "Fuß", "García", "Hughes-Jones", "Jäger", "Kılıç",
        "MacLeod", "Núñez", "O'Neill", "Öztürk", "Rüegg", "Şahin", "van der Berg", "Weiß", "Yıldırım", "Zöllner"]
COMPANIES = ["Acme, Inc.", "Öz \"Kardeşler\" A.Ş.", "Globex", "Gebr. Weiß & Co.", "", ""]
STAGES = {"New": 1, "Contacted": 2, "Qualified": 3, "Won": 4, "Lost": 5}
TAGS = {"": None, "newsletter": ["newsletter"], "vip; fair": ["vip", "fair"], "a;b;c": ["a", "b", "c"]}
# Country, calling code, first digits, how many more are drawn, and ways to write the number (`_` takes a digit).
PHONES = [
    ("Turkey", "90", "532", 7, ["0___ ___ __ __", "0 (___) ___-__-__", "+90 ___ _______"]),
    ("Germany", "49", "151", 8, ["0___ ________", "0___/________", "0049 ___ ________"]),
    ("Spain", "34", "61", 7, ["___ ___ ___", "___ __ __ __", "+34_________"]),
    ("United Kingdom", "44", "7400", 6, ["0____ ______", "+44 ____ ______", "+44 (0)____ ______"]),
    ("United States", "1", "20255501", 2, ["(___) ___-____", "___.___.____", "1-___-___-____"]),
]
# What makes a row bad: the column and its value. Every checker agrees that these are wrong.
BAD = {
    "no last name": ("Surname", ["", "  "]),
    "first name too long": ("Given name", ["é" * 256]),
    "bad phone": ("Mobile", ["12", "call me", "+999 123"]),
    "bad e-mail": ("E-mail", ["not an email", "jane@", "@example.com", "two@@example.com"]),
    "bad page": ("Landing page", ["www.example.com", "see old site"]),
    "channel too long": ("Channel", ["x" * 51]),
    "unknown stage": ("Stage", ["Hot!"]),
}


def make_row(dice: random.Random, number: int) -> tuple[dict, dict]:
    """A good row: its cells and its request body. `Notes` is different in every row."""
    country, code, start, more, forms = dice.choice(PHONES)
    digits = start + "".join(dice.choices("0123456789", k=more))
    remaining = iter(digits)
    written = "".join(next(remaining) if sign == "_" else sign for sign in dice.choice(forms))
    cells = {
        "Contact ID": f"C{number:08d}", "Surname": dice.choice(LAST), "Given name": dice.choice(FIRST),
        "Mobile": written, "E-mail": f"contact{number}@mail{dice.randrange(50)}.example.com",
        "Company": dice.choice(COMPANIES), "Notes": f"mark {number}" + dice.choice(["", "", "\nsecond line", ", urgent"]),
        "Stage": dice.choice(list(STAGES)), "Country": country,
        "Landing page": f"https://www.example.com/lp/{dice.randrange(1000)}?utm_source=old&utm_id={number}",
        "Tags": dice.choice(list(TAGS)), "Channel": dice.choice(["phone", "email", "whatsapp", ""]),
    }
    body = {
        "last_name": cells["Surname"], "first_name": cells["Given name"], "phone_number": f"+{code}{digits}",
        "email": cells["E-mail"], "description": cells["Notes"], "preferred_contact": cells["Channel"] or None,
        "source_page_url": cells["Landing page"], "lead_status_id": STAGES[cells["Stage"]],
        "marketing_attribution": TAGS[cells["Tags"]],
    }
    return cells, {key: value for key, value in body.items() if value is not None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("out")
    parser.add_argument("--bad", type=float, default=0.02, help="share of bad rows (0.02)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the number of the first contact; no two share one")
    parser.add_argument("--expected", help="write what should become of each row here, as JSON lines")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    problems = Counter()
    with ExitStack() as files:
        out = files.enter_context(open(arguments.out, "w", newline="", encoding="utf-8"))
        expected = arguments.expected and files.enter_context(open(arguments.expected, "w", encoding="utf-8"))
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for row in range(2, arguments.rows + 2):
            cells, body = make_row(dice, arguments.first + row - 2)
            outcome = {"row": row, "body": body}
            if dice.random() < arguments.bad:
                problem = dice.choice(list(BAD))
                column, values = BAD[problem]
                cells[column] = dice.choice(values)
                problems[problem] += 1
                outcome = {"row": row, "problem": problem}
            writer.writerow(cells.values())
            if expected:
                expected.write(json.dumps(outcome, ensure_ascii=False) + "\n")
    bad = sum(problems.values())
    json.dump({"rows": arguments.rows, "valid": arguments.rows - bad, "rejected": bad, "problems": problems}, sys.stdout)
    print()


if __name__ == "__main__":
    main()

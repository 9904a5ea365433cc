#!/usr/bin/env python3
"""Writes fixtures/validation/deliverable_vectors.tsv: what Python's email-validator says of addresses.

    pip install email-validator==2.4.0
    python3 tools/make_deliverable_vectors.py

No name server is asked. The addresses are those of email_vectors.tsv and some made up by chance. Texts are escaped as
JSON strings without their quotes.
"""

import json
import random
from pathlib import Path

import email_validator
from email_validator import EmailNotValidError, validate_email

FOLDER = Path(__file__).parent.parent / "fixtures" / "validation"
TARGET = FOLDER / "deliverable_vectors.tsv"

CHANCE_ADDRESSES = 2500
LOCALS = [
    "jane", "jane.doe", "j.doe+news", "o'neill", "info", "ayşe.yılmaz", "jürgen", "用户", "иван", "محمد", "x" * 64, "x" * 65, "jane_doe", "jane-doe", "a/b",
    "jane..doe", ".jane", "jane.", '"jane doe"', "jane doe", "jane(work)", "jane,doe", "jane;doe", "jane<", "jane\u200b", "jane\u00a0doe", "J", "1", "jane!",
    "jane#1", "jane%x", "jane@home", "jane\\", "jane:x", "", "e\u0301lodie", "jane\u200d",
]
DOMAINS = [
    "example.com", "example.co.uk", "mail.example.org", "EXAMPLE.COM", "münchen.de", "xn--mnchen-3ya.de", "例子.测试网", "пример.рф", "مثال.مصر", "example",
    "example.", ".example.com", "example..com", "-example.com", "example-.com", "exam_ple.com", "exam ple.com", "example.c", "example.123", "123.com",
    "1.2.3.4", "[1.2.3.4]", "[IPv6:::1]", "localhost", "example.invalid", "example.test", "example.local", "x" * 63 + ".com", "x" * 64 + ".com",
    ".".join(["x" * 60] * 4) + ".com", "ex--ample.com", "faß.de", "exämple.com", "example.com\u200b", "☃.net", "example。com", "example,com", "example.com.",
    "gmail.con", "hotmail.com", "örnek.com.tr", "sub.sub.sub.example.net", "xn--a", "a.b", "example.museum", "example.corp", "example.onion", "",
]
#: What is done to an address on its way through files.
DAMAGES = [
    lambda it: it, lambda it: it, lambda it: it, lambda it: it + ".", lambda it: f"<{it}>", lambda it: "mailto:" + it, lambda it: it + " ", lambda it: it.replace("@", " @"),
    lambda it: it.replace("@", "@ "), lambda it: it.replace("@", "@@"), lambda it: it.replace("@", ""), lambda it: it + ";" + it, lambda it: it.upper(),
    lambda it: it.replace(".", ",", 1), lambda it: "Jane " + it, lambda it: it + "\n",
]


def addresses():
    """Texts that are meant to be addresses."""
    for line in (FOLDER / "email_vectors.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield json.loads(f'"{line.split(chr(9))[1]}"')
    chance = random.Random(7)
    for _ in range(CHANCE_ADDRESSES):
        yield chance.choice(DAMAGES)(chance.choice(LOCALS) + "@" + chance.choice(DOMAINS))


def verdict(address):
    """Whether mail could reach it, as far as its writing tells."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return "refused"
    return "accepted"


def main():
    lines = [f"# What email-validator {email_validator.__version__} says. Written by tools/make_deliverable_vectors.py: do not edit.\n"]
    for address in dict.fromkeys(addresses()):
        lines.append(f"{json.dumps(address)[1:-1]}\t{verdict(address)}\n")
    TARGET.write_text("".join(lines), encoding="utf-8")


main()

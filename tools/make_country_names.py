#!/usr/bin/env python3
"""Writes src/validation/country_names.tsv: what people call each country.

    pip install babel==2.18.0 phonenumbers==9.0.42
    python3 tools/make_country_names.py

The names come from the Unicode CLDR as Babel packs it: in English, in the languages that are
official in the country itself, and in WIDE_LANGUAGES. Names that CLDR does not have belong into
src/validation/country_name_variants.tsv, which is kept by hand.
"""

from pathlib import Path

import babel
import phonenumbers
from babel.core import Locale, UnknownLocaleError, get_global
from babel.languages import get_territory_language_info

TARGET = Path(__file__).parent.parent / "src" / "validation" / "country_names.tsv"

# The languages of most exports: in these, every country is known by name.
WIDE_LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "ar"]

# Alpha-3 codes of states that no longer exist, which CLDR maps to a successor.
WITHDRAWN_ALPHA_3 = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}

HEADER = f"""\
# What people call each country: two-letter code, three-letter code, names separated by `|`.
# Written by tools/make_country_names.py from the Unicode CLDR (Babel {babel.__version__}): do not edit.
# Additions belong into country_name_variants.tsv.
# Copyright 1991-2025 Unicode, Inc. Unicode License v3, https://www.unicode.org/license.txt
"""


def alpha_3_codes():
    """Two-letter code to three-letter code."""
    return {
        successors[0]: code
        for code, successors in get_global("territory_aliases").items()
        if len(code) == 3
        and code.isalpha()
        and len(successors) == 1
        and code not in WITHDRAWN_ALPHA_3
    }


def languages_of(region):
    """The wide languages, then those that are official in the country, the most spoken first."""
    info = get_territory_language_info(region)
    official = [code for code, facts in info.items() if facts["official_status"]]
    official.sort(key=lambda code: (-info[code]["population_percent"], code))
    return WIDE_LANGUAGES + official


def name_in(language, region):
    """The country's name in a language, or None where CLDR has none."""
    try:
        name = Locale.parse(language).territories.get(region)
    except (UnknownLocaleError, ValueError):
        return None
    if name is None or name == region or any(mark in name for mark in "\t\n|"):
        return None
    return name


def names_of(region):
    """Every known name of a country, each once."""
    names = {}
    for language in languages_of(region):
        name = name_in(language, region)
        if name is not None:
            names.setdefault(name.casefold(), name)
    return names.values()


def main():
    alpha_3 = alpha_3_codes()
    lines = [
        f"{region}\t{alpha_3[region]}\t{'|'.join(names_of(region))}\n"
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    ]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8")


main()

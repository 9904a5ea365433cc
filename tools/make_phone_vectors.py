#!/usr/bin/env python3
"""Writes fixtures/validation/phone_vectors.tsv: what Google's library makes of phone numbers.

    pip install phonenumbers==9.0.42
    python3 tools/make_phone_vectors.py

The version is that of the metadata inside rlibphonenumber 2.2.15. With another version a few numbers
differ, because countries give out new ranges: raise both together. Texts are escaped as JSON strings
without their quotes. The numbers are the examples in the metadata, not anybody's.
"""

import json
import random
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

TARGET = Path(__file__).parent.parent / "fixtures" / "validation" / "phone_vectors.tsv"

# Regions whose numbers are tried in every form: large, with odd prefixes, or sharing a country code.
THOROUGH = ["AR", "AU", "BR", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "RU", "TR", "UA", "US", "VA"]

BAD = [
    "12", "call me", "+999 123", "+1 415", "", " ", "-", "+", "++", "n/a", "none", "0", "00", "000 000 0000", "123", "555-0143",
    "+1 202 555 0143 0143 0143", "202 555 0143 / 202 555 0144", "+1 (202) 555-0143; +1 (202) 555-0144", "1-800-FLOWERS", "+0 123 4567", "+49", "+49 0",
    "0049", "jane@example.com", "2.025550143E+9", "20255501430000000000", "+12025550143x12345", "+1 202 555 0143 ext. 7", "tel:+1-202-555-0143",
    "tel:202-555-0143;phone-context=+1", "tel:+1-202-555-0143;ext=22", "Tel.: +1 202 555 0143", "mobile 202 555 0143", "+1\u00a0202\u00a0555\u00a00143",
    "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff13", "\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0664\u0663", "+1 202\u2013555\u20130143",
    "+1.202.555.0143", "(202)5550143", "(202 555 0143", "202) 555 0143", "\u200e+1 202 555 0143", "'+12025550143", "+1 202 555 0143 (home)", "911", "112",
    "+800 1234 5678", "+979 123 456 789", "+7 701 234 5678", "+44 (0)20 7946 0018", "0044 20 7946 0018", "011 44 20 7946 0018", "+39 06 698 12345", "1" * 251,
    "+1 2O2 555 0143", "20 2555 0143 #12", "*100#", "+90 (0532) 123 45 67", "0532 123 45 67", "532 123 45 67", "90 532 123 45 67", "0090 532 123 45 67",
]
BAD_REGIONS = [None, "US", "DE", "TR", "GB"]


def forms(number):
    """The ways people write a number, international ones first."""
    yield phonenumbers.format_number(number, PhoneNumberFormat.E164)
    yield phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    yield national
    yield phonenumbers.national_significant_number(number)
    yield phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    yield "00" + phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
    yield national.replace(" ", "\u00a0") + " ext. 12"


def texts():
    """Pairs of a text and the region it is read in, or None."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            international, spaced, national, *others = forms(number)
            if region in THOROUGH:
                for text in [international, spaced, national, *others]:
                    yield text, region
                yield international, None
                yield national, None
                yield national, "US" if region == "GB" else "GB"
            elif kind == PhoneNumberType.MOBILE:
                yield national, region
    for text in BAD:
        for region in BAD_REGIONS:
            yield text, region


# Regions for which numbers are made up by chance: the fifty that send most of the world's exports.
CHANCE_REGIONS = [
    "AE", "AR", "AT", "AU", "AZ", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK", "EG", "ES", "FI", "FR", "GB", "GR", "HU", "IE", "IL",
    "IN", "IQ", "IT", "JP", "KR", "KZ", "LB", "MX", "NL", "NO", "NZ", "PE", "PL", "PT", "QA", "RO", "RU", "SA", "SE", "SG", "TR", "UA", "US", "UZ", "ZA",
]
CHANCE_TEXTS_EACH = 120
ARABIC_INDIC = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")


def chance_number(region, chance):
    """An example of the region whose last digits are others, now and then one too many or too few."""
    kind = chance.choice([PhoneNumberType.MOBILE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE])
    number = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    digits = list(phonenumbers.national_significant_number(number))
    for place in range(1, chance.randint(2, min(7, len(digits)))):
        digits[-place] = chance.choice("0123456789")
    change = chance.random()
    if change < 0.06:
        digits.pop()
    elif change < 0.12:
        digits.append(chance.choice("0123456789"))
    made = phonenumbers.PhoneNumber(country_code=number.country_code, italian_leading_zero=number.italian_leading_zero)
    made.national_number = int("".join(digits))
    return made


def chance_text(number, chance):
    """One of the ways in which people and programs write it."""
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    code, significant = str(number.country_code), phonenumbers.national_significant_number(number)
    return chance.choice([
        lambda: f"+{code}{significant}", lambda: spaced, lambda: national, lambda: significant, lambda: "0" + significant,
        lambda: f"00{code}{significant}", lambda: f"00 {code} {significant}", lambda: code + significant, lambda: f"+{code} (0) {significant}",
        lambda: f"+{code} (0){national}", lambda: national.replace(" ", "-"), lambda: national.replace(" ", "."), lambda: national.replace(" ", "/", 1),
        lambda: f"{spaced} ext. {chance.randint(1, 999)}", lambda: f"{national} x{chance.randint(1, 999)}", lambda: f"Tel. {national}",
        lambda: national.translate(ARABIC_INDIC), lambda: spaced.translate(ARABIC_INDIC), lambda: f"  {spaced} ", lambda: f"({code}) {national}",
        lambda: "".join(national.split()), lambda: national.replace(" ", "\u00a0"), lambda: f"+{code}-{significant[:3]}-{significant[3:]}",
    ])()


def chance_texts():
    """Pairs of a text and the region it is read in: mostly its own."""
    chance = random.Random(7)
    for region in CHANCE_REGIONS:
        for _ in range(CHANCE_TEXTS_EACH):
            text = chance_text(chance_number(region, chance), chance)
            read_in = chance.choices([region, None, chance.choice(CHANCE_REGIONS)], [8, 1, 1])[0]
            yield text, read_in


def e164_of(text, region):
    """The number in E.164, or nothing if it is not valid."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def main():
    lines = [
        f"# What phonenumbers {phonenumbers.__version__} makes of a text. Written by tools/make_phone_vectors.py: do not edit.\n",
        "# text (escaped as in JSON), region or nothing, E.164 or nothing if it is no valid number\n",
    ]
    for text, region in dict.fromkeys([*texts(), *chance_texts()]):
        lines.append(f"{json.dumps(text)[1:-1]}\t{region or ''}\t{e164_of(text, region)}\n")
    TARGET.write_text("".join(lines), encoding="utf-8")


main()

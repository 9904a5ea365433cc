use proptest::prelude::*;

use super::*;

fn code_of(text: &str) -> Option<String> {
    Region::from_text(text).map(|region| region.code().to_owned())
}

#[test]
fn only_two_letter_codes_are_codes() {
    for (input, expected) in [
        ("DE", Some("DE")),
        ("de", Some("DE")),
        ("Tr", Some("TR")),
        ("XK", Some("XK")),
        ("AC", Some("AC")),
        ("UK", None),
        ("AQ", None),
        ("ZZ", None),
        ("001", None),
        ("", None),
        ("D", None),
        ("DEU", None),
        (" DE", None),
        ("d1", None),
        ("ß", None),
    ] {
        let region = Region::from_code(input);
        assert_eq!(region.as_ref().map(Region::code), expected, "{input:?}");
    }
}

/// Two-letter code, then texts that name the country.
const COUNTRIES: &str = "\
US: US|usa|U.S.|U.S.A.|u. s.|United States|United States of America|the united states|Estados Unidos|Vereinigte Staaten|ABD|США
GB: GB|GBR|UK|U.K.|uk|Great Britain|England|Scotland|Wales|Northern Ireland|United Kingdom|UNITED  KINGDOM|İngiltere
TR: TR|tur|Turkey|Türkiye|Turkiye|TÜRKİYE|TURKIYE|turkıye|Türkei
DE: Germany|Deutschland|DEU|Almanya|Allemagne
NL: Netherlands|The Netherlands|Holland|Nederland|Pays-Bas
AT: Austria|Österreich|Osterreich
ES: Spain|España|espana|Espanya
PL: Poland|Polska|POLSKA
RU: Russia|Россия|россия|Russian Federation
CZ: Czechia|Czech Republic|Česko|Česká republika
CI: Ivory Coast|Côte d’Ivoire|Cote d'Ivoire|COTE D IVOIRE
GR: Greece|Ελλάδα|ελλαδα
JP: Japan|日本
CN: China|中国|P.R. China
KR: South Korea|Korea, Republic of|대한민국
KP: North Korea|DPRK
IN: India|भारत
EG: Egypt|مصر
IL: Israel|ישראל
CD: DR Congo|Congo (Kinshasa)|Congo-Kinshasa
CG: Republic of the Congo|Congo - Brazzaville
BA: Bosnia & Herzegovina|Bosnia and Herzegovina|Bosna i Hercegovina
LC: St. Lucia|Saint Lucia|st lucia
HK: Hong Kong|香港
MM: Myanmar|Burma|Myanmar (Burma)
AE: UAE|United Arab Emirates|الإمارات العربية المتحدة
NE: Niger
NG: Nigeria
DM: Dominica
DO: Dominican Republic
SE: Sweden|Sverige|SWE
DK: Danmark
NO: Norge|Noreg
FI: Suomi
CH: Schweiz|Suisse|Svizzera
XK: Kosovo|Kosova|XKX
";

#[test]
fn countries_are_known_by_codes_and_names() {
    for line in COUNTRIES.lines() {
        let (expected, inputs) = line.split_once(": ").unwrap();
        for input in inputs.split('|') {
            assert_eq!(code_of(input).as_deref(), Some(expected), "{input:?}");
        }
    }
}

#[test]
fn white_space_and_the_way_accents_are_stored_make_no_difference() {
    for (input, expected) in [
        (" germany\u{a0}", "DE"),
        ("\tDE\n", "DE"),
        ("united  \u{2009}kingdom", "GB"),
        ("O\u{308}sterreich", "AT"),
        ("\u{200e}مصر\u{200f}", "EG"),
    ] {
        assert_eq!(code_of(input).as_deref(), Some(expected), "{input:?}");
    }
}

#[test]
fn what_is_unknown_or_could_be_two_countries_is_no_region() {
    for input in [
        "",
        " ",
        ".",
        "-",
        "Congo",
        "Korea",
        "Virgin Islands",
        "Europe",
        "Atlantis",
        "Germ",
        "Germany 2",
        "Berlin",
        "England or Wales",
        "0049",
        "+49",
        "unknown",
        "n/a",
    ] {
        assert_eq!(code_of(input), None, "{input:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = Region::from_text(&text);
        let _ = Region::from_code(&text);
    }
}

#[test]
fn dialling_codes_tell_whose_rules_numbers_follow() {
    for (text, expected) in [
        ("+90", Some("TR")),
        (" 0090 ", Some("TR")),
        ("90", Some("TR")),
        ("(+49)", Some("DE")),
        ("+1", Some("US")),
        ("+44", Some("GB")),
        ("Türkiye", Some("TR")),
        ("DEU", Some("DE")),
        ("90.0", Some("TR")),
        ("+\u{669}\u{660}", Some("TR")),
        ("00 90", Some("TR")),
        ("Turkey (+90)", Some("TR")),
        ("TR - Turkey", Some("TR")),
        ("Turkey/Türkiye", Some("TR")),
        ("tr_TR", Some("TR")),
        ("Germany (+90)", None),
        ("North, South", None),
        ("+999", None),
        ("+", None),
        ("0", None),
        ("", None),
        ("99999999999999999999", None),
    ] {
        let region = Region::of_phones(text);
        assert_eq!(region.as_ref().map(Region::code), expected, "{text}");
    }
    assert_eq!(Region::from_text("+90"), None, "a code names no country");
}

//! Which country the people in a file are from: two encodings may differ in nothing else.

/// Top-level domains of countries that people everywhere use for other reasons.
const USED_BY_ALL: [&str; 8] = ["ai", "co", "eu", "fm", "io", "me", "tv", "ws"];

/// Countries whose old files are not in windows-1252, by the code that their phone numbers begin with.
///
/// Source: ITU-T E.164 country codes.
const DIALLING_CODES: [(&str, &str); 26] = [
    ("7", "ru"),
    ("30", "gr"),
    ("36", "hu"),
    ("40", "ro"),
    ("48", "pl"),
    ("66", "th"),
    ("81", "jp"),
    ("82", "kr"),
    ("84", "vn"),
    ("86", "cn"),
    ("90", "tr"),
    ("98", "ir"),
    ("20", "eg"),
    ("359", "bg"),
    ("370", "lt"),
    ("371", "lv"),
    ("372", "ee"),
    ("380", "ua"),
    ("381", "rs"),
    ("385", "hr"),
    ("386", "si"),
    ("420", "cz"),
    ("421", "sk"),
    ("886", "tw"),
    ("966", "sa"),
    ("972", "il"),
];

/// What columns are called where old files are not in windows-1252, in lower case. A letter beyond ASCII ends a word, so
/// that `Soyadı` is `soyad` and `Imię` is `imi`.
const COLUMN_WORDS: [(&str, &[&str]); 10] = [
    (
        "tr",
        &[
            "soyad", "soyadi", "soyisim", "isim", "eposta", "e-posta", "sehir", "ilce", "musteri",
            "kaynak",
        ],
    ),
    (
        "hu",
        &[
            "nev",
            "vezeteknev",
            "keresztnev",
            "telefonszam",
            "megjegyzes",
            "varos",
        ],
    ),
    (
        "pl",
        &[
            "imie",
            "imi",
            "nazwisko",
            "miasto",
            "miejscowosc",
            "uwagi",
            "nazwa",
        ],
    ),
    (
        "cz",
        &["jmeno", "prijmeni", "jmen", "mesto", "psc", "poznamka"],
    ),
    ("sk", &["priezvisko", "poznamky"]),
    ("hr", &["ime", "prezime", "napomena"]),
    ("ro", &["nume", "prenume", "judet", "oras"]),
    ("lt", &["vardas", "pavarde", "pavard", "miestas"]),
    ("lv", &["vards", "uzvards"]),
    ("ee", &["eesnimi", "perekonnanimi", "linn"]),
];

/// The country that most e-mail and web addresses of a text belong to, as a top-level domain; else the one
/// that most phone numbers with a `+` do, else the one in whose language the first line names columns. `None` where nothing says so, or two say different things.
pub(super) fn likely_country(text: &[u8]) -> Option<String> {
    let addresses = tokens(text).filter_map(country_of_address);
    let phones = tokens(text).filter_map(country_of_phone);
    let first_line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next();
    let words = tokens(first_line.unwrap_or_default()).filter_map(country_of_word);
    most_of(addresses)
        .or_else(|| most_of(phones))
        .or_else(|| most_of(words))
}

fn tokens(text: &[u8]) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"@.-_:/+".contains(byte);
    text.split(move |byte| !is_part(byte))
        .filter_map(|token| std::str::from_utf8(token).ok())
}

fn country_of_address(token: &str) -> Option<String> {
    let host = match (token.split_once('@'), token.split_once("://")) {
        (Some((_, host)), _) | (None, Some((_, host))) => host,
        (None, None) if token.starts_with("www.") => token,
        (None, None) => return None,
    };
    let host = host.split(['/', ':']).next()?;
    let (_, label) = host.trim_end_matches('.').rsplit_once('.')?;
    let label = label.to_ascii_lowercase();
    let is_country = label.len() == 2 && label.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_country && !USED_BY_ALL.contains(&label.as_str())).then_some(label)
}

fn country_of_word(word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let mut countries = COLUMN_WORDS.iter();
    let (country, _) = countries.find(|(_, words)| words.contains(&word.as_str()))?;
    Some((*country).to_owned())
}

fn country_of_phone(token: &str) -> Option<String> {
    const SHORTEST_NUMBER: usize = 8;
    let digits = token.strip_prefix('+').filter(|rest| {
        rest.len() >= SHORTEST_NUMBER
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    })?;
    let (_, country) = DIALLING_CODES
        .iter()
        .find(|(code, _)| digits.starts_with(code))?;
    Some((*country).to_owned())
}

/// What more than half of the votes are for.
fn most_of(votes: impl Iterator<Item = String>) -> Option<String> {
    let mut counts = std::collections::HashMap::<String, usize>::new();
    for vote in votes {
        *counts.entry(vote).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let winner = counts.into_iter().max_by_key(|&(_, count)| count)?;
    (winner.1 * 2 > all).then_some(winner.0)
}

#[cfg(test)]
mod tests {
    use super::likely_country;

    #[test]
    fn most_addresses_or_else_most_phones_tell_the_country() {
        for (text, expected) in [
            (
                &b"Ay\xFEe;ayse@ornek.com.tr;+905321234567\n"[..],
                Some("tr"),
            ),
            (b"a@b.de,c@d.tr,https://www.e.de/x\n", Some("de")),
            (b"a@b.de,c@d.tr\n", None),
            (b"a@gmail.com;+905321234567\n", Some("tr")),
            (b"a@start.io;WWW.start.ai\n", None),
            (b"www.sklep.pl\n", Some("pl")),
            (b"Ad;Soyad\xFD;Telefon\nAy\xFEe;Ko\xE7;1\n", Some("tr")),
            (b"Imi\xEA;Nazwisko\n", Some("pl")),
            (b"Name;Note\nsoyad;nazwisko\n", None),
            (b"Jane;+12025550123\n", None),
            (b"", None),
        ] {
            assert_eq!(
                likely_country(text).as_deref(),
                expected,
                "{}",
                text.escape_ascii()
            );
        }
    }
}

//! The likely encoding of text that names none and is not UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_7, ISO_8859_15, KOI8_R, KOI8_U, MACINTOSH, WINDOWS_1250,
    WINDOWS_1252, WINDOWS_1253, X_MAC_CYRILLIC,
};

use super::byte_evidence::ByteEvidence;
use super::language_hint::likely_country;

/// The letters that KOI8-U has and KOI8-R has not. Without them it is the same text in both, and the older and more
/// usual name is the right one.
///
/// Source: RFC 2319.
const UKRAINIAN_IN_KOI8: [u8; 8] = [0xA4, 0xA6, 0xA7, 0xAD, 0xB4, 0xB6, 0xB7, 0xBD];

/// Guesses the encoding of a file that is not UTF-8 by its bytes; `start` is how it begins.
pub(super) fn guess_encoding(evidence: &ByteEvidence, start: &[u8]) -> &'static Encoding {
    let lines = evidence.lines.as_slice();
    let country = likely_country(start).or_else(|| likely_country(lines));
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&usual_lines(lines), true);
    let guess = detector.guess(country.as_deref().map(str::as_bytes), Utf8Detection::Deny);
    if !guess.is_single_byte() {
        guess
    } else if has_capitals_of_macintosh(lines) {
        X_MAC_CYRILLIC
    } else if reads_better_as_macintosh(lines, guess) {
        MACINTOSH
    } else if guess == WINDOWS_1250 && is_french(lines) {
        if has_signs_of_iso_8859_15(lines) {
            ISO_8859_15
        } else {
            WINDOWS_1252
        }
    } else if guess == WINDOWS_1252 && is_hungarian(lines) {
        WINDOWS_1250
    } else if guess.name().starts_with("KOI8") && is_greek_in_capitals(lines) {
        WINDOWS_1253
    } else if guess == KOI8_U && !evidence.bytes.has_any(&UKRAINIAN_IN_KOI8) {
        KOI8_R
    } else if guess.name().starts_with("windows-") && has_only_signs(lines) {
        WINDOWS_1252
    } else if guess == WINDOWS_1252 && has_signs_of_iso_8859_15(lines) {
        ISO_8859_15
    } else {
        more_usual(guess, lines, country.as_deref())
    }
}

/// The lines without a few odd ones, for one byte that an encoding leaves undefined rules that encoding out for all of
/// the file. Whether these lines can be read in what the others speak for is seen when their rows are read.
fn usual_lines(lines: &[u8]) -> Vec<u8> {
    /// One line among so many is odd.
    const USUAL_FOR_AN_ODD: usize = 50;
    const USUAL_FOR_ONE_IN_UTF_8: usize = 20;
    let lines_of = || lines.split_inclusive(|byte| matches!(byte, b'\n' | b'\r'));
    let all = lines_of().count();
    let is_rare = |byte: u8| {
        let having = lines_of().filter(|line| line.contains(&byte)).count();
        having > 0 && having * USUAL_FOR_AN_ODD <= all
    };
    // Where encodings differ in what they leave undefined; what is rare elsewhere are rare letters.
    let rare: Vec<u8> = (0x80..=0x9F).filter(|&byte| is_rare(byte)).collect();
    let has_rare = |line: &[u8]| line.iter().any(|byte| rare.contains(byte));
    let count = |is_odd: &dyn Fn(&[u8]) -> bool| lines_of().filter(|line| is_odd(line)).count();
    let leaves_rare = count(&has_rare) * USUAL_FOR_AN_ODD <= all;
    let leaves_utf_8 = count(&is_clearly_utf_8) * USUAL_FOR_ONE_IN_UTF_8 <= all;
    let is_odd =
        |line: &[u8]| (leaves_rare && has_rare(line)) || (leaves_utf_8 && is_clearly_utf_8(line));
    let usual = lines_of().filter(|line| !is_odd(line));
    usual.flatten().copied().collect()
}

/// Whether a line is UTF-8, and not by accident.
fn is_clearly_utf_8(line: &[u8]) -> bool {
    const FEWEST_LETTERS: usize = 3;
    std::str::from_utf8(line).is_ok_and(|text| {
        let letters = text.chars().filter(|character| !character.is_ascii());
        letters.count() >= FEWEST_LETTERS
    })
}

/// Of two encodings in which all lines are the same the one of Windows, and of those the western one unless `country`
/// says otherwise: most files come from there.
fn more_usual(guess: &'static Encoding, lines: &[u8], country: Option<&str>) -> &'static Encoding {
    let is_same_in = |other: &'static Encoding| {
        let (own, _) = guess.decode_without_bom_handling(lines);
        let (text, _) = other.decode_without_bom_handling(lines);
        own == text
    };
    let other = match guess {
        _ if guess == ISO_8859_2 => WINDOWS_1250,
        _ if guess == ISO_8859_7 => WINDOWS_1253,
        _ if guess == WINDOWS_1250 && country.is_none() => WINDOWS_1252,
        _ => return guess,
    };
    if is_same_in(other) { other } else { guess }
}

/// French in windows-1252 may look like windows-1250, in which `à` is a letter that hardly a word has. Elisions tell it,
/// too.
fn is_french(lines: &[u8]) -> bool {
    const LETTERS: &[u8] =
        b"\xE0\xE2\xE7\xE8\xE9\xEA\xEB\xEE\xEF\xF4\xF9\xFB\xC0\xC2\xC7\xC8\xC9\xCA\xCB\xCE\xD4";
    /// The euro, ligatures, quotation marks and other signs.
    const SIGNS: &[u8] =
        b"\x80\x85\x8C\x91\x92\x93\x94\x95\x96\x97\x99\x9C\xA0\xA4\xAB\xB0\xBB\xBC\xBD";
    let mut beyond_ascii = lines.iter().filter(|byte| !byte.is_ascii());
    let are_french = beyond_ascii.all(|byte| LETTERS.contains(byte) || SIGNS.contains(byte));
    let has_ligature = || has_signs_of_iso_8859_15(lines);
    are_french && (lines.contains(&0xE0) || has_elision(lines) || has_ligature())
}

/// Whether an apostrophe joins a short word to the next, as in `l’ami` and `d’accord`.
fn has_elision(lines: &[u8]) -> bool {
    let is_elision = |&[before, here, quote, after]: &[u8; 4]| {
        let is_short = !before.is_ascii_alphabetic() && b"cdjlmnstCDJLMNST".contains(&here);
        is_short && quote == 0x92 && after.is_ascii_alphabetic()
    };
    lines.array_windows().any(is_elision)
}

/// Hungarian is written in windows-1250, where its two letters of its own, `ő` and `ű`, are what `õ` and `û` are in
/// windows-1252. No language of that has these beside `ö` or `ü`, and no letters but those of Hungarian.
fn is_hungarian(lines: &[u8]) -> bool {
    const LETTERS: &[u8] =
        b"\xE1\xE9\xED\xF3\xF6\xFA\xFC\xF5\xFB\xC1\xC9\xCD\xD3\xD6\xDA\xDC\xD5\xDB";
    let has = |letters: &[u8]| lines.iter().any(|byte| letters.contains(byte));
    let mut letters = lines.iter().filter(|&&byte| byte >= 0xC0);
    let are_hungarian = letters.all(|byte| LETTERS.contains(byte));
    are_hungarian && has(b"\xF5\xFB\xD5\xDB") && has(b"\xF6\xFC\xD6\xDC")
}

/// Capitals of Greek lie where KOI8 has the small letters of Cyrillic; a text of small letters alone, none of them the
/// `р` that every second word of Russian has, is Greek.
fn is_greek_in_capitals(lines: &[u8]) -> bool {
    /// Fewer letters may lack it by chance.
    const FEWEST: usize = 20;
    let beyond_ascii = lines.iter().filter(|byte| !byte.is_ascii());
    let are_capitals = beyond_ascii
        .clone()
        .all(|byte| matches!(byte, 0xC1..=0xD1 | 0xD3..=0xD9));
    are_capitals && beyond_ascii.count() >= FEWEST
}

/// Whether the text is most likely of a code page of DOS, none of which is read here: within words stand what are signs
/// or nothing in the encodings of Windows, and other letters on a Macintosh.
///
/// In code pages 437, 850 and 852 they are `ü é â ä ç ë ö í ó ú ñ`.
pub(super) fn is_of_dos(lines: &[u8]) -> bool {
    const LETTERS: &[u8] = b"\x81\x82\x83\x84\x87\x89\x94\xA1\xA2\xA3\xA4";
    let is_within_word = |&[before, here, after]: &[u8; 3]| {
        // `é` ends words, too, and stands where Windows has a quotation mark that begins one.
        let goes_on = after.is_ascii_lowercase() || here == 0x82;
        LETTERS.contains(&here) && before.is_ascii_alphabetic() && goes_on
    };
    let within_words = lines
        .array_windows()
        .filter(|it| is_within_word(it))
        .count();
    let beyond_ascii = lines.iter().filter(|byte| !byte.is_ascii()).count();
    within_words * 3 > beyond_ascii
}

/// Whether nothing in the text speaks of a language: pounds, dashes and quotation marks are in no other
/// encoding so often.
fn has_only_signs(lines: &[u8]) -> bool {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(lines);
    !text
        .chars()
        .any(|character| !character.is_ascii() && character.is_alphabetic())
}

/// ISO-8859-15 has the euro sign and the letters of French where windows-1252 has signs that texts hardly use,
/// and nothing where that has quotation marks and dashes.
fn has_signs_of_iso_8859_15(lines: &[u8]) -> bool {
    /// `€`, `œ` and `Œ` there; the general sign of currency, a half and a quarter here.
    const EURO: u8 = 0xA4;
    const LIGATURES: [u8; 2] = [0xBD, 0xBC];
    let has_marks_of_windows = lines.iter().any(|byte| matches!(byte, 0x80..=0x9F));
    let has_letter_beside = |&[before, here, after]: &[u8; 3]| {
        LIGATURES.contains(&here) && (before.is_ascii_alphabetic() || after.is_ascii_lowercase())
    };
    let has_ligature = lines.array_windows::<3>().any(has_letter_beside);
    !has_marks_of_windows && (has_ligature || lines.contains(&EURO))
}

/// Capital letters of Cyrillic lie elsewhere on a Macintosh, and small ones where Windows has them: in a text that
/// is mostly small letters in a row, words that begin with a capital tell.
fn has_capitals_of_macintosh(lines: &[u8]) -> bool {
    let capitals_in = |capitals: std::ops::RangeInclusive<u8>| {
        let begins_word = |&[first, second]: &[u8; 2]| capitals.contains(&first) && second >= 0xE0;
        lines
            .array_windows::<2>()
            .filter(|pair| begins_word(pair))
            .count()
    };
    let beyond_ascii = lines.iter().filter(|byte| !byte.is_ascii()).count();
    let in_a_row = capitals_in(0xE0..=0xFF);
    in_a_row * 2 > beyond_ascii && capitals_in(0x80..=0x9F) > capitals_in(0xC0..=0xDE)
}

/// Old files of a Macintosh, which chardetng does not know: their small letters with accents are symbols
/// or nothing in the encodings of Windows.
fn reads_better_as_macintosh(lines: &[u8], other: &'static Encoding) -> bool {
    if are_mostly_marks(lines) {
        return false;
    }
    let is_western = other.name() == "windows-1252" || other.name() == "windows-1254";
    let (in_macintosh, all) = letters_in_words(lines, MACINTOSH, is_accented);
    let (in_other, _) = if is_western {
        letters_in_words(lines, other, is_accented)
    } else {
        letters_in_words(lines, other, char::is_lowercase)
    };
    in_macintosh * 2 > all && in_other * 4 < all
}

/// Whether what lies from 0x80 to 0x9F are mostly the quotation marks, dashes and bullets of Windows. They are letters
/// on a Macintosh, but some of the others are in every language, too.
fn are_mostly_marks(lines: &[u8]) -> bool {
    /// So many per cent of other letters a text of a Macintosh has at least.
    const OTHER_LETTERS: usize = 25;
    let count = |is_counted: fn(&&u8) -> bool| lines.iter().filter(is_counted).count();
    let all = count(|byte| matches!(byte, 0x80..=0x9F));
    let marks = count(|byte| matches!(byte, 0x85 | 0x91..=0x97 | 0x99));
    (all - marks) * 100 < all * OTHER_LETTERS
}

/// Whether it is a small letter of western Europe; any other is as likely a symbol read wrongly.
fn is_accented(character: char) -> bool {
    "áàâäãåæçéèêëíìîïñóòôöõøúùûüßœ".contains(character)
}

/// How many characters beyond ASCII are letters of a kind beside letters of ASCII, and how many there are.
fn letters_in_words(
    lines: &[u8],
    encoding: &'static Encoding,
    is_letter: impl Fn(char) -> bool,
) -> (usize, usize) {
    let (text, _) = encoding.decode_without_bom_handling(lines);
    let (mut letters, mut all) = (0, 0);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_ascii() {
            all += 1;
            let after = characters.peek().copied().unwrap_or(' ');
            let is_in_word = before.is_ascii_alphabetic() || after.is_ascii_lowercase();
            letters += usize::from(is_in_word && is_letter(character));
        }
        before = character;
    }
    (letters, all)
}

#[cfg(test)]
mod tests {
    use encoding_rs::Encoding;

    use super::{ByteEvidence, guess_encoding};

    /// Each text in its encoding, as exports of its country have it.
    const TEXTS: &[(&str, &str)] = &[
        (
            "windows-1254",
            "Ad;Soyad;E-posta\nŞükrü;Çağlayan;s@ornek.com.tr\nGülşen;Işık;g@ornek.com.tr\n",
        ),
        (
            "windows-1252",
            "Nom,Prénom,Société\nLefèvre,Zoé,Crêperie Bélanger\nMüller,Jürgen,Bäckerei Groß\n",
        ),
        (
            "windows-1250",
            "Imię;Nazwisko;Miasto\nŁukasz;Wiśniewski;Łódź\nMałgorzata;Wójcik;Gdańsk\n",
        ),
        (
            "windows-1251",
            "Имя;Фамилия;Город\nИван;Иванов;Москва\nМария;Петрова;Казань\n",
        ),
        (
            "koi8-r",
            "Имя;Фамилия;Город\nИван;Иванов;Москва\nМария;Петрова;Казань\n",
        ),
        (
            "koi8-u",
            "Ім'я;Прізвище;Місто\nІван;Їжакевич;Київ\nМарія;Ґалаґан;Єлисаветград\n",
        ),
        (
            "windows-1253",
            "Όνομα;Επώνυμο;Πόλη\nΓιώργος;Παπαδόπουλος;Αθήνα\nΕλένη;Γεωργίου;Πάτρα\n",
        ),
        (
            "windows-1256",
            "الاسم;المدينة\nمحمد علي;القاهرة\nفاطمة حسن;الرياض\n",
        ),
        (
            "shift_jis",
            "氏名,会社,電話\n山田太郎,株式会社テスト,03-1234-5678\n",
        ),
        ("euc-kr", "이름,회사,전화\n김민수,한국전자,02-123-4567\n"),
        (
            "gbk",
            "姓名,公司,电话\n王小明,北京科技有限公司,010-12345678\n",
        ),
        (
            "big5",
            "姓名,公司,電話\n王小明,台北科技股份有限公司,02-12345678\n",
        ),
        (
            "macintosh",
            "Nombre,Compañía\rMuñoz,Construcción López\rJosé,Café Días\r",
        ),
    ];

    /// The guess for a file of these bytes.
    fn guessed(bytes: &[u8]) -> String {
        let evidence = ByteEvidence {
            bytes: bytes.into(),
            lines: bytes.to_vec(),
            ..ByteEvidence::default()
        };
        guess_encoding(&evidence, bytes).name().to_ascii_lowercase()
    }

    fn assert_guessed(label: &str, text: &str) {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, misfits) = encoding.encode(text);
        assert!(!misfits, "{label}");
        assert_eq!(guessed(&bytes), label, "{text}");
    }

    #[test]
    fn one_odd_byte_does_not_decide_for_all_lines() {
        for odd in [0x8E, 0x8D, 0x90, 0x9E] {
            let line = "Şükrü;Çağlayan;Işık Sokağı\n";
            let (line, ..) = encoding_rs::WINDOWS_1254.encode(line);
            let bytes = [line.repeat(60), vec![b'X', odd, b'\n'], line.repeat(60)].concat();
            assert_eq!(guessed(&bytes), "windows-1254", "{odd:X}");
        }
    }

    #[test]
    fn code_pages_of_dos_are_known_by_letters_within_words() {
        for (lines, expected) in [
            (
                &b"J\x81rgen M\x81ller,K\x94ln\nK\x84the Gr\x94\xE1\n"[..],
                true,
            ),
            (b"Jos\x82 Mu\xA4oz,M\xA0laga\nMar\xA1a N\xA3\xA4ez\n", true),
            (b"J\xFCrgen M\xFCller,K\xF6ln\n", false),
            (b"I don\x92t \x93know\x94\n", false),
            (b"Mu\x96oz,Construcci\x97n L\x97pez\n", false),
            (b"\x8E\xE9dek,\x9Aest\n", false),
        ] {
            assert_eq!(
                super::is_of_dos(lines),
                expected,
                "{}",
                lines.escape_ascii()
            );
        }
    }

    #[test]
    fn marks_of_windows_are_no_letters_of_a_macintosh() {
        for (label, text) in [
            (
                "windows-1252",
                "Nom,Ville\nMarie,d’accord\nHélène,Nîmes\nHélène,Nîmes\n",
            ),
            (
                "windows-1252",
                "Note\nL’ami d’Alain va à Paris\nÉlodie là-bas\n",
            ),
            ("windows-1252", "Note\nI don’t know – we’ll see\n"),
            (
                "windows-1252",
                "Note\n“Très bien”, l’ami d’Alain\nÉlodie n’est pas là\n",
            ),
            (
                "windows-1254",
                "Not\nAnkara’da, Ayşe İzmir’e gitti; ağaç ışık\n",
            ),
            (
                "windows-1250",
                "Név;Megjegyzés\nSzűcs Győző;köszönöm\nErdős Ödön;\n",
            ),
            (
                "windows-1253",
                "ΟΝΟΜΑ;ΠΟΛΗ\nΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ;ΑΘΗΝΑ\nΕΛΕΝΗ;ΠΑΤΑ\n",
            ),
        ] {
            assert_guessed(label, text);
        }
    }

    #[test]
    fn a_few_lines_are_enough_to_tell_the_encoding() {
        for &(label, text) in TEXTS {
            assert_guessed(label, text);
        }
    }
}

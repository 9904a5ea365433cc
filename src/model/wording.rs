//! Small rules of wording that every message keeps.

/// The longest value shown in a message, in characters.
const SHOWN_CHARACTERS: usize = 80;

/// A value as messages show it: control characters escaped, at most 80 characters.
pub fn shorten(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(SHOWN_CHARACTERS)
        .flat_map(visible)
        .collect();
    if value.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a column's name looks like a cell of a row, as when a file has lost its header: it holds an
/// address or a number as long as that of a phone. Such names are somebody's data and not shown.
pub fn looks_like_a_cell(name: &str) -> bool {
    /// Fewer digits are a year or the number of a question.
    const DIGITS: usize = 6;
    name.contains('@') || name.chars().filter(char::is_ascii_digit).count() >= DIGITS
}

fn visible(character: char) -> Vec<char> {
    if character.is_control() {
        character.escape_default().collect()
    } else {
        vec![character]
    }
}

/// A count with its noun: `1 row`, `2 rows`, `1,204 rows`.
pub fn count_of(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A count with its digits in groups: `1,204`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The server's words behind a status: `: "token expired"`, or nothing when it said nothing.
pub fn in_quotes(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(": \"{words}\"")
    }
}

/// Below this likeness (Jaro-Winkler, 0 to 1) a suggestion misleads more than it helps.
const NEAR_ENOUGH: f64 = 0.75;

/// The word of `known` that `word` was most likely meant to be, if one is near enough.
pub fn nearest_word<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near_words(word, known)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// The words of `known` that `word` may have been meant to be, the most likely first, at most `most`.
pub fn nearest_words<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let mut near: Vec<_> = near_words(word, known).collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0));
    let words = near.into_iter().map(|(_, candidate)| candidate);
    words.take(most).collect()
}

/// The words that are near enough, each with its likeness.
fn near_words<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = (f64, &'a str)> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(move |candidate| {
            let likeness = strsim::jaro_winkler(&word, &candidate.to_lowercase());
            (likeness, candidate)
        })
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_noun() {
        for (count, expected) in [(0, "0 rows"), (1, "1 row"), (999, "999 rows")] {
            assert_eq!(count_of(count, "row"), expected);
        }
        assert_eq!(count_of(1_234_567, "row"), "1,234,567 rows");
    }

    #[test]
    fn long_values_are_cut_and_control_characters_shown() {
        assert_eq!(shorten("a\nb"), "a\\nb");
        assert_eq!(shorten(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(shorten(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn cells_are_told_from_names_of_columns() {
        for name in ["E-mail", "Phone 2", "2024 revenue", "Ada"] {
            assert!(!looks_like_a_cell(name), "{name}");
        }
        for cell in [
            "ada@example.com",
            "+90 532 123 45 67",
            "Ada;ada@example.com",
        ] {
            assert!(looks_like_a_cell(cell), "{cell}");
        }
    }

    #[test]
    fn the_nearest_word_is_found_and_far_words_are_not() {
        let known = ["column", "default", "values"];
        assert_eq!(nearest_word("colunm", known), Some("column"));
        assert_eq!(nearest_word("Values", known), Some("values"));
        assert_eq!(nearest_word("xyz", known), None);
    }

    #[test]
    fn the_nearest_words_come_in_the_order_of_their_likeness() {
        let known = ["Won", "Contacted", "Qualified", "Contracted"];
        assert_eq!(
            nearest_words("contactd", known, 3),
            ["Contacted", "Contracted"]
        );
        assert_eq!(nearest_words("contactd", known, 1), ["Contacted"]);
        assert!(nearest_words("xyz", known, 3).is_empty());
    }
}

//! What a cell's number format says about its text.
//!
//! A workbook keeps `00123` as the number 123 and the format `00000`, and dates as days since an
//! epoch. Formats that change what a value *is* are told apart here; the others only decorate it.
//!
//! Source: ECMA-376, part 1, section 18.8.31 (number formats).

use super::date_text::DateTimeShape;

/// The kinds of number format that matter to a cell's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// Shown as a plain number, whatever grouping, currency or rounding the format adds.
    Plain,
    /// A fixed number of digits, such as `00000`, `000-0000` or `"+"0`.
    Digits(DigitPattern),
    /// Hundredths with a per cent sign.
    Percent {
        /// Decimals that are shown even when they are zero.
        decimals: usize,
    },
    /// A date, a time of day or both.
    DateTime(DateTimeShape),
    /// A length of time, such as `[h]:mm`.
    Elapsed,
}

/// Where the digits of a number go, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DigitPattern {
    /// `None` is the place of a digit.
    places: Vec<Option<char>>,
}

impl DigitPattern {
    /// Writes `number` with leading zeros; digits beyond the pattern go to its first place.
    pub(super) fn write(&self, number: u64, text: &mut String) {
        let width = self.places.iter().filter(|place| place.is_none()).count();
        let digits = format!("{number:0width$}");
        let mut rest = digits.as_str();
        let mut next = digits.len() - width + 1;
        for place in &self.places {
            if let Some(literal) = place {
                text.push(*literal);
            } else {
                let (now, later) = rest.split_at(next);
                text.push_str(now);
                (rest, next) = (later, 1);
            }
        }
    }
}

impl NumberFormat {
    /// Understands a format code; only its first section (positive numbers) is looked at.
    pub(super) fn parse(code: &str) -> Self {
        let tokens = Scanner { rest: code }.tokens();
        let has = |wanted: Token| tokens.contains(&wanted);
        let is_timed = has(Token::Hour) || has(Token::Second);
        let is_dated = has(Token::YearOrDay) || (has(Token::MonthOrMinute) && !is_timed);
        if has(Token::Elapsed) {
            Self::Elapsed
        } else if (is_dated || is_timed) && !has(Token::Placeholder) {
            Self::DateTime(DateTimeShape {
                has_date: is_dated,
                has_time: is_timed,
                has_fraction: has(Token::Point) && has(Token::Zero),
            })
        } else if has(Token::Percent) && !has(Token::Special) {
            Self::Percent {
                decimals: decimals(&tokens),
            }
        } else {
            digit_pattern(&tokens).map_or(Self::Plain, Self::Digits)
        }
    }
}

fn decimals(tokens: &[Token]) -> usize {
    let after_point = tokens.iter().skip_while(|&&token| token != Token::Point);
    after_point.filter(|&&token| token == Token::Zero).count()
}

/// Two places or more make a fixed width; a single one counts only after a `+`, as in phone
/// numbers, because `0` alone is the commonest plain format and `0 "kg"` is still a quantity.
fn digit_pattern(tokens: &[Token]) -> Option<DigitPattern> {
    let mut places = Vec::with_capacity(tokens.len());
    for token in tokens {
        places.push(match token {
            Token::Zero => None,
            Token::Literal(literal) => Some(*literal),
            _ => return None,
        });
    }
    let digits = places.iter().filter(|place| place.is_none()).count();
    let is_phone = digits == 1 && places.first() == Some(&Some('+'));
    (digits >= 2 || is_phone).then_some(DigitPattern { places })
}

/// A part of a format code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// `0`.
    Zero,
    /// `#` or `?`: a digit that may be left out.
    Placeholder,
    Point,
    Percent,
    Literal(char),
    YearOrDay,
    MonthOrMinute,
    Hour,
    Second,
    /// `[h]`, `[mm]`, `[s]`.
    Elapsed,
    /// The comma between thousands.
    Grouping,
    /// What makes a format more than digits: exponents, conditions, `General`, text.
    Special,
}

/// Cuts a format code into tokens.
struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    fn tokens(mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        while let Some(character) = self.next() {
            match character {
                ';' => break,
                '"' => tokens.extend(self.until('"').chars().map(Token::Literal)),
                '\\' => tokens.extend(self.next().map(Token::Literal)),
                // A gap as wide as the next character, or a filling with it: neither is text.
                '_' | '*' => drop(self.next()),
                '[' => tokens.extend(bracket_tokens(self.until(']'))),
                _ => tokens.push(self.plain_token(character)),
            }
        }
        tokens
    }

    fn plain_token(&mut self, character: char) -> Token {
        match character.to_ascii_lowercase() {
            '0' => Token::Zero,
            '#' | '?' => Token::Placeholder,
            '.' => Token::Point,
            '%' => Token::Percent,
            ',' => Token::Grouping,
            '@' => Token::Special,
            'g' if self.skip("eneral") => Token::Special,
            'e' if self.rest.starts_with(['+', '-']) => Token::Special,
            'a' if self.skip("m/pm") || self.skip("/p") => Token::Hour,
            'y' | 'd' => Token::YearOrDay,
            'm' => Token::MonthOrMinute,
            'h' => Token::Hour,
            's' => Token::Second,
            _ => Token::Literal(character),
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    /// Takes everything up to `end`, and `end` itself.
    fn until(&mut self, end: char) -> &str {
        let (taken, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes `word` if it comes next in any case.
    fn skip(&mut self, word: &str) -> bool {
        let Some((start, rest)) = self.rest.split_at_checked(word.len()) else {
            return false;
        };
        let is_next = start.eq_ignore_ascii_case(word);
        if is_next {
            self.rest = rest;
        }
        is_next
    }
}

/// Brackets hold an elapsed unit, a currency with its language, a condition or a colour.
fn bracket_tokens(inside: &str) -> Vec<Token> {
    let lower = inside.to_ascii_lowercase();
    let is_elapsed = ["h", "m", "s"]
        .iter()
        .any(|unit| !lower.is_empty() && lower.replace(unit, "").is_empty());
    if is_elapsed {
        return vec![Token::Elapsed];
    }
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        return symbol.chars().map(Token::Literal).collect();
    }
    if inside.starts_with(['<', '>', '=']) {
        return vec![Token::Special];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date_time(has_date: bool, has_time: bool, has_fraction: bool) -> NumberFormat {
        NumberFormat::DateTime(DateTimeShape {
            has_date,
            has_time,
            has_fraction,
        })
    }

    #[test]
    fn formats_that_only_decorate_are_plain() {
        for code in [
            "General",
            "GENERAL",
            "[Red]General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00",
            "0.00E+00",
            "##0.0E+0",
            "# ?/?",
            "@",
            "#,##0 ;(#,##0)",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
            "#,##0\\ [$\u{20bd}-46D]",
            "\"$\"#,##0_);[Red](\"$\"#,##0)",
            "0\" kg\"",
            "[<=9999999]###-####;(###) ###-####",
            "\"days: \"0",
            "",
        ] {
            assert_eq!(NumberFormat::parse(code), NumberFormat::Plain, "{code}");
        }
    }

    #[test]
    fn dates_times_and_lengths_of_time_are_told_apart() {
        for (code, expected) in [
            ("mm-dd-yy", date_time(true, false, false)),
            ("yyyy\\-mm\\-dd;@", date_time(true, false, false)),
            ("mmm-yy", date_time(true, false, false)),
            ("mmmm", date_time(true, false, false)),
            (
                "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
                date_time(true, false, false),
            ),
            ("m/d/yy h:mm", date_time(true, true, false)),
            (
                "yyyy\"y\"m\"m\"d\"d\" hh:mm:ss",
                date_time(true, true, false),
            ),
            ("h:mm AM/PM", date_time(false, true, false)),
            ("[$-F400]h:mm:ss\\ A/P", date_time(false, true, false)),
            ("mm:ss", date_time(false, true, false)),
            ("mmss.0", date_time(false, true, true)),
            ("hh:mm:ss.000", date_time(false, true, true)),
            ("[h]:mm:ss", NumberFormat::Elapsed),
            ("[mm]:ss", NumberFormat::Elapsed),
            ("[SS]", NumberFormat::Elapsed),
        ] {
            assert_eq!(NumberFormat::parse(code), expected, "{code}");
        }
    }

    #[test]
    fn percentages_keep_their_number_of_decimals() {
        for (code, decimals) in [
            ("0%", 0),
            ("0.00%", 2),
            ("#,##0.0%", 1),
            ("0.0 %;[Red]-0.0 %", 1),
        ] {
            let expected = NumberFormat::Percent { decimals };
            assert_eq!(NumberFormat::parse(code), expected, "{code}");
        }
    }

    #[test]
    fn digits_are_written_into_their_places() {
        for (code, number, expected) in [
            ("0000", 7, "0007"),
            ("00000", 123, "00123"),
            ("00000", 1_234_567, "1234567"),
            ("000-000", 1234, "001-234"),
            ("(000) 000-0000", 2_025_550_123, "(202) 555-0123"),
            ("\\+00 000", 1234, "+01 234"),
            ("\"+\"0", 12_025_550_123, "+12025550123"),
            ("+0", 0, "+0"),
            ("\"ID-\"0000", 42, "ID-0042"),
            ("000_);(000)", 5, "005"),
            ("[Blue]000", 5, "005"),
        ] {
            let NumberFormat::Digits(pattern) = NumberFormat::parse(code) else {
                panic!("`{code}` is not taken for a pattern of digits");
            };
            let mut text = String::new();
            pattern.write(number, &mut text);
            assert_eq!(text, expected, "{code}");
        }
    }
}

//! Finding the header where nobody says which row it is.

use super::cell_kind::{CellKind, PLAIN_NUMBER, shape};
use crate::model::{Cells, Header};
use crate::source::filled_row::FilledRow;

/// Where the column names seem to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct HeaderGuess {
    /// The names, and their row; row 0 when the file has none.
    pub(in crate::source) header: Header,
    /// Filled rows above it.
    pub(in crate::source) rows_above: usize,
}

/// Words that hardly stand in a cell but to name a column.
const KNOWN_WORDS: &str = include_str!("known_words.txt");

/// So many known words in a row are no accident.
const SEVERAL: usize = 2;

/// A row of names is fuller by so many per cent than the titles right above it.
const FULLER: usize = 125;

/// So many rows of a table are looked at for its names, if its first row holds none.
const ROWS_TO_TRY: usize = 10;

/// Guesses the header from the first filled rows of a file; `None` if there are none.
///
/// The row that holds the `known_names` is the header. Where none does, the table begins with the first row that is
/// about as full as most are, and that row holds the names unless it looks like the rows below it: an address, a
/// date or a number where they have one, or a value that they repeat.
pub(in crate::source) fn guess_header(
    rows: &[FilledRow],
    known_names: &[String],
) -> Option<HeaderGuess> {
    let rows_seen: Vec<SeenRow<'_>> = rows.iter().map(SeenRow::of).collect();
    let start = table_start(&rows_seen)?;
    let found = row_of_known_names(&rows_seen, known_names)
        .or_else(|| header_of_table(rows, &rows_seen, start));
    Some(match found {
        Some(index) => HeaderGuess {
            header: Header {
                row_number: rows[index].number,
                names: trimmed(&rows[index].cells),
            },
            rows_above: index,
        },
        None => HeaderGuess {
            header: lettered_header(rows)?,
            rows_above: 0,
        },
    })
}

/// Column names without the white space around them.
pub(super) fn trimmed(cells: &Cells) -> Vec<String> {
    cells.iter().map(|name| name.trim().to_owned()).collect()
}

/// The header of a file without column names: as many letters as the widest of its first rows has cells.
pub(in crate::source) fn lettered_header(rows: &[FilledRow]) -> Option<Header> {
    let columns = rows.iter().map(|row| row.cells.len()).max()?;
    Some(Header {
        row_number: 0,
        names: (0..columns).map(Header::letter).collect(),
    })
}

/// A row with the kinds of its cells.
struct SeenRow<'a> {
    cells: &'a Cells,
    kinds: Vec<CellKind>,
    filled: usize,
}

impl<'a> SeenRow<'a> {
    fn of(row: &'a FilledRow) -> Self {
        let kinds: Vec<CellKind> = row.cells.iter().map(CellKind::of).collect();
        Self {
            cells: &row.cells,
            filled: kinds
                .iter()
                .filter(|&&kind| kind != CellKind::Blank)
                .count(),
            kinds,
        }
    }

    fn kind(&self, column: usize) -> CellKind {
        self.kinds.get(column).copied().unwrap_or(CellKind::Blank)
    }

    fn text(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }

    fn filled_columns(&self) -> impl Iterator<Item = usize> + '_ {
        let columns = 0..self.kinds.len();
        columns.filter(|&column| self.kinds[column] != CellKind::Blank)
    }

    /// Whether the row has at least `percent` of `filled` cells.
    fn is_as_full_as(&self, percent: usize, filled: usize) -> bool {
        self.filled * 100 >= filled * percent
    }
}

/// The first row that holds all known names, if there are several. Else the first of those that hold most, if what
/// stands above it is less full: a row of data may have a name for a value, and those above it are data, too.
fn row_of_known_names(rows: &[SeenRow<'_>], known_names: &[String]) -> Option<usize> {
    let is_held = |row: &SeenRow<'_>, name: &String| {
        (0..row.kinds.len()).any(|column| row.text(column) == name)
    };
    let held = rows
        .iter()
        .map(|row| known_names.iter().filter(|name| is_held(row, name)).count());
    let held: Vec<usize> = held.collect();
    let most = held.iter().copied().max().filter(|&most| most > 0)?;
    let index = held.iter().position(|&count| count == most)?;
    let is_certain = most > 1 && most == known_names.len();
    let is_below_titles = || {
        rows[..index]
            .iter()
            .all(|row| row.filled < rows[index].filled)
    };
    (is_certain || is_below_titles()).then_some(index)
}

/// The first row that is about as full as a full row of the table.
fn table_start(rows: &[SeenRow<'_>]) -> Option<usize> {
    /// Of all rows so many per cent are less full than the one that the table is judged by: titles, blank cells.
    const PERCENTILE: usize = 75;
    /// Names may be missing where cells are not.
    const ABOUT: usize = 60;
    let mut counts: Vec<usize> = rows.iter().map(|row| row.filled).collect();
    counts.sort_unstable();
    let full = *counts.get(counts.len().checked_sub(1)? * PERCENTILE / 100)?;
    rows.iter().position(|row| row.is_as_full_as(ABOUT, full))
}

/// Which of the rows of a table holds the names, if any does.
fn header_in(table: &[SeenRow<'_>]) -> Option<usize> {
    let candidates = (0..table.len().min(ROWS_TO_TRY)).filter(|&index| {
        let above = table[..index].iter().map(|row| row.filled).max();
        let has_rows_below = index + 1 < table.len();
        above.is_none_or(|above| has_rows_below && table[index].is_as_full_as(FULLER, above))
    });
    let found = candidates
        .into_iter()
        .find(|&index| holds_names(&table[index], &table[index + 1..]));
    let is_certain = found.is_some_and(|index| known_words(&table[index]) > 0);
    let other = if is_certain {
        None
    } else {
        row_of_words(table)
    };
    other.or_else(|| Some(below_groups(table, found?)))
}

/// The row of names itself, where the one found only names groups of columns: the row right below is fuller, and
/// names columns as surely.
fn below_groups(table: &[SeenRow<'_>], found: usize) -> usize {
    let below = found + 1;
    let is_header = table.get(below).is_some_and(|row| {
        let rest = &table[below + 1..];
        row.is_as_full_as(FULLER, table[found].filled)
            && known_words(row) > 0
            && holds_names(row, rest)
            && differs_in_kind(row, rest)
    });
    if is_header { below } else { found }
}

/// The first row with several words that name columns. Titles may have as many cells as the table, but not
/// these.
fn row_of_words(table: &[SeenRow<'_>]) -> Option<usize> {
    (0..table.len().min(ROWS_TO_TRY)).find(|&index| {
        known_words(&table[index]) >= SEVERAL && holds_names(&table[index], &table[index + 1..])
    })
}

/// The row of names of the table that begins with the row `start`: one of its own, or the row right above it, which
/// names fewer columns than there are cells. Of two that may be names the one with a word that is known.
fn header_of_table(rows: &[FilledRow], seen: &[SeenRow<'_>], start: usize) -> Option<usize> {
    let own = header_in(&seen[start..]).map(|offset| start + offset);
    let above = start.checked_sub(1).filter(|&above| {
        let is_adjacent = rows[above].number + 1 == rows[start].number;
        is_adjacent && holds_names(&seen[above], &seen[start..])
    });
    let has_word = |index: usize| known_words(&seen[index]) > 0;
    match (own, above) {
        (Some(own), Some(above)) if has_word(above) && !has_word(own) => Some(above),
        (own, above) => own.or(above),
    }
}

/// Whether the cells of `row` name the columns of the rows `below`.
fn holds_names(row: &SeenRow<'_>, below: &[SeenRow<'_>]) -> bool {
    if is_mostly_words(row) {
        return true;
    }
    let are_names = row
        .filled_columns()
        .all(|column| can_name(row, column, below));
    are_names && (known_words(row) > 0 || differs_in_kind(row, below) || !repeats(row, below))
}

/// Whether the row has known words and little beside texts: a number among them is a name, too.
fn is_mostly_words(row: &SeenRow<'_>) -> bool {
    const MOSTLY: usize = 70;
    let count = |kind: CellKind| row.kinds.iter().filter(|&&own| own == kind).count();
    let has_data = count(CellKind::Address) + count(CellKind::Phone) > 0;
    !has_data && known_words(row) >= SEVERAL && count(CellKind::Text) * 100 >= row.filled * MOSTLY
}

/// Whether a text of `row` stands above cells that are no texts.
fn differs_in_kind(row: &SeenRow<'_>, below: &[SeenRow<'_>]) -> bool {
    row.filled_columns().any(|column| {
        let usual = usual_kind(below, column);
        row.kind(column) == CellKind::Text && usual.is_some_and(|usual| usual != CellKind::Text)
    })
}

/// Whether the cell of `row` in `column` can be the name of what stands below it.
fn can_name(row: &SeenRow<'_>, column: usize, below: &[SeenRow<'_>]) -> bool {
    /// A longer text is a remark.
    const LONGEST_NAME: usize = 200;
    match row.kind(column) {
        CellKind::Text => row.text(column).len() <= LONGEST_NAME,
        CellKind::Blank | CellKind::Address | CellKind::Phone => false,
        kind => {
            let has_text_beside = row.kinds.contains(&CellKind::Text);
            let is_unlike_below = usual_kind(below, column) != Some(kind);
            let is_name = is_unlike_below
                || is_counted_on(row, column)
                || is_of_other_shape(row, column, below);
            has_text_beside && is_name
        }
    }
}

/// Whether the cell is more than a plain number, and hardly a cell below is written so: `1 Mo`, `2011-12` and `Q1 2019`
/// stand above plain numbers.
fn is_of_other_shape(row: &SeenRow<'_>, column: usize, below: &[SeenRow<'_>]) -> bool {
    /// One cell in so many may look like its name.
    const LIKE_NAME: usize = 10;
    let own = shape(row.text(column));
    if own == PLAIN_NUMBER {
        return false;
    }
    let filled = below
        .iter()
        .filter(|row| row.kind(column) != CellKind::Blank);
    let (mut all, mut alike) = (0, 0);
    for other in filled {
        all += 1;
        alike += usize::from(shape(other.text(column)) == own);
    }
    all > 0 && alike * LIKE_NAME <= all
}

/// Whether the cell is the next number after the one to its left, or the one before the next to its right:
/// months, years and questions are numbered so.
fn is_counted_on(row: &SeenRow<'_>, column: usize) -> bool {
    let number = |column: Option<usize>| row.text(column?).parse::<u32>().ok();
    let here = number(Some(column));
    let before = number(column.checked_sub(1));
    let after = number(column.checked_add(1));
    let follows = |first: Option<u32>, second: Option<u32>| {
        first.is_some() && first.map(|first| first + 1) == second
    };
    follows(before, here) || follows(here, after)
}

/// The kind that most filled cells of a column have.
fn usual_kind(rows: &[SeenRow<'_>], column: usize) -> Option<CellKind> {
    let mut counts = std::collections::BTreeMap::<CellKind, usize>::new();
    for kind in rows.iter().map(|row| row.kind(column)) {
        if kind != CellKind::Blank {
            *counts.entry(kind).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|&(_, count)| count)
        .map(|(kind, _)| kind)
}

/// Whether texts of `row` come again below, though not the whole row: some exports repeat their names.
fn repeats(row: &SeenRow<'_>, below: &[SeenRow<'_>]) -> bool {
    let is_same = |other: &SeenRow<'_>, column: usize| other.text(column) == row.text(column);
    let is_again = |other: &&SeenRow<'_>| row.filled_columns().all(|column| is_same(other, column));
    let others: Vec<_> = below.iter().filter(|other| !is_again(other)).collect();
    let mut texts = row
        .filled_columns()
        .filter(|&column| row.kind(column) == CellKind::Text);
    texts.any(|column| others.iter().any(|other| is_same(other, column)))
}

/// How many cells are words that name columns, in one of the languages that exports come in.
fn known_words(row: &SeenRow<'_>) -> usize {
    let is_known = |cell: &str| {
        let cell = cell.to_lowercase();
        !cell.is_empty() && KNOWN_WORDS.lines().any(|word| word == cell)
    };
    (0..row.kinds.len())
        .filter(|&column| is_known(row.text(column)))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows given as text, their cells parted by `|`; a blank line is a blank row.
    fn rows(table: &str) -> Vec<FilledRow> {
        let numbered = (1..).zip(table.lines());
        let filled = numbered.filter(|(_, line)| !line.is_empty());
        let row = |(number, line): (u64, &str)| FilledRow {
            number,
            line: None,
            cells: line.split('|').collect(),
            faults: Vec::new(),
        };
        filled.map(row).collect()
    }

    /// What is special, the table, and the row of its names.
    const TABLES: &[(&str, &str, u64)] = &[
        (
            "first row",
            "Name|Phone|Mail\nJane|+12025550123|a@b.co\n",
            1,
        ),
        ("all text", "Alpha|Beta\nx|y\nz|w\n", 1),
        ("only names", "Name|Phone", 1),
        (
            "below a title",
            "Contacts of 2024\n\nName|Phone|Mail\nJane|1|a@b.co\nJoe|2|c@d.co\n",
            3,
        ),
        (
            "below pairs",
            "Report:|Leads\nMade on:|2024-03-01\nName|Phone|Mail|City\nJane|1|a@b.co|Bonn\nJoe|2|c@d.co|Ulm\n",
            3,
        ),
        (
            "below groups",
            "Person|||Company||\nName|Mail|Phone|Firm|City|Size\nA|a@b.co|1|F|B|3\nC|c@d.co|2|G|H|4\n",
            2,
        ),
        (
            "sparse rows",
            "Name|Mail|Phone|Firm|City|Size\nA|||||3\nC|c@d.co||||\n",
            1,
        ),
        (
            "years",
            "Region|2022|2023\nNorth|12.5|13\nSouth|9|8.25\n",
            1,
        ),
        (
            "no names",
            "Jane|jane@b.co|+12025550123\nJoe|joe@b.co|+12025550124\n",
            0,
        ),
        ("numbers only", "1|2|3\n4|5|6\n", 0),
        ("counted months", "Ürün|1|2|3\nÇay|17|34|51\nSu|1|2|3\n", 1),
        (
            "years over blanks",
            "Country|Code|2022|2023\nAruba|ABW||12.5\nChad|TCD||\n",
            1,
        ),
        (
            "days over times",
            "Who|2024-03-01|2024-03-02\nA|08:30|09:00\nB|08:00|\n",
            1,
        ),
        ("a column called no", "Place|NO\nBonn|1\nUlm|2\n", 1),
        (
            "fewer names than cells",
            "Full name\nDoe| Jane\nDoe| Joe\n",
            1,
        ),
        (
            "one known name above cells that differ",
            "Full name\nDoe| Jane\nBloggs| Joe\nOther| Ann\n",
            1,
        ),
        (
            "a title as wide as the table",
            "Leads\nMade on Friday|1 May|2026\n\nName|Phone|E-mail\nA|1|a@b.co\nB|2|c@d.co\n",
            4,
        ),
        (
            "a list of names",
            "field|label|type\nemail|E-mail|text\nphone|Phone|text\n",
            1,
        ),
        ("names again as values", "a|b|c\n1|b|c\n2|b|c\n3|b|c\n", 1),
        (
            "a number for a name",
            "0|First Name|Country|Age\n1|Dulce|France|32\n2|Mara|Chad|25\n",
            1,
        ),
        (
            "groups nearly as full",
            "Person|||Company|Sums\nName|Mail|Phone|Firm|Amount\nA|a@b.co|1|F|3\nC|c@d.co|2|G|4\n",
            2,
        ),
        (
            "a fuller row at the end",
            "1|english\n2|german\n3|dutch|extra\n",
            0,
        ),
        ("years as data", "Ford|Focus|2012\nFiat|Uno|1998\n", 0),
        ("a value again", "Jane|Berlin\nJoe|Berlin\nJim|Bonn\n", 0),
        ("a known word", "Name|City\nJane|City\nJoe|Bonn\n", 1),
        ("names again", "Alpha|Beta\nx|y\nAlpha|Beta\nz|w\n", 1),
        ("single column", "Mail\na@b.co\nc@d.co\n", 1),
        ("single column of data", "a@b.co\nc@d.co\n", 0),
        ("one data row", "Jane|jane@b.co\n", 0),
    ];

    #[test]
    fn the_header_is_found_where_people_see_it() {
        for &(what, table, expected) in TABLES {
            let guess = guess_header(&rows(table), &[]).unwrap();
            assert_eq!(guess.header.row_number, expected, "{what}");
        }
        assert_eq!(guess_header(&[], &[]), None);
    }

    #[test]
    fn known_names_win_over_looks() {
        let table = "Made by|Jane\nAlpha|jane@b.co|Gamma\nx|y|z\n";
        let row = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            guess_header(&rows(table), &names)
                .unwrap()
                .header
                .row_number
        };
        assert_eq!(row(&["Gamma", "Alpha"]), 2);
        assert_eq!(row(&["Gamma", "Omega"]), 2, "one is better than none");
        assert_eq!(row(&["Omega"]), row(&[]));
        // A value of a row is no name, unless nothing but titles stands above it.
        assert_eq!(row(&["y"]), row(&[]));
        assert_eq!(row(&["y", "Omega"]), row(&[]));
    }

    #[test]
    fn columns_without_names_are_lettered_and_titles_counted() {
        let guess = guess_header(&rows("Jane|j@b.co\nJoe|k@b.co|x\n"), &[]).unwrap();
        assert_eq!(guess.header.names, ["A", "B", "C"]);
        let guess = guess_header(&rows("Title\n Name |Phone\nJane|1\nJoe|2\n"), &[]).unwrap();
        assert_eq!(
            (guess.header.names, guess.rows_above),
            (vec!["Name".into(), "Phone".into()], 1)
        );
    }
}

//! Which character stands between the cells of a text file, found by looking.
//!
//! Each candidate takes a sample apart. The right one makes many cells, as many in each row, and none
//! that still holds what looks like another delimiter.

use super::record_reader::RecordReader;

/// So much of a file is looked at: its first rows, and some more.
pub(super) const SAMPLE_BYTES: usize = 128 * 1024;

/// So many records are enough.
const MOST_RECORDS: usize = 300;

/// What delimits, and how readily it is believed: text has colons and hashes of its own.
const CANDIDATES: [(u8, f64); 11] = [
    (b',', 1.0),
    (b';', 1.0),
    (b'\t', 1.0),
    (b'|', 0.95),
    (b'\x1F', 0.95),
    (b'\x01', 0.95),
    (b'^', 0.8),
    (b'~', 0.8),
    (b':', 0.6),
    (b'#', 0.5),
    (b'!', 0.5),
];

/// A candidate this much worse than the best one is still a rival.
const RIVAL: f64 = 0.9;

/// Below this no candidate is better than a single column.
const SINGLE_COLUMN: f64 = 0.3;

/// A first row that is not of the table is a title at best.
const BEGINS_WITH_TITLE: f64 = 0.6;

/// What a table of a single column would lack; wide tables are hardly made by accident.
const MISSED_BY_ONE_CELL: f64 = 0.6;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DelimiterGuess {
    /// The likely delimiter; a comma when there is a single column.
    pub(super) delimiter: u8,
    /// Another that fits about as well.
    pub(super) rival: Option<u8>,
    /// Whether none fits.
    pub(super) is_single_column: bool,
}

/// Looks at `sample`, the first bytes of the file's rows as UTF-8; `is_whole` if nothing follows them.
pub(super) fn find_delimiter(sample: &[u8], is_whole: bool) -> DelimiterGuess {
    let mut scores: Vec<(u8, f64)> = CANDIDATES
        .iter()
        .map(|&(delimiter, prior)| (delimiter, prior * score(sample, is_whole, delimiter)))
        .collect();
    // Stable: of equal ones the first candidate wins.
    scores.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let [(delimiter, best), (second, close), ..] = scores[..] else {
        unreachable!("there are several candidates")
    };
    if best < SINGLE_COLUMN {
        return DelimiterGuess {
            delimiter: b',',
            rival: None,
            is_single_column: true,
        };
    }
    let is_rival = close >= SINGLE_COLUMN && close >= best * RIVAL;
    DelimiterGuess {
        delimiter,
        rival: is_rival.then_some(second),
        is_single_column: false,
    }
}

/// How well `delimiter` takes the sample apart: from 0, not at all, to 1.
fn score(sample: &[u8], is_whole: bool, delimiter: u8) -> f64 {
    if !sample.contains(&delimiter) {
        return 0.0;
    }
    let records = records(sample, is_whole, delimiter);
    let Some(width) = usual_width(&records) else {
        return 0.0;
    };
    // What stands before the first such row may be titles.
    let table = records.iter().skip_while(|record| record.width != width);
    let (mut rows, mut fitting, mut clean, mut cells) = (0, 0.0, 0, 0);
    for record in table {
        rows += 1;
        fitting += record.fit(width);
        clean += record.clean_cells;
        cells += record.width;
    }
    let share_of_all = ratio(rows, records.len()).midpoint(1.0);
    let regular = fitting / ratio(rows, 1);
    let parted = 1.0 - MISSED_BY_ONE_CELL / ratio(width, 1);
    // A name more or less is a delimiter at the end.
    let first = match records[0].width {
        first if first > 1 && first.abs_diff(width) <= 1 => 1.0,
        _ => BEGINS_WITH_TITLE,
    };
    regular * share_of_all * parted * first * ratio(clean, cells).midpoint(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// A record as one candidate sees it.
#[derive(Debug, Clone, Copy)]
struct Record {
    width: usize,
    clean_cells: usize,
    is_misquoted: bool,
}

impl Record {
    /// How well the record fits a table of `width` columns.
    fn fit(self, width: usize) -> f64 {
        /// Ragged rows occur, but not with a wrong delimiter alone.
        const RAGGED: f64 = 0.3;
        match self.width {
            _ if self.is_misquoted => 0.0,
            1 => 0.0,
            same if same == width => 1.0,
            _ => RAGGED,
        }
    }
}

fn records(sample: &[u8], is_whole: bool, delimiter: u8) -> Vec<Record> {
    let mut reader = RecordReader::new(sample, delimiter, sample.len());
    let mut records = Vec::new();
    while let Ok(Some(record)) = reader.next_record() {
        let mut start = 0;
        let mut cells = record.ends.iter().map(|&end| {
            let cell = &record.text[start..end];
            start = end;
            cell
        });
        let is_misquoted = record.stray_quote_in.is_some();
        let (mut is_filled, mut clean_cells) = (false, 0);
        for cell in &mut cells {
            is_filled |= !cell.trim_ascii().is_empty();
            clean_cells += usize::from(is_clean(cell, delimiter));
        }
        if is_filled || record.ends.len() > 1 {
            records.push(Record {
                width: record.ends.len(),
                clean_cells,
                is_misquoted,
            });
        }
        if records.len() == MOST_RECORDS {
            return records;
        }
    }
    // The last one is cut.
    if !is_whole && records.len() > 1 {
        records.pop();
    }
    records
}

/// The number of cells, at least two, that most records have; of equally frequent ones the largest.
fn usual_width(records: &[Record]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for record in records.iter().filter(|record| record.width > 1) {
        *counts.entry(record.width).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(width, count)| (count, width));
    most.map(|(width, _)| width)
}

/// Whether nothing in the cell looks like a delimiter other than `delimiter`, or like half a quotation.
fn is_clean(cell: &[u8], delimiter: u8) -> bool {
    let is_bare_comma = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| cell.get(before));
        let after = cell.get(at + 1);
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let is_in_number = is_digit(before) && is_digit(after);
        !is_in_number && after.is_some_and(|next| !next.is_ascii_whitespace())
    };
    let looks_like_one = |(at, &byte): (usize, &u8)| match byte {
        b';' | b'\t' | b'|' => true,
        b',' => is_bare_comma(at),
        _ => false,
    };
    let has_half_a_quotation = cell.first() == Some(&b'"') || cell.last() == Some(&b'"');
    let others = cell
        .iter()
        .enumerate()
        .filter(|&(_, &byte)| byte != delimiter);
    !has_half_a_quotation && !others.into_iter().any(looks_like_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_makes_a_table() {
        for (sample, expected) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1;2;3\n", b';'),
            ("a\tb\tc\n1\t2\t3\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("a^b^c\n1^2^3\n", b'^'),
            ("a~b~c\n1~2~3\n", b'~'),
            ("name:phone:mail\nJane:1:a@b.c\nJoe:2:d@e.f\n", b':'),
            ("Name;Phone", b';'),
            ("Name;Betrag\nA;12,50\nB;7,25\n", b';'),
            (
                "Name;Ort;Notiz\nA;Bonn;eins, zwei, drei\nB;Ulm;vier, fünf, sechs\n",
                b';',
            ),
            ("Name;Note\nA;1,2,3,4\nB;5,6,7,8\n", b';'),
            ("\"a\";\"b, c\"\n\"d\";\"e, f\"\n", b';'),
            (";;;\n;;;\n", b';'),
            (
                "For us, you, them\nName;City;Sum\nA;B;1,50\nC;D;2,50\nE;F;3,50\n",
                b';',
            ),
            (
                "login:uid:name\nu0:1000:Jane Doe,Room 1\nu1:1001:Joe Doe,Room 2\n",
                b':',
            ),
            ("Name,Skills,Tongues\nA,a|b|c,d|e\nB,f|g|h,i|j\n", b','),
            ("a,b,tags\n1,2,x;y;z\n3,4,x;y;z\n", b','),
            ("name,time\nA,10:30:00\nB,11:45:10\n", b','),
            (
                "Report\nMade on 1 May, 2024\n\nName;Phone;Mail\nA;1;a@b.c\nB;2;d@e.f\n",
                b';',
            ),
            ("url\nhttps://a.example/x\nhttps://b.example/y\n", b','),
            ("Name\nÖz, Ali\n", b','),
            ("Name\nJane Doe\nJoe Bloggs\n", b','),
            ("", b','),
        ] {
            assert_eq!(
                find_delimiter(sample.as_bytes(), true).delimiter,
                expected,
                "{sample}"
            );
        }
    }

    #[test]
    fn a_tie_is_told() {
        for (sample, expected) in [
            ("a;b,c;d,e\n1;2,x;3,y\n", Some(b';')),
            ("a;b;c\n1;2;3\n", None),
            ("a\n1\n", None),
        ] {
            let guess = find_delimiter(sample.as_bytes(), true);
            let either = [Some(guess.delimiter), guess.rival];
            assert_eq!(
                guess.rival.is_some(),
                expected.is_some(),
                "{sample}: {guess:?}"
            );
            assert!(expected.is_none() || either.contains(&expected), "{sample}");
        }
    }
}

use proptest::prelude::*;

use super::{LONGEST_RECORD_BYTES, MOST_CELLS, RecordFault, RecordReader};

/// Reads everything with a buffer of `buffer_bytes`; each record is a list of cells.
fn read_all(text: &[u8], buffer_bytes: usize) -> Result<Vec<Vec<String>>, RecordFault> {
    let mut reader = RecordReader::new(text, b',', buffer_bytes);
    let mut records = Vec::new();
    while let Some(record) = reader.next_record()? {
        let mut start = 0;
        let mut cells = Vec::new();
        for &end in record.ends {
            cells.push(String::from_utf8_lossy(&record.text[start..end]).into_owned());
            start = end;
        }
        records.push(cells);
    }
    Ok(records)
}

#[test]
fn records_and_blank_lines_come_in_order_whatever_the_buffer() {
    for (text, expected) in [
        ("", &[][..]),
        ("a,b", &[&["a", "b"][..]][..]),
        ("a,b\n", &[&["a", "b"]]),
        ("a\r\nb\r\n", &[&["a"], &["b"]]),
        ("a\rb\r", &[&["a"], &["b"]]),
        ("a\n\nb", &[&["a"], &[], &["b"]]),
        ("a\r\n\r\nb", &[&["a"], &[], &["b"]]),
        ("a\r\rb", &[&["a"], &[], &["b"]]),
        ("a\n\r\nb", &[&["a"], &[], &["b"]]),
        ("\n\n", &[&[], &[]]),
        ("\r\na", &[&[], &["a"]]),
        ("a\n\n", &[&["a"], &[]]),
        (",\n \n", &[&["", ""], &[" "]]),
        ("\"\"\n", &[&[""]]),
        ("\"a\r\n\r\nb\",c\r\nd", &[&["a\r\n\r\nb", "c"], &["d"]]),
        ("\"say \"\"hi\"\"\",b", &[&["say \"hi\"", "b"]]),
        ("a,\"b\"", &[&["a", "b"]]),
        ("a,", &[&["a", ""]]),
        ("a\0b,ğ\n", &[&["a\0b", "ğ"]]),
        ("\u{feff}a\n", &[&["\u{feff}a"]]),
        ("5\" pipe,b\n", &[&["5\" pipe", "b"]]),
    ] {
        for buffer_bytes in [1, 2, 3, 5, 8, 4096] {
            let records = read_all(text.as_bytes(), buffer_bytes).unwrap();
            assert_eq!(records, expected, "{text:?} in steps of {buffer_bytes}");
        }
    }
}

#[test]
fn an_unclosed_quote_is_noticed_at_the_end() {
    for text in ["\"", "a,\"b", "a\n\"b\n\nc\n", "\"a\"\""] {
        for buffer_bytes in [1, 4096] {
            let outcome = read_all(text.as_bytes(), buffer_bytes);
            let is_noticed = matches!(outcome, Err(RecordFault::UnclosedQuote));
            assert!(
                is_noticed,
                "{text:?} in steps of {buffer_bytes}: {outcome:?}"
            );
        }
    }
}

#[test]
fn a_record_without_end_is_given_up() {
    let long = format!("\"{}\"", "a\n".repeat(LONGEST_RECORD_BYTES / 2));
    let fault = read_all(long.as_bytes(), super::BUFFER_BYTES).unwrap_err();
    assert!(matches!(fault, RecordFault::TooLong));

    let wide = ",".repeat(2 * MOST_CELLS);
    let fault = read_all(wide.as_bytes(), super::BUFFER_BYTES).unwrap_err();
    assert!(matches!(fault, RecordFault::TooManyCells));
}

/// What a reader makes of a text: each record with its cells and its stray quote, and how it ends.
type Reading = (Vec<(Vec<Vec<u8>>, Option<usize>)>, Option<String>);

fn read_with_faults(text: &[u8], buffer_bytes: usize) -> Reading {
    let mut reader = RecordReader::new(text, b';', buffer_bytes);
    let mut records = Vec::new();
    loop {
        match reader.next_record() {
            Ok(None) => return (records, None),
            Err(fault) => return (records, Some(format!("{fault:?}"))),
            Ok(Some(record)) => {
                let starts = std::iter::once(0).chain(record.ends.iter().copied());
                let cells = starts
                    .zip(record.ends)
                    .map(|(start, &end)| record.text[start..end].to_vec());
                records.push((cells.collect(), record.stray_quote_in));
            }
        }
    }
}

proptest! {
    // With a buffer of one byte no record ever lies in it as a whole.
    #[test]
    fn whole_records_are_what_the_parser_makes_of_them(
        text in "([a\"\"\"\"éü;;,\r\n]|\r\n|\"\"|\";\"){0,24}",
        buffer_bytes in 2_usize..40,
    ) {
        let by_parser = read_with_faults(text.as_bytes(), 1);
        prop_assert_eq!(&read_with_faults(text.as_bytes(), 4096), &by_parser);
        prop_assert_eq!(&read_with_faults(text.as_bytes(), buffer_bytes), &by_parser);
    }
}

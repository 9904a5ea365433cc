//! Lines whose columns stand below each other.

/// Two spaces between columns, and none after the last one.
pub(super) fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for line in lines {
        let mut written = String::new();
        for (cell, width) in line.iter().zip(widths) {
            written.push_str(cell);
            let missing = width - cell.chars().count();
            written.extend(std::iter::repeat_n(' ', missing + 2));
        }
        text.push_str(written.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let lines = [["run", "file", ""], ["k3m9xq", "ä.csv", "1 created"]];
        let lines = lines.map(|line| line.map(str::to_owned));
        assert_eq!(aligned(&lines), "run     file\nk3m9xq  ä.csv  1 created\n");
        assert_eq!(aligned::<2>(&[]), "");
    }
}

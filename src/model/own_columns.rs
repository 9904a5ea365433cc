//! The columns that leadferry adds to a rejects file.

/// An opaque token that ties a mended row to the row it was.
pub const TOKEN_COLUMN: &str = "leadferry_row";
/// Why the row stands in the rejects file: `rejected` or `refused`.
pub const STATUS_COLUMN: &str = "leadferry_status";
/// All problems of the row, in words.
pub const PROBLEMS_COLUMN: &str = "leadferry_problems";

/// Our columns, in the order in which they follow the input's own.
pub const OWN_COLUMNS: [&str; 3] = [TOKEN_COLUMN, STATUS_COLUMN, PROBLEMS_COLUMN];

/// Whether a column of this name is ours. Every name with the prefix is, so that later versions
/// may add some.
pub fn is_own_column(name: &str) -> bool {
    name.starts_with("leadferry_")
}

//! The stable codes of problems and warnings: **the one place to add a code**.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Writes the enum and its table from one list, so that a code cannot lack its explanation.
macro_rules! codes {
    ($($name:ident = $text:literal, $meaning:literal, $advice:literal;)+) => {
        /// A stable name for what is wrong with a row, or for a warning about it.
        ///
        /// Programs may rely on the text of a code; its sentence may change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] #[serde(rename = $text)] $name,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as the results file shows it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The code that [`Self::as_str`] shows as `text`.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// What the code means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }

            /// What to do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)+ }
            }
        }
    };
}

codes! {
    RowTooFewCells = "row.too_few_cells",
        "The row ends before a column that the mapping uses.",
        "Look for a line break or a missing delimiter in this row of the file.";
    RowTooManyCells = "row.too_many_cells",
        "The row has more filled cells than the header has columns.",
        "A cell that holds the delimiter must stand in quotes; mend the row or the export.";
    RowUnchanged = "row.unchanged",
        "The row comes from a rejects file and has not been mended, and its fault does not show in a text file.",
        "Mend what `leadferry_problems` names, or empty the row's `leadferry_row` if it is right as it stands.";
    RowChanged = "row.changed",
        "The CRM has the row's lead, and the row says something else now than when the lead was created.",
        "Change the lead in the CRM: the API has no update. The next run does not say it again.";
    RowKnownByLead = "row.known_by_lead",
        "No row with these cells was ever imported, but the CRM has been given this very lead.",
        "Nothing, if `--known-by-lead skip` was meant; an `[identity]` in the mapping makes rows known by their own columns.";
    IdentityEmpty = "identity.empty",
        "All columns that `[identity]` names are blank, so nobody could tell this row from others tomorrow.",
        "Fill in one of the columns.";
    IdentityConflict = "identity.conflict",
        "A row with this identity was imported, and it shares neither name, e-mail nor phone with this one.",
        "If the export numbers its rows anew each time, take other columns or another `source` for `[identity]`.";
    DuplicateIdentity = "duplicate.identity",
        "Another row of the file has the same identity and is in the CRM.",
        "Nothing, if both rows are the same lead; otherwise mend the identity columns.";
    DuplicateKey = "duplicate.key",
        "Another row has the same values in the fields that `[duplicates]` names.",
        "Nothing, if both rows are the same lead; otherwise change `[duplicates]` in the mapping.";
    DuplicateOwnerOpen = "duplicate.owner_open",
        "Another row is the same lead, and it is not known whether that one is in the CRM.",
        "Settle the other row first, with `leadferry runs settle`.";
    CellErrorValue = "cell.error_value",
        "The cell holds a spreadsheet error such as `#N/A`.",
        "Mend the formula, or empty the cell.";
    CellDigitsLost = "cell.digits_lost",
        "The cell is a number of more than 15 digits, which a spreadsheet program does not keep.",
        "Format the column as text and type the number again.";
    CellNotText = "cell.not_text",
        "The cell holds bytes that are not text in the file's encoding.",
        "Export the file again as UTF-8.";
    CellMisquoted = "cell.misquoted",
        "The cell begins with a quote and goes on behind the closing one.",
        "Double every quote inside a quoted cell (`\"a \"\"b\"\" c\"`), or take the outer ones off.";
    CellOthersLeftOut = "cell.others_left_out",
        "The cell has several numbers or addresses, of which one was taken.",
        "Nothing, if the first valid one is meant; map the column to `description` too if the others matter.";
    FieldMissing = "field.missing",
        "A field that every lead needs has no value.",
        "Fill in the cell, or give the field a `default` in the mapping.";
    FieldTooLong = "field.too_long",
        "The value is longer than the CRM takes.",
        "Shorten it: nothing is ever cut off silently.";
    FieldDropped = "field.dropped",
        "The value was wrong and the mapping says to leave it out.",
        "Nothing, if that is what `on_invalid = \"drop\"` was meant to do.";
    RequireAnyOf = "require.any_of",
        "None of the fields of which the mapping requires one has a value.",
        "Fill in one of the columns, or change `[require]` in the mapping.";
    FilterSkipped = "filter.skipped",
        "A filter in the mapping leaves this row out.",
        "Nothing, if that is what the filter was meant to do.";
    IntegerInvalid = "integer.invalid",
        "The value is not a whole number, and the field takes an id.",
        "Use the id from the CRM, look the name up with `lookup`, or translate it with a `values` table.";
    ValuesUnknown = "values.unknown",
        "The value is not in the mapping's `values` table.",
        "Add the value to the table, or mend the cell.";
    LookupUnknown = "lookup.unknown",
        "The CRM's list has no entry of this name.",
        "Mend the cell, translate it with `values`, or make the entry in the CRM; `create_missing` makes reference sources.";
    LookupMissing = "lookup.missing",
        "The CRM's list has no entry of this name yet, and the mapping says to make it.",
        "Nothing, if the name is right: an import that sends the row makes the entry first.";
    LookupAmbiguous = "lookup.ambiguous",
        "The CRM's list has several entries that this name could mean.",
        "Write the id or, for a user, the e-mail address; `values` in the mapping can translate the name to it.";
    DateInvalid = "date.invalid",
        "The text is no date, or not one that is written as the mapping says.",
        "Mend the cell, or name with `{ date = \"...\" }` how dates are written.";
    ExtractNoMatch = "extract.no_match",
        "The text has nothing that the mapping's `extract` looks for.",
        "Mend the cell or the expression; `on_invalid = \"drop\"` leaves the field out.";
    PhoneNoRegion = "phone.no_region",
        "A national number, and neither a column nor a default says of which country.",
        "Give the mapping a `region_column` or a `default_region`, or write the number with `+`.";
    PhoneUnknownRegion = "phone.unknown_region",
        "The region column names no country that is known here.",
        "Use a two-letter country code or the country's English name.";
    PhoneNotANumber = "phone.not_a_number",
        "The text is not a phone number.",
        "Mend the cell, or empty it.";
    PhoneUnknownCountryCode = "phone.unknown_country_code",
        "No country has this international prefix.",
        "Check the digits after the `+`.";
    PhoneTooShort = "phone.too_short",
        "The number has too few digits for its country.",
        "Check the number; digits may be missing.";
    PhoneTooLong = "phone.too_long",
        "The number has too many digits for its country.",
        "Check the number; if several stand in one cell, say with `split` what is between them.";
    PhoneScientific = "phone.scientific",
        "The number stands in scientific notation, such as `5.32123E+09`: a spreadsheet program has lost its last digits.",
        "Format the column as text in the original and export it again.";
    PhonePrefixLost = "phone.prefix_lost",
        "The number is valid only with a `+` or a zero before it, which spreadsheet programs take off.",
        "Format the column as text and export it again, write the prefix, or name the country with `region_column` or `default_region`.";
    PhoneInvalid = "phone.invalid",
        "No such number is given out in its country.",
        "Check the number and its country.";
    PhoneExtensionDropped = "phone.extension_dropped",
        "The number has an extension, which E.164 cannot hold; it was left out.",
        "Map the column to `description` too if the extension matters.";
    PhoneWordsRead = "phone.words_read",
        "The number has letters, which were left out or read as the keys of a phone.",
        "Compare the number in the CRM with the cell; write digits only if it is wrong.";
    PhoneDoubledCode = "phone.doubled_code",
        "A national number that begins with its country's own code, and is valid either way.",
        "If the number was meant to be international, write it with a `+`.";
    ColumnPassedOver = "column.passed_over",
        "A column that was filled in was passed over for a later one.",
        "Nothing, unless the first column should have won: then mend its value.";
    EmailNoAtSign = "email.no_at_sign",
        "The address has no `@`.",
        "Mend the cell, or empty it.";
    EmailNoLocalPart = "email.no_local_part",
        "There is nothing before the `@`.",
        "Mend the cell, or empty it.";
    EmailNoDomain = "email.no_domain",
        "There is nothing after the `@`.",
        "Mend the cell, or empty it.";
    EmailInvalid = "email.invalid",
        "The text is not an e-mail address.",
        "Mend the cell, or empty it.";
    EmailUndeliverable = "email.undeliverable",
        "The CRM takes the address, but no public mail server would.",
        "Check the address; `level = \"deliverable\"` rejects such rows.";
    UrlNotAbsolute = "url.not_absolute",
        "The address has no scheme such as `https://`.",
        "Write the whole address, beginning with `https://`.";
    UrlNoHost = "url.no_host",
        "The address names no host.",
        "Write the whole address, such as `https://example.com/page`.";
    UrlInvalid = "url.invalid",
        "The text is not a web address.",
        "Mend the cell, or empty it.";
    ServerRefused = "server.refused",
        "The CRM refused the lead; its own words follow.",
        "Mend what the CRM names, in the rejects file, and import that file.";
    ServerBlocked = "server.blocked",
        "The CRM forbade this lead while it took others.",
        "Ask who administers the CRM what blocks this row.";
    ServerNoAnswer = "server.no_answer",
        "The request went out, no whole answer came back, and nothing proved whether the lead exists.",
        "Look for the lead in the CRM and tell what you found with `leadferry runs settle`; the next run looks again too.";
    ServerError = "server.error",
        "The CRM answered with a fault of its own, and nothing proved whether the lead exists.",
        "Look for the lead in the CRM and tell what you found with `leadferry runs settle`; the next run looks again too.";
    ServerNoId = "server.no_id",
        "The CRM took the lead but told no id, and it was not found.",
        "Look for the lead in the CRM and tell its id with `leadferry runs settle`; it is never sent again.";
    ServerOddAnswer = "server.odd_answer",
        "The CRM created the lead, but its answer does not show what was sent.",
        "Compare the lead in the CRM with the row.";
    ServerFound = "server.found",
        "The answer was lost, and the CRM turned out to have a lead that is equal in every field.",
        "Nothing.";
    ServerMerged = "server.merged",
        "The CRM answered with the id of a lead that another row has: it keeps one lead for both.",
        "Compare the lead in the CRM with both rows.";
    LedgerOpen = "ledger.open",
        "An earlier run ended while it was sending this row, and nothing proved whether the lead exists.",
        "Look for the lead in the CRM and tell what you found with `leadferry runs settle`.";
    LedgerNotRecorded = "ledger.not_recorded",
        "The ledger could not write down what became of the row, so the next run finds it in doubt.",
        "Make room for the ledger, then tell it what the results say with `leadferry runs settle`.";
    ServerGaveUp = "server.gave_up",
        "The lead could not be sent, however often it was tried, and is proved not to be in the CRM.",
        "Run the same command again when the CRM can be reached.";
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn codes_are_dotted_lower_case_and_unique() {
        let texts: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for text in texts {
            let (scope, name) = text.split_once('.').expect("a code has one dot");
            let is_word = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(is_word(scope) && is_word(name), "{text}");
        }
    }
}

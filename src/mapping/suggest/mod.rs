//! Suggests a mapping for a file, from the names of its columns and from their cells.
//!
//! [`Suggester`] looks at a header and at rows, one by one; [`Suggester::finish`] makes a [`Suggestion`] of what it
//! saw, which [`Suggestion::to_toml`] writes as a mapping file for somebody to read: above each line stands how sure
//! it is and why. What it is not sure of it leaves out and says so.
//!
//! What columns are called is data: `synonyms.toml`, **the place to add a name or a language**. `header_reading`
//! reads a name with it, `column_facts` counts what cells look like, `evidence` compares the two, `role` decides what a
//! column is, `survey` holds all of them, `choices` says which feeds which field, and `write` writes it down. No input
//! or output happens here. Start reading at `survey`.

mod ambiguous;
mod attribution_line;
mod cell_shape;
mod choices;
mod column_facts;
mod combination;
mod concept;
mod country_template;
mod evidence;
mod fold;
mod header_reading;
mod identity_choice;
mod language;
mod left_out;
mod name_lines;
mod names;
mod names_by_address;
mod phone_region;
mod plain_lines;
mod reach_lines;
mod reason;
mod role;
mod segmentation;
mod suggester;
mod suggestion;
mod survey;
mod synonyms;
mod toml_text;
mod typo;
mod write;

pub use suggester::Suggester;
pub use suggestion::Suggestion;
pub use write::SuggestedFor;

//! Names of people, found without a telling name of their column.

use super::concept::Concept;
use super::role::Role;
use super::survey::Column;

/// Finds names in columns whose own names say nothing: by the e-mail addresses beside them, which most people make of
/// their names, the first name first.
pub(super) fn name_by_addresses(columns: &mut [Column]) {
    let mut named: Vec<(f64, usize)> = columns
        .iter()
        .filter(|column| column.role.is_none() && column.unusable.is_none())
        .filter_map(|column| Some((column.facts.place_in_addresses()?, column.index)))
        .collect();
    named.sort_by(|one, other| one.0.total_cmp(&other.0));
    let is_whole = |index: usize| columns[index].facts.single_word_share() < 0.5;
    let found = match named[..] {
        [(_, whole)] if is_whole(whole) => vec![(whole, Concept::FullName)],
        [(_, first), (_, last)] if !is_whole(first) && !is_whole(last) => {
            vec![(first, Concept::FirstName), (last, Concept::LastName)]
        }
        _ => Vec::new(),
    };
    for (index, concept) in found {
        columns[index].role = Some(Role::by_cells(concept));
    }
}

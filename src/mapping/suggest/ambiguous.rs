//! Names that are read in one of two ways: by their neighbours, by the other columns and by their cells.

use super::concept::Concept;
use super::header_reading::Place;
use super::survey::{Column, Survey};
use super::synonyms::synonyms;

impl Survey {
    /// Whether `Estado` and its like name a region rather than a status; `None` when nothing tells.
    pub(super) fn is_region(&self, column: &Column) -> Option<bool> {
        let facts = &column.facts;
        let count = |concept: Concept| {
            facts
                .samples()
                .filter(|cell| synonyms().is_cell_of(concept, cell))
                .count()
        };
        let (statuses, regions) = (count(Concept::StatusCells), count(Concept::RegionCells));
        if statuses != regions {
            return Some(regions > statuses);
        }
        let has_region_besides = self.columns.iter().any(|other| {
            other.index != column.index
                && other.reading.place == Place::Usual
                && only_guess(other) == Some(Concept::Region)
        });
        let has_status_besides = self.columns.iter().any(|other| {
            other.index != column.index && only_guess(other) == Some(Concept::LeadStatus)
        });
        match (has_status_besides, has_region_besides) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => self.is_in_address(column).then_some(true),
        }
    }

    /// Whether it stands beside a street, a town or a postal code.
    pub(super) fn is_in_address(&self, column: &Column) -> bool {
        let near = column.index.saturating_sub(1)..=column.index + 1;
        self.columns.iter().any(|other| {
            other.index != column.index
                && near.contains(&other.index)
                && only_guess(other)
                    .is_some_and(|guess| guess.is_of_address() || guess == Concept::Region)
        })
    }
}

/// The only thing that a column can be by its name.
fn only_guess(column: &Column) -> Option<Concept> {
    match column.reading.guesses[..] {
        [only] => Some(only.concept),
        _ => None,
    }
}

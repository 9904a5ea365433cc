//! Reads the lists that a mapping looks names up in, whole.

use crate::api::{NamePage, NextPage, PagePlace};
use crate::import::names::asking::Asking;
use crate::import::names::names_error::{Asked, NamesError};
use crate::import::plan::ImportPlan;
use crate::mapping::NameLists;
use crate::model::{NameEntry, NameList};

/// No list is read beyond so many pages: 50,000 entries, which take about 10 MB.
const MOST_PAGES: usize = 500;

/// Reads every list that the plan's mapping looks names up in, and hands them to it.
///
/// Names that are missing and may be made pass until [`make_missing`](super::make_missing) has made them.
pub(in crate::import) async fn look_up_names(
    plan: &mut ImportPlan,
    asking: &mut Asking<'_>,
) -> Result<(), NamesError> {
    let mut lists = NameLists::default().letting_missing_pass(true);
    for look_up in plan.mapping.look_ups() {
        lists.put(look_up.list, read_list(asking, look_up.list).await?);
    }
    plan.mapping.look_up_in(lists);
    Ok(())
}

/// Reads a list to its end.
pub(super) async fn read_list(
    asking: &mut Asking<'_>,
    list: NameList,
) -> Result<Vec<NameEntry>, NamesError> {
    let mut reading = Reading::default();
    let mut next = Some(PagePlace::Number(1));
    while let Some(place) = next {
        let page = asking
            .ask(Asked::List(list), async |client, token| {
                client.list_names(list, &place, token).await
            })
            .await?;
        next = reading.take(page);
        if next.is_some() && reading.pages == MOST_PAGES {
            let entries = reading.entries.len();
            return Err(NamesError::Endless { list, entries });
        }
    }
    reading.finish(list)
}

/// How far a list has been read.
#[derive(Debug, Default)]
struct Reading {
    entries: Vec<NameEntry>,
    /// Of the page before.
    last_ids: Vec<i64>,
    pages: usize,
    /// Pages that showed something else than the one before.
    new_pages: u64,
    /// What the last of them said that there is.
    total: u64,
    last_page: u64,
}

impl Reading {
    /// Takes a page in. Returns where the next one is; `None` at the end.
    fn take(&mut self, page: NamePage) -> Option<PagePlace> {
        self.pages += 1;
        let ids: Vec<i64> = page.entries.iter().map(|entry| entry.id).collect();
        // A server that knows no page numbers shows its one page for ever.
        if ids == self.last_ids {
            return None;
        }
        self.new_pages += u64::from(!ids.is_empty());
        self.last_ids = ids;
        self.total = page.total.unwrap_or(self.total);
        self.last_page = page.last_page.unwrap_or(self.last_page);
        self.entries.extend(page.entries);
        match page.next {
            NextPage::None => None,
            NextPage::Number => Some(PagePlace::Number(self.pages as u64 + 1)),
            NextPage::Cursor(cursor) => Some(PagePlace::Cursor(cursor)),
        }
    }
}

impl Reading {
    /// The entries, if they are all that there are by the server's own word: a name that is only not shown would be
    /// taken for missing, and made a second time.
    fn finish(self, list: NameList) -> Result<Vec<NameEntry>, NamesError> {
        let entries = self.entries.len();
        if self.total > entries as u64 || self.last_page > self.new_pages.max(1) {
            return Err(NamesError::Partial { list, entries });
        }
        Ok(self.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[i64], next: NextPage) -> NamePage {
        let entry = |&id: &i64| NameEntry {
            id,
            name: format!("Name {id}"),
            other: None,
        };
        NamePage {
            entries: ids.iter().map(entry).collect(),
            next,
            total: None,
            last_page: None,
        }
    }

    #[test]
    fn a_list_ends_where_it_says_so_or_repeats_itself() {
        let mut reading = Reading::default();
        let second = reading.take(page(&[1, 2], NextPage::Number));
        assert_eq!(second, Some(PagePlace::Number(2)));
        let third = reading.take(page(&[3], NextPage::Cursor("c".into())));
        assert_eq!(third, Some(PagePlace::Cursor("c".into())));
        assert_eq!(reading.take(page(&[4], NextPage::None)), None);
        assert_eq!(reading.entries.len(), 4);

        let mut reading = Reading::default();
        reading.take(page(&[1, 2], NextPage::Number));
        assert_eq!(reading.take(page(&[1, 2], NextPage::Number)), None);
        assert_eq!(reading.entries.len(), 2);
    }

    #[test]
    fn a_list_that_is_shown_in_part_is_not_taken_for_whole() {
        let told = |ids: &[i64], total, last_page| NamePage {
            total,
            last_page,
            ..page(ids, NextPage::Number)
        };
        for (pages, expected) in [
            (vec![told(&[1, 2], Some(2), Some(1))], true),
            (
                vec![told(&[1], Some(2), None), told(&[2], Some(2), None)],
                true,
            ),
            (
                vec![told(&[1], None, Some(2)), told(&[2], None, Some(2))],
                true,
            ),
            (vec![told(&[], Some(0), Some(1))], true),
            (
                vec![told(&[1, 2], Some(3), None), told(&[1, 2], Some(3), None)],
                false,
            ),
            (
                vec![told(&[1, 2], None, Some(4)), told(&[], None, Some(4))],
                false,
            ),
            (
                vec![told(&[1, 2], None, Some(4)), told(&[1, 2], None, Some(4))],
                false,
            ),
        ] {
            let mut reading = Reading::default();
            for page in &pages {
                reading.take(page.clone());
            }
            let is_whole = reading.finish(NameList::Users).is_ok();
            assert_eq!(is_whole, expected, "{pages:?}");
        }
    }
}

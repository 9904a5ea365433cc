//! How lists of leads may be other than the API's pages say.

use std::time::Duration;

use super::query::{ListQuery, SortOrder};

/// What `GET /v1/leads` does in its own way, searches included. The default is nothing.
///
/// Any of them go together. `GET /v1/leads/{id}` is concerned only where it says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, and any of them go together"
)]
pub struct ListOddities {
    /// `search` is ignored: everything is listed.
    pub ignore_search: bool,
    /// `sort_by` and `sort_order` are ignored: leads come oldest first, by id.
    pub ignore_sort: bool,
    /// How long after its creation a lead is shown, in lists, in searches and by id. Totals count
    /// shown ones only. Default: at once.
    pub list_late: Duration,
    /// Every list and search is answered 403; leads are still shown by id.
    pub forbid_lists: bool,
    /// All answers about leads write `created_at` and `updated_at` as local time without a zone,
    /// such as `2026-04-08 13:00:00`, three hours ahead of UTC. Creates and answers by id do so too.
    pub local_times: bool,
    /// Lists show nothing of a lead but `id` and `created_at`.
    pub few_fields: bool,
    /// Lists come without `links` and totals: their `meta` says only whether there is more.
    pub no_totals: bool,
    /// Before each page is answered somebody else creates a lead called `Someone Else N`, so that
    /// leads move to later pages while a client reads.
    pub shift_pages: bool,
}

impl ListOddities {
    /// The query as this server understands it.
    pub(super) fn understand(&self, mut query: ListQuery) -> ListQuery {
        if self.ignore_search {
            query.search = None;
        }
        if self.ignore_sort {
            query.sort_by = Some("id");
            query.sort_order = Some(SortOrder::Ascending);
        }
        query
    }
}

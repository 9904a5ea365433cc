//! The exchanges about lists of names: one page, one new entry. Nothing here repeats anything.

use serde_json::json;

use crate::api::classify::{AnswerClass, classify};
use crate::api::client::ApiClient;
use crate::api::exchanged::Exchanged;
use crate::api::look_up::LookUpFailure;
use crate::api::name_page::{NamePage, PagePlace, path_of, query_of, read_name_page};
use crate::api::token::Token;
use crate::model::NameList;

impl ApiClient {
    /// Asks for a page of a list, of 100 entries if the server goes along.
    ///
    /// A server that knows no page numbers shows the same entries again: the caller must look.
    pub async fn list_names(
        &self,
        list: NameList,
        place: &PagePlace,
        token: &Token,
    ) -> Exchanged<Result<NamePage, LookUpFailure>> {
        let mut url = self.address_of(path_of(list));
        url.query_pairs_mut().extend_pairs(query_of(place));
        let exchanged = self.look_up(&url, token).await;
        exchanged.map(|answer| read_name_page(answer?, list))
    }

    /// Makes one attempt to make a reference source.
    ///
    /// The id that comes back is the source's, whatever the class calls it. When dropped half-way the
    /// source may or may not have been made.
    pub async fn create_reference_source(
        &self,
        name: &str,
        token: &Token,
    ) -> Exchanged<AnswerClass> {
        let url = self.address_of(path_of(NameList::ReferenceSources));
        let body = json!({"name": name}).to_string().into();
        let exchanged = self.post(&url, body, token).await;
        exchanged.map(|answer| answer.map_or_else(AnswerClass::from, classify))
    }
}

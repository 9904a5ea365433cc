//! What a run needs of the CRM.

use std::future::Future;

use bytes::Bytes;

use crate::api::classify::AnswerClass;
use crate::api::exchanged::Exchanged;
use crate::api::idempotency_key::IdempotencyKey;
use crate::api::look_up::{Found, Listed};
use crate::api::probe::Probed;
use crate::api::token::Token;
use crate::model::LeadId;

/// The exchanges that a run has with the CRM, each made once and never repeated.
///
/// [`ApiClient`](crate::api::ApiClient) makes them over HTTP. A trait, so that rules about time
/// can be tried against a CRM that lives by a paused clock. No method fails: whatever happens is
/// a class. All but [`Self::create_lead`] change nothing and may be dropped half-way.
pub trait LeadApi: Clone + Send + Sync + 'static {
    /// Makes one attempt to create a lead; `body` is its JSON.
    ///
    /// When dropped half-way the lead may or may not have been created.
    fn create_lead(
        &self,
        body: Bytes,
        key: IdempotencyKey,
        token: &Token,
    ) -> impl Future<Output = Exchanged<AnswerClass>> + Send;

    /// Asks for the smallest page of leads, to see whether server, token and tenant work.
    fn probe(&self, token: &Token) -> impl Future<Output = Exchanged<Probed>> + Send;

    /// Asks for one lead.
    fn find_lead(
        &self,
        id: &LeadId,
        token: &Token,
    ) -> impl Future<Output = Exchanged<Found>> + Send;

    /// Asks for a page of 100 of the leads that the CRM finds for `term`; only its first 255
    /// characters count, as the API's page says. Pages count from 1.
    ///
    /// What the CRM searches is not known, so that an empty page proves nothing by itself. An
    /// empty term lists everything.
    fn search_leads(
        &self,
        term: &str,
        page: u64,
        token: &Token,
    ) -> impl Future<Output = Exchanged<Listed>> + Send;

    /// Asks for a page of 100 leads, newest first. Pages count from 1.
    ///
    /// A server that knows no page numbers shows the same leads again: the caller must look.
    fn list_leads(
        &self,
        page: u64,
        token: &Token,
    ) -> impl Future<Output = Exchanged<Listed>> + Send;
}

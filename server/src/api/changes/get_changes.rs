//! `GET /api/changes/get_changes`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, BearerToken, CallingKey, ClientInfo, Query},
};
use axum::{Json, extract::State};
use domain::changes::{ChangesPage, ListChangesInput};
use service::{Services, auth::authenticate_bearer, changes};
use std::sync::Arc;

/// List changes
///
/// Every committed change of your data and of shared data, once and in the order of the commits. To keep a copy: read the changes
/// with `start=now` and keep `next_cursor`, read the lists, then read the changes after the cursor repeatedly. Replace the object
/// with `data`, or remove it if `data` is `null`. `next_cursor` is never `null`; use it even after an empty page.
///
/// A cursor is valid for the `types` that it was issued with. To read other types, start a new cursor with `start=now`, then read
/// the lists of the added types.
///
/// `data` is the object as it is when you read the change, so an earlier change can already show a later state, and an object that
/// was deleted since has no `data`. `transition` contains the stages and outcomes before and after a move, as they were at that
/// time. `jobapp.closed` and `jobapp.reopened` have it, too: an application that moves and gets an outcome in one request is one
/// change. Several changes of an object in one transaction are one change, of the most specific type. When an application is
/// deleted, a change follows for all that belongs to it; when it is restored, too.
///
/// An API key reads `mail.*` and `mailbox.*` with the scope `mail:read`, `member.*` with `members:read`, and all others with
/// `jobapps:read`.
///
/// With `wait`, the response is sent as soon as there is a change, at the latest after that many seconds. Changes are kept for 30
/// days; an older cursor is rejected with `cursor_expired`: read the lists again.
#[utoipa::path(
    get, path = "/get_changes", tag = "changes",
    params(ListChangesInput),
    responses(
        (status = 200, description = "The changes after the cursor.", body = ChangesPage),
        errors::CursorExpired,
    ),
)]
pub(super) async fn get_changes(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    CallingKey(key): CallingKey,
    BearerToken(token): BearerToken,
    ClientInfo(client): ClientInfo,
    Query(input): Query<ListChangesInput>,
) -> Result<Json<ChangesPage>, ErrorResponse> {
    let scopes = key.as_ref().map(|key| key.scopes.as_slice());
    let authenticate = || async { authenticate_bearer(&services, &token, &client).await.map(drop) };
    let page = changes::list_changes(&services, &caller, input, scopes, authenticate).await?;
    Ok(Json(page))
}

//! `GET /w/{slug}/settings/export`: downloads the user's data, with the contents of files if the query contains `files=true`. If the
//! sign-in is not recent, this redirects to the settings page, which reauthenticates the user first.

use crate::{
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{ClientInfo, PageCaller, Query},
};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use domain::{
    ApiError, ErrorCode,
    auth::ReauthInput,
    routes::{Route, SettingsSection},
};
use service::{Services, users};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/settings/export";

/// The route. Needs the session layer.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(export)).with_state(services)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    #[serde(default)]
    files: bool,
}

async fn export(
    State(services): State<Arc<Services>>,
    PageCaller(caller): PageCaller,
    ClientInfo(client): ClientInfo,
    Query(query): Query<ExportQuery>,
) -> Response {
    let input = ReauthInput::default();
    let export = if query.files {
        users::export_archive(&services, &caller, input, &client).await
    } else {
        users::export_data(&services, &caller, input, &client).await
    };
    match export.map_err(ApiError::from) {
        Ok(export) => attachment(export),
        Err(error) if error.code == ErrorCode::ReauthenticationRequired => {
            let settings = Route::Settings(caller.tenant.slug, SettingsSection::Data);
            Redirect::to(&settings.to_string()).into_response()
        }
        Err(error) => ErrorResponse(error).into_response(),
    }
}

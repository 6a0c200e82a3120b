//! `GET /w/{slug}/settings/export`: everything of the person as a file, for the settings page. The page has asked for the
//! password before, where the sign-in was not recent; whoever comes here without that is sent back to it.

use crate::{
    http::problem::failure,
    rest::{limits::Asking, stream},
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use domain::{
    ApiError, ErrorCode, SessionId, UserId,
    routes::{Route, WorkspacePage},
    users::ProofInput,
};
use service::{
    Error, Services,
    limits::Client,
    users::{self, Export, SESSION_KEY, USER_KEY},
};
use std::sync::Arc;
use tower_sessions::Session;

/// The route. Goes inside the layers of sessions.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new()
        .route("/w/{slug}/settings/export", get(export))
        .with_state(services)
}

async fn export(
    State(services): State<Arc<Services>>,
    Path(slug): Path<String>,
    session: Session,
    Asking(client): Asking,
) -> Response {
    match begin(&services, &slug, &session, &client)
        .await
        .map_err(ApiError::from)
    {
        Ok(export) => stream::attachment(export),
        Err(error) if error.code == ErrorCode::ReauthenticationRequired => {
            Redirect::to(&Route::Workspace(slug, WorkspacePage::Settings).to_string()).into_response()
        }
        Err(error) => failure(error),
    }
}

async fn begin(services: &Services, slug: &str, session: &Session, client: &Client) -> Result<Export, Error> {
    let away = |error: tower_sessions::session::Error| Error::Internal(format!("the session: {error}"));
    let user = session.get::<UserId>(USER_KEY).await.map_err(away)?;
    let user =
        user.ok_or_else(|| ApiError::new(ErrorCode::Unauthorized, "You are signed out. Sign in to go on."))?;
    let id = session.get::<SessionId>(SESSION_KEY).await.map_err(away)?;
    let id = id.unwrap_or_else(|| uuid::Uuid::nil().into());
    let caller = users::caller_of_page(services, user, id, slug).await?;
    users::export_data(services, &caller, ProofInput::default(), client).await
}

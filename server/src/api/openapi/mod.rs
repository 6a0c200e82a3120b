//! The OpenAPI document.

mod postprocess;

use super::operations::operations;
use crate::error_response::ProblemDetails;
use domain::{
    ErrorCode, FieldError, changes::ChangesStart, jobapps::Sort, tasks::TaskState, views::ViewPage,
};
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

/// The name of the security scheme.
const ACCESS_TOKEN: &str = "access_token";

/// Everything except the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "JobHax",
        description = include_str!("guide.md"),
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "users", description = "Accounts, sessions, tokens, sign-in providers."),
        (name = "jobapps", description = "Job applications, their stages, history and notes."),
        (name = "contacts", description = "People of employers."),
        (name = "interviews", description = "Interviews of applications."),
        (name = "tasks", description = "Tasks and follow-ups."),
        (name = "tenants", description = "Workspaces, their members, and invitations to organizations."),
        (name = "transfers", description = "Copying applications from one workspace of a person to another."),
        (name = "views", description = "Saved views of the board, the table and the metrics."),
        (name = "calendar", description = "The calendar feed."),
        (name = "changes", description = "What changed, in the order of the commits."),
        (name = "audit", description = "What was done to people, roles, access and invitations of a workspace."),
        (name = "coaching", description = "Access to the applications of other members by their consent, and comments."),
        (name = "metrics", description = "Numbers for charts. Deleted applications are not counted."),
        (name = "mail", description = "Import of mail files, connected mailboxes."),
    ),
    // Schemas that only errors and parameters refer to.
    components(schemas(ChangesStart, ProblemDetails, ErrorCode, FieldError, Sort, TaskState, ViewPage)),
    modifiers(&AccessTokenScheme),
)]
struct Skeleton;

struct AccessTokenScheme;

impl Modify for AccessTokenScheme {
    fn modify(&self, document: &mut Document) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        bearer.description = Some(
            "The `access_token` from `register`, `login` or `refresh_token`. Valid for 15 minutes.".into(),
        );
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(ACCESS_TOKEN, SecurityScheme::Http(bearer));
    }
}

/// The complete document.
pub fn document() -> Value {
    let router = OpenApiRouter::with_openapi(Skeleton::openapi()).nest("/api", operations());
    postprocess::postprocess(router.get_openapi())
}

/// The document as JSON text, as in `docs/openapi.json`.
pub fn json() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

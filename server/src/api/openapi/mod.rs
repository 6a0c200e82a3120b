//! The OpenAPI document.

pub mod examples;
mod postprocess;
mod samples;
mod webhooks;

use super::{deprecation, operations::operations};
use crate::error_response::ProblemDetails;
use domain::{
    ErrorCode, FieldError,
    changes::ChangesStart,
    jobapps::Sort,
    tasks::TaskState,
    views::ViewPage,
    webhooks::{DeliveryStatus, TestEventData},
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

/// The name of the security scheme of access tokens.
const ACCESS_TOKEN: &str = "access_token";
/// The name of the security scheme of API keys.
const API_KEY: &str = "api_key";

/// Everything except the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "JobHax",
        description = include_str!("guide.md"),
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    servers((url = "http://127.0.0.1:3000", description = "This server")),
    tags(
        (name = "users", description = "Accounts, sessions, tokens, sign-in providers."),
        (name = "jobapps", description = "Job applications, their stages, history and notes."),
        (name = "files", description = "Files of applications, such as the résumé that was sent."),
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
        (name = "keys", description = "API keys and their use. Not available to API keys."),
        (name = "webhooks", description = "Endpoints that get changes as they happen, and what was sent to them."),
    ),
    // Schemas that only errors and parameters refer to.
    components(schemas(ChangesStart, DeliveryStatus, ProblemDetails, ErrorCode, FieldError, Sort, TaskState, TestEventData, ViewPage)),
    modifiers(&SecuritySchemes),
)]
struct Skeleton;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut Document) {
        let scheme = |format: &str, description: &str| {
            let mut bearer = Http::new(HttpAuthScheme::Bearer);
            bearer.bearer_format = Some(format.into());
            bearer.description = Some(description.into());
            SecurityScheme::Http(bearer)
        };
        let components = document.components.get_or_insert_default();
        let token = "The `access_token` from `register`, `login` or `refresh_token`. Valid for 15 minutes.";
        components.add_security_scheme(ACCESS_TOKEN, scheme("JWT", token));
        let key = "An API key from the settings or from `add_key`, with the scope that is listed.";
        components.add_security_scheme(API_KEY, scheme("jhx_", key));
    }
}

/// The complete document.
pub fn document() -> Value {
    let router = OpenApiRouter::with_openapi(Skeleton::openapi()).nest("/api", operations());
    let mut document = postprocess::postprocess(router.get_openapi());
    document["webhooks"] = webhooks::webhooks();
    deprecation::mark(&mut document, deprecation::DEPRECATIONS);
    samples::add_samples(&mut document);
    document
}

/// The document as JSON text, as in `docs/openapi.json`.
pub fn json() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

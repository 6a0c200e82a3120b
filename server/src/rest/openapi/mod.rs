//! The OpenAPI document: what the adapters say of themselves, and what holds for all of them. The router is made from the
//! same parts, so neither knows an operation that the other does not.

mod finish;
pub mod refuse;

use super::problem;
use domain::jobapps::Sort;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

/// The name of the security scheme.
const ACCESS_TOKEN: &str = "access_token";

/// What stands above the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "JobHax",
        description = include_str!("guide.md"),
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "users", description = "People: accounts, tokens, the providers they are linked to."),
        (name = "jobapps", description = "Applications, the stages they go through, their history and notes."),
        (name = "metrics", description = "Numbers for charts. Only the caller's applications that are not deleted count."),
        (name = "mail", description = "Mail files in, and what was read from them."),
    ),
    // What only failures and parameters speak of.
    components(schemas(problem::Document, domain::ErrorCode, domain::FieldError, Sort)),
    modifiers(&AccessToken),
)]
struct Frame;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut Document) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        bearer.description =
            Some("The `access_token` of `register`, `login` or `refresh_token`; it lives 15 minutes.".into());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(ACCESS_TOKEN, SecurityScheme::Http(bearer));
    }
}

/// The document without operations, for the router to add to.
pub fn frame() -> Document {
    Frame::openapi()
}

/// The finished document.
pub fn document() -> Value {
    finish::finish(super::endpoints().get_openapi())
}

/// The same as text, as it stands in `docs/openapi.json`.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

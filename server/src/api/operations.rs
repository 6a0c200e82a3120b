//! All operations with their descriptions.

use super::{
    audit, calendar, changes, coaching, contacts, files, interviews, jobapps, keys, mail, metrics, tasks,
    tenants, transfers, users, views, webhooks,
};
use service::Services;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The operations by area. The router and the OpenAPI document are built from the same value, so they always contain the same operations.
pub(super) fn operations() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .nest("/users", users::router())
        .nest("/tenants", tenants::router())
        .nest("/jobapps", jobapps::router())
        .nest("/files", files::router())
        .nest("/contacts", contacts::router())
        .nest("/interviews", interviews::router())
        .nest("/tasks", tasks::router())
        .nest("/views", views::router())
        .nest("/calendar", calendar::router())
        .nest("/coaching", coaching::router())
        .nest("/changes", changes::router())
        .nest("/transfers", transfers::router())
        .nest("/audit", audit::router())
        .nest("/metrics", metrics::router())
        .nest("/mail", mail::router())
        .nest("/keys", keys::router())
        .nest("/webhooks", webhooks::router())
}

//! `/api/transfers`.

mod copy_jobapps;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new().routes(routes!(copy_jobapps::copy_jobapps))
}

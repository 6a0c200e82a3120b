//! `/api/coaching`.

mod add_comment;
mod answer_access_request;
mod delete_comment;
mod get_access_log;
mod get_access_requests;
mod get_clients;
mod get_comment_emails;
mod get_comments;
mod get_grants;
mod grant_access;
mod request_access;
mod revoke_access;
mod set_comment_emails;
mod update_comment;
mod withdraw_access_request;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_comment::add_comment))
        .routes(routes!(answer_access_request::answer_access_request))
        .routes(routes!(delete_comment::delete_comment))
        .routes(routes!(get_access_log::get_access_log))
        .routes(routes!(get_access_requests::get_access_requests))
        .routes(routes!(get_clients::get_clients))
        .routes(routes!(get_comment_emails::get_comment_emails))
        .routes(routes!(get_comments::get_comments))
        .routes(routes!(get_grants::get_grants))
        .routes(routes!(grant_access::grant_access))
        .routes(routes!(request_access::request_access))
        .routes(routes!(revoke_access::revoke_access))
        .routes(routes!(set_comment_emails::set_comment_emails))
        .routes(routes!(update_comment::update_comment))
        .routes(routes!(withdraw_access_request::withdraw_access_request))
}

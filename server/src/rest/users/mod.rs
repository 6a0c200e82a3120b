//! `/api/users`.

mod activate;
mod change_password;
mod delete_user;
mod export_data;
mod forgot_password;
mod get_profile;
mod get_sessions;
mod login;
mod logout;
mod refresh_token;
mod register;
mod resend_activation;
mod reset_password;
mod revoke_other_sessions;
mod revoke_session;
mod update_profile;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(activate::activate))
        .routes(routes!(change_password::change_password))
        .routes(routes!(delete_user::delete_user))
        .routes(routes!(export_data::export_data))
        .routes(routes!(forgot_password::forgot_password))
        .routes(routes!(get_profile::get_profile))
        .routes(routes!(get_sessions::get_sessions))
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(refresh_token::refresh_token))
        .routes(routes!(register::register))
        .routes(routes!(resend_activation::resend_activation))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(revoke_other_sessions::revoke_other_sessions))
        .routes(routes!(revoke_session::revoke_session))
        .routes(routes!(update_profile::update_profile))
}

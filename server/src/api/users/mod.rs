//! `/api/users`.

mod activate;
mod auth_social_user;
mod change_password;
mod delete_user;
mod export_archive;
mod export_data;
mod forgot_password;
mod get_identities;
mod get_linkedin_profile;
mod get_profile;
mod get_sessions;
mod get_user_google_emails;
mod login;
mod logout;
mod refresh_token;
mod register;
mod resend_activation;
mod reset_password;
mod revoke_other_sessions;
mod revoke_session;
mod sync_user_emails;
mod unlink_identity;
mod update_gmail_token;
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
        .routes(routes!(export_archive::export_archive))
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
        .routes(routes!(auth_social_user::auth_social_user))
        .routes(routes!(get_identities::get_identities))
        .routes(routes!(unlink_identity::unlink_identity))
        .routes(routes!(get_linkedin_profile::get_linkedin_profile))
        .routes(routes!(update_gmail_token::update_gmail_token))
        .routes(routes!(sync_user_emails::sync_user_emails))
        .routes(routes!(get_user_google_emails::get_user_google_emails))
}

//! Server functions of the settings.

pub mod add_api_key;
pub mod add_webhook;
pub mod authorize_export;
pub mod change_domains;
pub mod change_identity_provider;
pub mod change_members;
pub mod change_password;
pub mod change_stages;
pub mod change_webhook;
pub mod delete_account;
pub mod delete_organization;
pub mod leave_organization;
pub mod resend_verification_email;
pub mod revoke_api_key;
pub mod revoke_other_sessions;
pub mod revoke_session;
pub mod rotate_calendar_feed;
pub mod set_comment_emails;
pub mod set_shortcuts;
pub mod unlink_identity;
pub mod update_organization;
pub mod update_profile;
pub mod update_silence_thresholds;
pub mod update_webhook;

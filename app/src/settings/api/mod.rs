//! Server functions of the settings.

pub mod authorize_export;
pub mod change_password;
#[cfg(feature = "ssr")]
pub mod change_stages;
pub mod delete_account;
pub mod get_sessions;
pub mod get_sign_in_methods;
pub mod resend_verification_email;
pub mod revoke_other_sessions;
pub mod revoke_session;
#[cfg(feature = "ssr")]
pub mod rotate_calendar_feed;
pub mod unlink_identity;
pub mod update_profile;
#[cfg(feature = "ssr")]
pub mod update_silence_thresholds;

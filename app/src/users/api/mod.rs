//! Server functions of people, one in each file.

pub mod activate;
pub mod change_password;
pub mod delete_account;
pub mod forgot_password;
pub mod get_home;
pub mod get_sessions;
pub mod get_settings;
pub mod get_viewer;
pub mod prove_export;
pub mod register;
pub mod resend_activation;
pub mod reset_password;
pub mod revoke_other_sessions;
pub mod revoke_session;
pub mod sign_in;
pub mod sign_out;
pub mod try_demo;
pub mod update_profile;

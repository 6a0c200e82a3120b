//! Server functions of registration and signing in.

pub mod forgot_password;
pub mod get_home;
pub mod get_providers;
pub mod register;
pub mod reset_password;
pub mod sign_in;
pub mod try_demo;
pub mod verify_email;

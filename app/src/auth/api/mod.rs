//! Server functions of registration and signing in.

#[cfg(feature = "ssr")]
pub mod forgot_password;
#[cfg(feature = "ssr")]
pub mod register;
#[cfg(feature = "ssr")]
pub mod reset_password;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod try_demo;
#[cfg(feature = "ssr")]
pub mod verify_email;

//! Server functions of people, one in each file.

pub mod get_home;
pub mod get_viewer;
pub mod register;
pub mod sign_in;
pub mod sign_out;
pub mod try_demo;

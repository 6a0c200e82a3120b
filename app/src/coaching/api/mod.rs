//! Server functions.

pub mod add_comment;
pub mod delete_comment;
pub mod grant_access;
pub mod revoke_access;
pub mod update_comment;

#[cfg(feature = "ssr")]
use domain::{
    JobApplicationId, UserId,
    routes::{ApplicationPage, ClientPage, Route},
};

/// The page of an application: of the user's own, or of the client whose id the form has.
#[cfg(feature = "ssr")]
fn application_page(slug: String, id: JobApplicationId, owner: Option<UserId>) -> Route {
    match owner {
        Some(owner) => Route::Client(slug, owner, ClientPage::Application(id)),
        None => Route::Application(slug, id, ApplicationPage::Overview),
    }
}

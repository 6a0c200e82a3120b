//! The ways in which an operation refuses. An adapter lists its own beside its answer, such as [`NotFound`]; what every
//! operation refuses alike is added by [`super::document`].

use domain::ErrorCode;
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response},
};

/// An entry that stands for a problem until the document is finished: its key is the code, not yet a status, so that
/// two codes of one status do not push each other out.
fn noted(code: ErrorCode) -> BTreeMap<String, RefOr<Response>> {
    BTreeMap::from([(code.as_str().to_owned(), Response::new(code.title()).into())])
}

macro_rules! refusals {
    ($($name:ident),* $(,)?) => {$(
        #[doc = concat!("The operation can end in [`ErrorCode::", stringify!($name), "`].")]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                noted(ErrorCode::$name)
            }
        }
    )*};
}

refusals! {
    AccountExists,
    Conflict,
    EmailTaken,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    InvalidCredentials,
    InvalidProviderToken,
    InvalidToken,
    LastSignInMethod,
    LinkExpired,
    NotFound,
    NotLinked,
    ProviderUnavailable,
    ReauthenticationRequired,
    TokenRejected,
    VersionConflict,
}

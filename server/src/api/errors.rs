//! Errors of single operations for the OpenAPI document: an operation lists its own errors, such as [`NotFound`], in `responses`. Errors
//! that all operations share are added by [`super::openapi::document`].

use domain::ErrorCode;
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response},
};

/// A placeholder that postprocessing replaces. Its key is the error code rather than the status, so that two codes with the same status do
/// not overwrite each other.
fn placeholder(code: ErrorCode) -> BTreeMap<String, RefOr<Response>> {
    BTreeMap::from([(code.as_str().to_owned(), Response::new(code.title()).into())])
}

macro_rules! errors {
    ($($name:ident),* $(,)?) => {$(
        #[doc = concat!("[`ErrorCode::", stringify!($name), "`].")]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                placeholder(ErrorCode::$name)
            }
        }
    )*};
}

errors! {
    AccountExists,
    AccountLocked,
    AlreadyMerged,
    CertificateRefused,
    Conflict,
    CursorExpired,
    EmailNotVerified,
    EmailTaken,
    HostRefused,
    HostUnreachable,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    InvalidCredentials,
    InvalidProviderToken,
    InvalidToken,
    LastOwner,
    LastSignInMethod,
    LinkExpired,
    LoginRefused,
    NotForKeys,
    NotFound,
    NotLinked,
    OtherAddress,
    PersonalWorkspace,
    PreconditionFailed,
    ProviderUnavailable,
    QuotaExceeded,
    ReauthenticationRequired,
    SingleSignOnRequired,
    SlugTaken,
    TokenRejected,
    VersionConflict,
}

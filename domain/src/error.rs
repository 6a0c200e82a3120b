//! The one error that leaves the server: over REST as a problem document, to server functions as it is.

use crate::jobapps::JobApplication;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What went wrong, stable for programs. Each code has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The text could not be read at all.
    Malformed,
    /// No credentials, or credentials that no longer hold.
    Unauthorized,
    /// E-mail and password do not match.
    InvalidCredentials,
    /// A refresh token that is unknown, used, expired or revoked.
    InvalidToken,
    /// The caller is known and may not do this.
    Forbidden,
    /// The sign-in is too old for this; prove again who you are.
    ReauthenticationRequired,
    /// A cookie-authenticated request that did not come from our own pages.
    CrossOrigin,
    /// It does not exist, or not for this caller.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The client took too long to send its request.
    RequestTimeout,
    /// The present state does not allow it.
    Conflict,
    /// Somebody registered with this e-mail already.
    EmailTaken,
    /// The e-mail of a provider's account belongs to an account here that was not made with it.
    AccountExists,
    /// The last way to sign in cannot be removed.
    LastSignInMethod,
    /// The provider's token is not for us, expired or forged.
    InvalidProviderToken,
    /// Gmail does not take the token.
    TokenRejected,
    /// The person has not linked that provider.
    NotLinked,
    /// The provider does not answer, or not sensibly.
    ProviderUnavailable,
    /// The object changed since the caller read it; `current` carries it.
    VersionConflict,
    /// A request with the same `Idempotency-Key` is being worked on.
    IdempotencyKeyInUse,
    /// The `Idempotency-Key` was used with another body.
    IdempotencyKeyReused,
    /// A link from a mail that was used, replaced, or is too old.
    LinkExpired,
    /// The body is larger than this endpoint takes.
    PayloadTooLarge,
    /// The body is of a type that this endpoint does not take.
    UnsupportedMediaType,
    /// Readable, but one or more fields are wrong; `errors` names them.
    Invalid,
    /// Too many calls; wait as `Retry-After` says.
    RateLimited,
    /// Our fault. Nothing was written.
    Internal,
    /// The database or another part is away for the moment.
    Unavailable,
}

impl ErrorCode {
    /// All.
    pub const ALL: &[Self] = &[
        Self::Malformed,
        Self::Unauthorized,
        Self::InvalidCredentials,
        Self::InvalidToken,
        Self::Forbidden,
        Self::CrossOrigin,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::EmailTaken,
        Self::AccountExists,
        Self::LastSignInMethod,
        Self::InvalidProviderToken,
        Self::TokenRejected,
        Self::NotLinked,
        Self::ProviderUnavailable,
        Self::VersionConflict,
        Self::IdempotencyKeyInUse,
        Self::IdempotencyKeyReused,
        Self::ReauthenticationRequired,
        Self::LinkExpired,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Reads what stands on the wire.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == value)
    }

    /// The HTTP status (RFC 9110) that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthorized
            | Self::InvalidCredentials
            | Self::InvalidToken
            | Self::InvalidProviderToken => 401,
            Self::Forbidden | Self::ReauthenticationRequired | Self::CrossOrigin => 403,
            Self::NotFound | Self::NotLinked => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::Conflict
            | Self::EmailTaken
            | Self::AccountExists
            | Self::LastSignInMethod
            | Self::VersionConflict
            | Self::IdempotencyKeyInUse => 409,
            Self::LinkExpired => 410,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid | Self::TokenRejected | Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::ProviderUnavailable => 502,
            Self::Unavailable => 503,
        }
    }

    /// A short title, the same for every occurrence (RFC 9457 §3.1.3).
    pub const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request could not be read",
            Self::Unauthorized => "Sign in first",
            Self::InvalidCredentials => "E-mail and password do not match",
            Self::InvalidToken => "The token does not hold",
            Self::Forbidden => "Not allowed",
            Self::ReauthenticationRequired => "Prove again who you are",
            Self::CrossOrigin => "Refused from another origin",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::RequestTimeout => "The request took too long",
            Self::Conflict => "Conflict",
            Self::EmailTaken => "The e-mail is taken",
            Self::AccountExists => "There is an account with this e-mail",
            Self::LastSignInMethod => "The last way to sign in",
            Self::InvalidProviderToken => "The provider's token does not hold",
            Self::TokenRejected => "Gmail does not take the token",
            Self::NotLinked => "Not linked",
            Self::ProviderUnavailable => "The provider does not answer",
            Self::VersionConflict => "Changed meanwhile",
            Self::IdempotencyKeyInUse => "The same request is being worked on",
            Self::IdempotencyKeyReused => "The key was used for something else",
            Self::LinkExpired => "The link does not hold any more",
            Self::PayloadTooLarge => "Too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::Invalid => "Some fields are wrong",
            Self::RateLimited => "Too many requests",
            Self::Internal => "Our fault",
            Self::Unavailable => "Not available for the moment",
        }
    }

    /// The code as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthorized => "unauthorized",
            Self::InvalidCredentials => "invalid_credentials",
            Self::InvalidToken => "invalid_token",
            Self::Forbidden => "forbidden",
            Self::ReauthenticationRequired => "reauthentication_required",
            Self::CrossOrigin => "cross_origin",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::Conflict => "conflict",
            Self::EmailTaken => "email_taken",
            Self::AccountExists => "account_exists",
            Self::LastSignInMethod => "last_sign_in_method",
            Self::InvalidProviderToken => "invalid_provider_token",
            Self::TokenRejected => "token_rejected",
            Self::NotLinked => "not_linked",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::VersionConflict => "version_conflict",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::LinkExpired => "link_expired",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Invalid => "invalid",
            Self::RateLimited => "rate_limited",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }
}

/// What is wrong with one field, stable for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// It must be given.
    Required,
    /// It is of another JSON type.
    WrongType,
    /// No such field.
    UnknownField,
    /// Fewer characters or items than allowed.
    TooShort,
    /// More characters or items than allowed.
    TooLong,
    /// It does not have the shape of such a value.
    InvalidFormat,
    /// Outside the allowed range.
    OutOfRange,
    /// A value that is not taken here.
    NotAllowed,
    /// It says the opposite of another field.
    Contradicts,
}

/// One field and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Name of the field as the caller sent it; a path such as `salary.min` inside an object.
    pub field: String,
    /// What is wrong, for programs.
    pub code: FieldCode,
    /// What to do, for people.
    pub detail: String,
}

/// Collects what is wrong with an input, so that the caller hears of everything at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Notes one more.
    pub fn add(&mut self, field: &str, code: FieldCode, detail: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code,
            detail: detail.into(),
        });
    }

    /// Takes the value out of a result, or notes its error under the field's name.
    pub fn take<T>(&mut self, field: &str, result: Result<T, (FieldCode, String)>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err((code, detail)) => {
                self.add(field, code, detail);
                None
            }
        }
    }

    /// `Ok` when nothing was noted.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into())
        }
    }
}

/// An error as callers see it. Carries no secret, no SQL and no path: it may end up in an address bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What happened and what to do, for people.
    pub detail: String,
    /// The fields that are wrong, where the code is `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The object as it stands now, where the code is `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<JobApplication>>,
    /// Seconds to wait before the next try, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            current: None,
            retry_after: None,
        }
    }

    /// One wrong field.
    pub fn field(field: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, code, detail);
        errors.into()
    }

    /// What the caller asked for does not exist, or not for this caller: one answer for both.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "There is nothing here under this id.")
    }

    /// The sentence that belongs beside the named field, if that field is wrong.
    pub fn for_field(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|e| e.field == field)
            .map(|e| e.detail.as_str())
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        let mut error = Self::new(
            ErrorCode::Invalid,
            "Correct the fields named in errors and send it again.",
        );
        error.errors = errors.0;
        error
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for ApiError {}

//! The error type of the public interfaces. The REST API sends it as a problem document (RFC 9457), server functions
//! serialize it as it is.

use crate::{quotas::QuotaUsage, scopes::Scope};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr as _};
use strum::VariantArray as _;

/// Defines [`ErrorCode`], one code per line with its HTTP status (RFC 9110) and title.
macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $title:literal;)+) => {
        /// The kind of error, as a stable code for API clients. Each code has one HTTP status.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            Serialize,
            Deserialize,
            strum::EnumString,
            strum::IntoStaticStr,
            strum::VariantArray,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ErrorCode {
            /// The HTTP status of the code.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                }
            }

            /// A short title, the same for every occurrence (RFC 9457 §3.1.3).
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }

            /// The meaning, as a sentence for the documentation of the API.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }
    };
}

error_codes! {
    /// The request cannot be parsed.
    Malformed = 400, "Malformed request";
    /// Credentials are missing or not valid any more.
    Unauthorized = 401, "Authentication required";
    /// Email and password do not match.
    InvalidCredentials = 401, "Invalid email or password";
    /// A refresh token that is unknown, used, expired or revoked.
    InvalidToken = 401, "Invalid token";
    /// The caller is authenticated but not allowed to do this.
    Forbidden = 403, "Forbidden";
    /// The API key does not have the scope that the operation needs.
    ScopeMissing = 403, "Scope missing";
    /// The operation cannot be called with an API key.
    NotForKeys = 403, "Not available to API keys";
    /// The operator has locked the account.
    AccountLocked = 403, "Account locked";
    /// The workspace has to be entered with the provider of its organization.
    SingleSignOnRequired = 403, "Single sign-on required";
    /// The sign-in is too old for this; reauthenticate first.
    ReauthenticationRequired = 403, "Re-authentication required";
    /// Something that needs a confirmed email address.
    EmailNotVerified = 403, "Email not confirmed";
    /// The invitation was sent to another address.
    OtherAddress = 403, "Invitation for another address";
    /// A request with a session cookie that was sent from another origin.
    CrossOrigin = 403, "Cross-origin request rejected";
    /// The object does not exist, or the caller has no access to it.
    NotFound = 404, "Not found";
    /// The path exists, but not with this method.
    MethodNotAllowed = 405, "Method not allowed";
    /// The client took too long to send its request.
    RequestTimeout = 408, "Request timeout";
    /// The current state does not allow it.
    Conflict = 409, "Conflict";
    /// The email is already registered.
    EmailTaken = 409, "Email already registered";
    /// The email of the provider's account belongs to an existing account that is not linked to it.
    AccountExists = 409, "Account already exists";
    /// The last way to sign in cannot be removed.
    LastSignInMethod = 409, "Last sign-in method";
    /// The last owner of a workspace can neither leave nor lose the role.
    LastOwner = 409, "Last owner";
    /// Something that only organizations have.
    PersonalWorkspace = 409, "Personal workspace";
    /// A limit of the workspace is reached.
    QuotaExceeded = 409, "Quota exceeded";
    /// Another organization has this slug, or one that looks like it.
    SlugTaken = 409, "Slug already taken";
    /// The provider's token is expired, forged, or issued for another audience.
    InvalidProviderToken = 401, "Invalid provider token";
    /// Gmail rejected the token.
    TokenRejected = 422, "Gmail rejected the token";
    /// The email server refused user name and password.
    LoginRefused = 422, "Login refused";
    /// The certificate of the email server is not valid.
    CertificateRefused = 422, "Certificate refused";
    /// The email server has an address that must not be called.
    HostRefused = 422, "Host refused";
    /// The email server does not respond, or not as expected.
    HostUnreachable = 422, "Host unreachable";
    /// The user has not linked that provider.
    NotLinked = 404, "Not linked";
    /// The provider does not respond, or not as expected.
    ProviderUnavailable = 502, "Provider unavailable";
    /// The object has changed since the caller read it; `current` contains it.
    VersionConflict = 409, "Version conflict";
    /// One of the applications was merged into another one before.
    AlreadyMerged = 409, "Already merged";
    /// A request with the same `Idempotency-Key` is being processed.
    IdempotencyKeyInUse = 409, "Idempotency key in use";
    /// The `Idempotency-Key` was used with a different body.
    IdempotencyKeyReused = 422, "Idempotency key reused";
    /// A token from an email that was used, replaced, or has expired.
    LinkExpired = 410, "Link expired";
    /// The object does not match the header `If-Match`.
    PreconditionFailed = 412, "Precondition failed";
    /// Changes after the cursor were deleted.
    CursorExpired = 410, "Cursor expired";
    /// The body is larger than this endpoint accepts.
    PayloadTooLarge = 413, "Payload too large";
    /// The body has a type that this endpoint does not accept.
    UnsupportedMediaType = 415, "Unsupported media type";
    /// One or more fields are invalid; `errors` lists them.
    Invalid = 422, "Validation failed";
    /// Too many requests; wait as `Retry-After` says.
    RateLimited = 429, "Too many requests";
    /// An unexpected error. Nothing was changed.
    Internal = 500, "Internal server error";
    /// The database or another component is temporarily unavailable.
    Unavailable = 503, "Service unavailable";
}

impl ErrorCode {
    /// All codes.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Parses the code as it is sent.
    pub fn parse(value: &str) -> Option<Self> {
        Self::from_str(value).ok()
    }

    /// The code as it is sent.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The kind of error in a field, as a stable code for API clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field is missing.
    Required,
    /// The JSON type is wrong.
    WrongType,
    /// The field does not exist.
    UnknownField,
    /// Fewer characters or items than allowed.
    TooShort,
    /// More characters or items than allowed.
    TooLong,
    /// The format is wrong.
    InvalidFormat,
    /// Outside the allowed range.
    OutOfRange,
    /// The value is not allowed here.
    NotAllowed,
    /// The value conflicts with another field.
    #[serde(rename = "contradicts")]
    Conflicting,
}

/// An invalid field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Name of the field as sent; a path such as `salary.min` inside an object, and `tags[1]` for the second item of a list.
    pub field: String,
    /// The kind of error.
    pub code: FieldCode,
    /// How to correct the field, for users.
    pub detail: String,
}

/// Collects all invalid fields of an input, so that they are reported together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Adds an error.
    pub fn add(&mut self, field: &str, code: FieldCode, detail: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code,
            detail: detail.into(),
        });
    }

    /// Returns the value of a result, or adds its error for the field.
    pub fn check<T>(&mut self, field: &str, result: Result<T, (FieldCode, String)>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err((code, detail)) => {
                self.add(field, code, detail);
                None
            }
        }
    }

    /// Returns the values of a list in order and without duplicates. If items are invalid, adds an error for each of them, with a field
    /// name such as `tags[1]`.
    pub fn check_items<T: PartialEq>(
        &mut self,
        field: &str,
        results: impl IntoIterator<Item = Result<T, (FieldCode, String)>>,
    ) -> Option<Vec<T>> {
        let before = self.0.len();
        let results = results.into_iter().enumerate();
        let mut values = Vec::new();
        for (index, result) in results {
            let value = self.check(&format!("{field}[{index}]"), result);
            values.extend(value.filter(|value| !values.contains(value)));
        }
        (self.0.len() == before).then_some(values)
    }

    /// `Ok` when no field is invalid.
    pub fn into_result(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into())
        }
    }
}

/// Default for `Retry-After` of temporary errors, in seconds.
const UNAVAILABLE_RETRY_AFTER: u32 = 2;

/// An error as API clients and pages receive it. Never contains secrets, SQL or paths of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// The kind of error.
    pub code: ErrorCode,
    /// A sentence for users: the problem and what to do.
    pub detail: String,
    /// The invalid fields, if the code is `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The current object, if the code is `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
    /// The quota, if the code is `quota_exceeded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaUsage>,
    /// The scope that the API key needs, if the code is `scope_missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Seconds to wait before a retry, if waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// Creates an error. With status 503, it says when to retry.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            current: None,
            quota: None,
            scope: None,
            retry_after: (code.status() == 503).then_some(UNAVAILABLE_RETRY_AFTER),
        }
    }

    /// A single invalid field.
    pub fn field(field: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, code, detail);
        errors.into()
    }

    /// The API key lacks this scope.
    pub fn scope_missing(scope: Scope) -> Self {
        let detail = format!("The API key needs the scope {}.", scope.as_str());
        let mut error = Self::new(ErrorCode::ScopeMissing, detail);
        error.scope = Some(scope);
        error
    }

    /// The object does not exist or is not visible to the caller; the error does not reveal which.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Nothing was found with this id.")
    }

    /// The detail to show at the field, if the field or one of its items is invalid.
    pub fn for_field(&self, field: &str) -> Option<&str> {
        let is_of_field = |name: &str| {
            let rest = name.strip_prefix(field);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        self.errors
            .iter()
            .find(|e| is_of_field(&e.field))
            .map(|e| e.detail.as_str())
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        let mut error = Self::new(
            ErrorCode::Invalid,
            "Correct the fields listed in errors and send the request again.",
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

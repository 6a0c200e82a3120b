//! Requests for access: a coach asks, and the member decides.

use super::{AccessScope, Person};
use crate::{AccessRequestId, ApiError, ErrorCode, FieldCode, FieldErrors, UserId, normalize};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of the message of a request, in characters.
pub const MAX_REQUEST_MESSAGE_LEN: usize = 500;
/// How long a coach has to wait before asking the same member again after the member declined.
pub const DECLINED_PAUSE: TimeDelta = TimeDelta::days(30);
/// How long after sending a request that was then withdrawn a coach has to wait before asking the same member again.
pub const WITHDRAWN_PAUSE: TimeDelta = TimeDelta::days(1);

/// The status of a request.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessRequestState {
    /// The member has not answered.
    Pending,
    /// The member has granted access.
    Granted,
    /// The member has declined.
    Declined,
    /// The coach no longer asks.
    Withdrawn,
}

impl AccessRequestState {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A request of a coach to see the applications of a member. There is at most one for each pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRequest {
    /// Id of the request.
    pub id: AccessRequestId,
    /// Who is asked.
    pub owner: Person,
    /// Who asks.
    pub viewer: Person,
    /// The requested access.
    pub scope: AccessScope,
    /// The message of the viewer; plain text.
    pub message: Option<String>,
    /// The status of the request.
    pub state: AccessRequestState,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it was granted, declined or withdrawn.
    pub answered_at: Option<DateTime<Utc>>,
}

impl AccessRequest {
    /// Whether the same coach may ask the same member again.
    ///
    /// # Errors
    /// `conflict` while the request is pending, and for a time after it was declined or withdrawn.
    pub fn check_repeat(&self, now: DateTime<Utc>) -> Result<(), ApiError> {
        let (pause, since) = match self.state {
            AccessRequestState::Pending => {
                let detail = "You have asked this member already. Wait for the answer.";
                return Err(ApiError::new(ErrorCode::Conflict, detail));
            }
            AccessRequestState::Granted => return Ok(()),
            AccessRequestState::Declined => (DECLINED_PAUSE, self.answered_at),
            AccessRequestState::Withdrawn => (WITHDRAWN_PAUSE, Some(self.created_at)),
        };
        let from = since.unwrap_or(self.created_at) + pause;
        if now >= from {
            return Ok(());
        }
        let detail = format!("You can ask this member again from {}.", from.format("%-d %B %Y"));
        Err(ApiError::new(ErrorCode::Conflict, detail))
    }
}

/// The requests of a member, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRequests {
    /// Pending requests to the caller.
    pub received: Vec<AccessRequest>,
    /// Requests by the caller, with any status.
    pub sent: Vec<AccessRequest>,
}

/// Body of `POST /api/coaching/request_access`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestAccessInput {
    /// The member to ask.
    pub user_id: UserId,
    /// The access to request.
    pub scope: AccessScope,
    /// A personal message, up to 500 characters of plain text.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub message: Option<String>,
}

impl RequestAccessInput {
    /// Validates every field and returns the message.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self, caller: UserId) -> Result<Option<String>, ApiError> {
        let mut errors = FieldErrors::default();
        if self.user_id == caller {
            let detail = "You see your own applications already. Choose another member.";
            errors.add("user_id", FieldCode::NotAllowed, detail);
        }
        let message = self
            .message
            .as_deref()
            .and_then(|text| errors.check("message", normalize::lines(text, 0, MAX_REQUEST_MESSAGE_LEN)));
        errors.into_result()?;
        Ok(message.filter(|text| !text.is_empty()))
    }
}

/// Body of `POST /api/coaching/answer_access_request`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerAccessRequestInput {
    /// The request.
    pub request_id: AccessRequestId,
    /// Whether access is granted.
    pub grant: bool,
    /// The access to grant: the requested access or less. Defaults to the requested access.
    #[serde(default)]
    pub scope: Option<AccessScope>,
    /// When the access ends; without it, when it is revoked.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl AnswerAccessRequestInput {
    /// The access to grant, given the requested access.
    ///
    /// # Errors
    /// `invalid` if it exceeds the requested access.
    pub fn granted_scope(&self, requested: AccessScope) -> Result<AccessScope, ApiError> {
        match (self.scope.unwrap_or(requested), requested) {
            (AccessScope::Comment, AccessScope::Read) => {
                let detail = "You were asked for access to read only.";
                Err(ApiError::field("scope", FieldCode::NotAllowed, detail))
            }
            (scope, _) => Ok(scope),
        }
    }
}

/// Body of `POST /api/coaching/withdraw_access_request`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccessRequestRef {
    /// The request.
    pub request_id: AccessRequestId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn request(state: AccessRequestState) -> AccessRequest {
        let person = |n| Person {
            user_id: UserId(Uuid::from_u128(n)),
            name: None,
        };
        let at: DateTime<Utc> = "2026-11-01T10:00:00Z".parse().expect("a time");
        AccessRequest {
            id: AccessRequestId(Uuid::nil()),
            owner: person(1),
            viewer: person(2),
            scope: AccessScope::Comment,
            message: None,
            state,
            created_at: at,
            answered_at: Some(at),
        }
    }

    #[test]
    fn request_can_be_repeated_after_a_pause() {
        let at = |days, seconds| {
            let start: DateTime<Utc> = "2026-11-01T10:00:00Z".parse().expect("a time");
            start + TimeDelta::days(days) + TimeDelta::seconds(seconds)
        };
        let is_allowed = |state, now| request(state).check_repeat(now).is_ok();
        assert!(!is_allowed(AccessRequestState::Pending, at(900, 0)));
        assert!(is_allowed(AccessRequestState::Granted, at(0, 0)));
        assert!(!is_allowed(AccessRequestState::Declined, at(30, -1)));
        assert!(is_allowed(AccessRequestState::Declined, at(30, 0)));
        assert!(!is_allowed(AccessRequestState::Withdrawn, at(1, -1)));
        assert!(is_allowed(AccessRequestState::Withdrawn, at(1, 0)));
    }

    #[test]
    fn answer_can_reduce_the_scope_but_not_extend_it() {
        let answer = |scope| AnswerAccessRequestInput {
            request_id: AccessRequestId(Uuid::nil()),
            grant: true,
            scope,
            expires_at: None,
        };
        let granted = |scope, requested| answer(scope).granted_scope(requested).ok();
        assert_eq!(granted(None, AccessScope::Read), Some(AccessScope::Read));
        let reduced = granted(Some(AccessScope::Read), AccessScope::Comment);
        assert_eq!(reduced, Some(AccessScope::Read));
        assert_eq!(granted(Some(AccessScope::Comment), AccessScope::Read), None);
    }

    #[test]
    fn request_to_oneself_or_with_long_message_is_invalid() {
        let user_id = UserId(Uuid::from_u128(1));
        let input = RequestAccessInput {
            user_id,
            scope: AccessScope::Read,
            message: Some("x".repeat(501)),
        };
        let errors = input.parse(user_id).expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["user_id", "message"]);
    }
}

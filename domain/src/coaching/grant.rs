//! Grants of access.

use crate::{AccessGrantId, ApiError, FieldCode, UserId};
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};

/// The access of the viewer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessScope {
    /// Read the owner's applications with all that belongs to them, and the owner's metrics.
    Read,
    /// Comment on the applications, too.
    Comment,
}

impl AccessScope {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The access as a phrase that follows "can" or "to".
    pub const fn ability(self) -> &'static str {
        match self {
            Self::Read => "read only",
            Self::Comment => "read, comment and assign tasks",
        }
    }

    /// [`ability`](Self::ability) as the label of a choice.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "Read only",
            Self::Comment => "Read, comment and assign tasks",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A member of the workspace as other members see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Id of the user.
    pub user_id: UserId,
    /// The name. `null` if the user is no longer a member.
    pub name: Option<String>,
}

impl Person {
    /// The name, or "Former member" if it is unknown.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or("Former member")
    }
}

/// Permission of one member to see the applications of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessGrant {
    /// Id of the grant.
    pub id: AccessGrantId,
    /// Whose applications they are.
    pub owner: Person,
    /// Who may see them.
    pub viewer: Person,
    /// The access of the viewer.
    pub scope: AccessScope,
    /// When it was granted or last renewed.
    pub created_at: DateTime<Utc>,
    /// When it ends; `null` if it is valid until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The grants of a member, newest first. Expired ones are included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessGrants {
    /// Grants by the caller.
    pub given: Vec<AccessGrant>,
    /// Grants to the caller.
    pub received: Vec<AccessGrant>,
}

/// Body of `POST /api/coaching/grant_access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GrantAccessInput {
    /// The coach, admin or owner who may see the caller's applications.
    pub viewer_id: UserId,
    /// The access of the viewer.
    pub scope: AccessScope,
    /// When it ends. Absent or `null`: when it is revoked.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl GrantAccessInput {
    /// Checks that the viewer is not the caller and that the end is in the future.
    ///
    /// # Errors
    /// `invalid` with the invalid field.
    pub fn check(&self, caller: UserId, now: DateTime<Utc>) -> Result<(), ApiError> {
        if self.viewer_id == caller {
            let detail = "You see your own applications already. Choose another member.";
            return Err(ApiError::field("viewer_id", FieldCode::NotAllowed, detail));
        }
        match self.expires_at {
            Some(at) if at <= now || at.year() > 9999 => {
                let detail = "Choose a day in the future.";
                Err(ApiError::field("expires_at", FieldCode::OutOfRange, detail))
            }
            _ => Ok(()),
        }
    }
}

/// Body of `POST /api/coaching/revoke_access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccessGrantRef {
    /// The grant.
    pub grant_id: AccessGrantId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn grant_that_is_over_or_to_oneself_is_invalid() {
        let now: DateTime<Utc> = "2026-11-26T10:00:00Z".parse().expect("a time");
        let (caller, coach) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let check = |viewer_id, expires_at| {
            let input = GrantAccessInput {
                viewer_id,
                scope: AccessScope::Read,
                expires_at,
            };
            input.check(caller, now).map_err(|e| e.errors[0].field.clone())
        };
        assert_eq!(check(coach, None), Ok(()));
        assert_eq!(check(coach, Some(now + chrono::TimeDelta::seconds(1))), Ok(()));
        assert_eq!(check(coach, Some(now)), Err("expires_at".into()));
        assert_eq!(check(caller, None), Err("viewer_id".into()));
    }
}

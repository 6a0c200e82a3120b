//! Groups of members of an organization, such as the participants of a course.

use crate::{ApiError, FieldCode, FieldErrors, GroupId, UserId, normalize, numbers::group_len};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a name, in characters.
pub const MAX_GROUP_NAME_LEN: usize = 60;
/// Maximum number of groups of an organization.
pub const MAX_GROUPS: i64 = 100;
/// Maximum number of members of a group.
pub const MAX_GROUP_MEMBERS: usize = 1_000;

/// A group of members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Id of the group.
    pub id: GroupId,
    /// The name. No other group of the workspace has it, in upper or lower case.
    pub name: String,
    /// Number of members.
    pub member_count: i64,
    /// The members.
    pub user_ids: Vec<UserId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Body of `POST /api/tenants/add_group`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddGroupInput {
    /// 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
}

impl AddGroupInput {
    /// The trimmed name.
    ///
    /// # Errors
    /// `invalid` for an invalid name.
    pub fn parse(&self) -> Result<String, ApiError> {
        parse_name(&self.name)
    }
}

/// Body of `POST /api/tenants/update_group`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateGroupInput {
    /// The group.
    pub group_id: GroupId,
    /// 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
}

impl UpdateGroupInput {
    /// The trimmed name.
    ///
    /// # Errors
    /// `invalid` for an invalid name.
    pub fn parse(&self) -> Result<String, ApiError> {
        parse_name(&self.name)
    }
}

/// Body of `POST /api/tenants/delete_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupRef {
    /// The group.
    pub group_id: GroupId,
}

/// Body of `POST /api/tenants/set_group_members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetGroupMembersInput {
    /// The group.
    pub group_id: GroupId,
    /// All members of the group from now on. Up to 1000.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub user_ids: Vec<UserId>,
}

impl SetGroupMembersInput {
    /// The members without duplicates.
    ///
    /// # Errors
    /// `invalid` if there are too many.
    pub fn parse(&self) -> Result<Vec<UserId>, ApiError> {
        if self.user_ids.len() > MAX_GROUP_MEMBERS {
            let detail = format!("A group has at most {} members.", group_len(MAX_GROUP_MEMBERS));
            return Err(ApiError::field("user_ids", FieldCode::TooLong, detail));
        }
        let mut ids = self.user_ids.clone();
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        Ok(ids)
    }
}

fn parse_name(name: &str) -> Result<String, ApiError> {
    let mut errors = FieldErrors::default();
    let name = errors.check("name", normalize::line(name, 1, MAX_GROUP_NAME_LEN));
    errors.into_result()?;
    Ok(name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn members_named_twice_count_once() {
        let user = |n| UserId(Uuid::from_u128(n));
        let input = |user_ids| SetGroupMembersInput {
            group_id: GroupId(Uuid::nil()),
            user_ids,
        };
        assert_eq!(
            input(vec![user(2), user(1), user(2)]).parse(),
            Ok(vec![user(1), user(2)])
        );
        assert!(input(vec![user(1); MAX_GROUP_MEMBERS + 1]).parse().is_err());
    }

    #[test]
    fn blank_name_is_invalid() {
        let parse = |name: &str| AddGroupInput { name: name.into() }.parse();
        assert_eq!(parse(" Autumn "), Ok("Autumn".into()));
        assert!(parse("  ").is_err() && parse(&"x".repeat(61)).is_err());
    }
}

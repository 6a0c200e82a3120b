//! Members of a tenant and their roles.

use super::{Action, Role, may};
use crate::{ApiError, FieldErrors, UserId, normalize, pagination::Pagination};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a search, in characters.
pub const MAX_QUERY_LEN: usize = 200;

/// A member as other members see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user.
    pub user_id: UserId,
    /// The name.
    pub name: String,
    /// The email address; `null` for callers who are neither the member nor owner or admin.
    pub email: Option<String>,
    /// The role.
    pub role: Role,
    /// When they became a member.
    pub joined_at: DateTime<Utc>,
}

/// Query of `GET /api/tenants/get_members`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListMembersInput {
    /// A part of the name, or of an email address that the caller sees.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Only members with this role.
    #[serde(default)]
    pub role: Option<Role>,
    /// `pagination.next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500. Without it and `cursor`, all members are on one page; with `cursor` alone it is 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Members, all or a page of them. Keeps the name that its schema had before there were pages, which clients may have generated code from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Envelope_Vec_Member))]
pub struct MemberList {
    /// Owners first, then by name.
    pub data: Vec<Member>,
    /// The cursor of the next page; `null` if neither `limit` nor `cursor` was sent.
    pub pagination: Option<Pagination>,
    /// How many members match the filters, on all pages together.
    pub total: i64,
}

impl ListMembersInput {
    /// Validates every field, and trims them.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<Self, ApiError> {
        let q = parse_search(self.q.as_deref())?;
        Ok(Self { q, ..self })
    }
}

/// Validates and trims a search text.
pub(crate) fn parse_search(q: Option<&str>) -> Result<Option<String>, ApiError> {
    let mut errors = FieldErrors::default();
    let q = q.and_then(|q| errors.check("q", normalize::line(q, 0, MAX_QUERY_LEN)));
    errors.into_result()?;
    Ok(q)
}

/// Body of `POST /api/tenants/update_member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMemberInput {
    /// The member.
    pub user_id: UserId,
    /// The new role.
    pub role: Role,
}

/// Body of `POST /api/tenants/remove_member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberRef {
    /// The member.
    pub user_id: UserId,
}

/// Whether a member with the role `actor` may give the role `new` to a member with the role `current`, or remove them. Only owners can
/// change owners or make someone an owner.
pub const fn may_change_member(actor: Role, current: Role, new: Option<Role>) -> bool {
    let concerns_owners = matches!(current, Role::Owner) || matches!(new, Some(Role::Owner));
    may(actor, Action::ManageMembers) && (matches!(actor, Role::Owner) || !concerns_owners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owners_change_owners_and_make_owners() {
        for actor in Role::ALL {
            for current in Role::ALL {
                for new in Role::ALL.map(Some).into_iter().chain([None]) {
                    let expected = match actor {
                        Role::Owner => true,
                        Role::Admin => current != Role::Owner && new != Some(Role::Owner),
                        Role::Coach | Role::Member => false,
                    };
                    assert_eq!(
                        may_change_member(actor, current, new),
                        expected,
                        "{actor:?} {current:?} {new:?}"
                    );
                }
            }
        }
    }
}

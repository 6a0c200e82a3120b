//! Inviting many addresses in one request.

use super::{MAX_INVITATION_MESSAGE_LEN, Role, has_link};
use crate::{ApiError, FieldCode, FieldErrors, GroupId, normalize};
use serde::{Deserialize, Serialize};

/// Maximum number of addresses in one request.
pub const MAX_BULK_INVITATIONS: usize = 500;
/// Maximum length of the text with the addresses, in characters.
pub const MAX_ADDRESSES_LEN: usize = 100_000;

/// Body of `POST /api/tenants/invite_members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteMembersInput {
    /// Up to 500 addresses: separated by line breaks, commas or semicolons, or the contents of a CSV file with the columns `email`
    /// and, optionally, `role` and `group`: the name of a group that who accepts joins.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100_000))]
    pub addresses: String,
    /// The role of those without one of their own; not `owner`. A pending invitation keeps its role unless its line names another.
    pub role: Role,
    /// A personal message without links, up to 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub message: Option<String>,
    /// The group that those without one of their own join. A pending invitation keeps its group unless its line names another.
    #[serde(default)]
    pub group_id: Option<GroupId>,
}

impl InviteMembersInput {
    /// Validates what holds for all addresses, and returns the message.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<Option<String>, ApiError> {
        let mut errors = FieldErrors::default();
        if self.addresses.trim().is_empty() {
            errors.add("addresses", FieldCode::Required, "Enter at least one address.");
        } else {
            errors.check(
                "addresses",
                normalize::lines(&self.addresses, 1, MAX_ADDRESSES_LEN),
            );
        }
        if self.role == Role::Owner {
            let detail = "Invite with another role. An owner can make members owners later.";
            errors.add("role", FieldCode::NotAllowed, detail);
        }
        let message = self
            .message
            .as_deref()
            .and_then(|text| errors.check("message", normalize::lines(text, 0, MAX_INVITATION_MESSAGE_LEN)));
        if message.as_deref().is_some_and(has_link) {
            let detail = "Write the message without links and addresses.";
            errors.add("message", FieldCode::NotAllowed, detail);
        }
        errors.into_result()?;
        Ok(message.filter(|text| !text.is_empty()))
    }
}

/// The result for one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitationResult {
    /// An invitation is sent.
    Invited,
    /// There was an invitation; it is sent again, and its earlier link ends. `detail` names its role.
    Renewed,
    /// A member has the address.
    AlreadyMember,
    /// Not an address, or not a role or group; `detail` says what is wrong.
    Invalid,
    /// The address is in an earlier line as well; `detail` names it.
    Duplicate,
    /// The workspace has as many members and pending invitations as it can.
    OverQuota,
    /// Too many invitations, to this address or in all.
    RateLimited,
}

/// A line of the request, with its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationLine {
    /// The number of the line, from 1.
    pub line: u64,
    /// The address as it was sent.
    pub email: String,
    /// The result for the address.
    pub result: InvitationResult,
    /// Why, where that is not all.
    pub detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_input_invalid_reports_every_field() {
        let input = InviteMembersInput {
            addresses: " \n".into(),
            role: Role::Owner,
            message: Some("see evil.com".into()),
            group_id: None,
        };
        let errors = input.parse().expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["addresses", "role", "message"]);
    }
}

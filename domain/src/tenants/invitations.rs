//! Invitations to a tenant by email.

use super::Role;
use crate::{
    ApiError, FieldCode, FieldErrors, GroupId, InvitationId, normalize, pagination::Pagination,
    users::EmailAddress,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of the message in an invitation, in characters.
pub const MAX_INVITATION_MESSAGE_LEN: usize = 500;

/// A pending invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Id of the invitation.
    pub id: InvitationId,
    /// The address that it was sent to.
    pub email: String,
    /// The role that the recipient will have.
    pub role: Role,
    /// The message of the inviter.
    pub message: Option<String>,
    /// The group that who accepts joins, unless it is deleted or full by then.
    pub group_id: Option<GroupId>,
    /// Name of the member who sent it.
    pub invited_by: String,
    /// When it was last sent.
    pub created_at: DateTime<Utc>,
    /// When its link stops working.
    pub expires_at: DateTime<Utc>,
}

/// Query of `GET /api/tenants/get_invitations`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListInvitationsInput {
    /// `pagination.next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500. Without it and `cursor`, all invitations are on one page; with `cursor` alone it is 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Invitations, all or a page of them. Keeps the name that its schema had before there were pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Envelope_Vec_Invitation))]
pub struct InvitationList {
    /// The newest first.
    pub data: Vec<Invitation>,
    /// The cursor of the next page; `null` if neither `limit` nor `cursor` was sent.
    pub pagination: Option<Pagination>,
    /// How many invitations are pending, on all pages together.
    pub total: i64,
}

/// The part of an invitation that its recipient sees before accepting it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationPreview {
    /// Name of the workspace.
    pub tenant_name: String,
    /// Name of the member who sent it.
    pub inviter: String,
    /// The role that the recipient will have.
    pub role: Role,
    /// The address that it was sent to, the only one that can accept it.
    pub email: String,
}

/// Body of `POST /api/tenants/invite_member`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteMemberInput {
    /// The address to invite.
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = Email))]
    pub email: String,
    /// The role that the recipient will have; not `owner`.
    pub role: Role,
    /// A personal message without links, up to 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub message: Option<String>,
    /// The group that who accepts joins. Without it, that of the pending invitation, if there is one.
    #[serde(default)]
    pub group_id: Option<GroupId>,
}

impl InviteMemberInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<(EmailAddress, Role, Option<String>), ApiError> {
        let mut errors = FieldErrors::default();
        let email = errors.check("email", EmailAddress::parse(&self.email));
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
        let message = message.filter(|text| !text.is_empty());
        match email {
            Some(email) if errors.0.is_empty() => Ok((email, self.role, message)),
            _ => Err(errors.into()),
        }
    }
}

/// Whether email programs would show a part of the text as a link. Prevents advertising in invitations.
pub fn has_link(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains("://") || word.contains('@') || word.starts_with("www.") || has_domain(word)
    })
}

/// Whether the word contains a dot between a letter or digit and at least two letters.
fn has_domain(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| {
        let before = word[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = word[at + 1..].chars().take_while(|c| c.is_alphabetic()).count();
        before && after >= 2
    })
}

/// Body of `POST /api/tenants/revoke_invitation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationRef {
    /// The invitation.
    pub invitation_id: InvitationId,
}

/// Query of `GET /api/tenants/get_invitation`, and body of `POST /api/tenants/accept_invitation`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct InvitationToken {
    /// The token from the link in the email.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200),
        param(min_length = 1, max_length = 200)
    )]
    pub token: String,
}

impl InvitationToken {
    /// The trimmed token.
    ///
    /// # Errors
    /// `invalid` if it cannot be a token.
    pub fn parse(&self) -> Result<&str, ApiError> {
        let invalid = |(code, detail)| ApiError::field("token", code, detail);
        let token = normalize::email_token(&self.token).map_err(invalid)?;
        if token.chars().any(|c| c.is_control() || !c.is_ascii()) {
            return Err(invalid((
                FieldCode::InvalidFormat,
                "This is not a valid token.".into(),
            )));
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(email: &str, role: Role, message: &str) -> InviteMemberInput {
        InviteMemberInput {
            email: email.into(),
            role,
            message: Some(message.into()),
            group_id: None,
        }
    }

    #[test]
    fn invitation_input_invalid_reports_every_field() {
        let error = input("x", Role::Owner, &"x".repeat(501))
            .parse()
            .expect_err("invalid");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["email", "role", "message"]);
    }

    #[test]
    fn message_with_link_is_rejected() {
        for message in [
            "see https://x.example",
            "go to www.x",
            "buy at evil.com now",
            "write to a@b.co",
            "(evil.com/x)",
        ] {
            assert!(
                input("a@b.co", Role::Member, message).parse().is_err(),
                "{message}"
            );
        }
        for message in [
            "Welcome to the course. See you on Monday.",
            "At 9.30, room 2.",
            "",
            "e.g. a CV",
        ] {
            assert!(
                input("a@b.co", Role::Member, message).parse().is_ok(),
                "{message}"
            );
        }
    }
}

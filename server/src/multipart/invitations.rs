//! A form with a list of addresses to invite, as text or as a file, read into memory.

use super::{form_reader::Part, open_form, read_error, read_part, unknown_field};
use axum::extract::Request;
use domain::{
    ApiError, ErrorCode, FieldCode,
    tenants::{InviteMembersInput, MAX_BULK_INVITATIONS, Role},
};
use service::organizations::decode_address_file;

/// Maximum size of the list in bytes. Larger than the longest allowed text in any encoding.
const MAX_LIST_BYTES: usize = 512 * 1024;
/// Maximum size of each other field in bytes.
const MAX_FIELD_BYTES: usize = 16 * 1024;
/// Maximum size of the form, including boundaries and part headers.
const FORM_BYTES: u64 = 2 * 1024 * 1024;

/// The form as it was sent.
#[derive(Default)]
pub struct InvitationForm {
    /// The pasted addresses.
    pub addresses: String,
    /// The role for lines without one.
    pub role: String,
    /// The message.
    pub message: String,
    /// The group for lines without one; may be empty.
    pub group_id: String,
    /// The contents of the file; `None` if none was chosen.
    file: Option<Vec<u8>>,
}

impl InvitationForm {
    /// The addresses from the file, or the pasted ones.
    ///
    /// # Errors
    /// `invalid` if both were sent, or if the file is not text.
    pub fn input(&self) -> Result<InviteMembersInput, ApiError> {
        let addresses = match &self.file {
            Some(_) if !self.addresses.trim().is_empty() => {
                let detail = "Paste addresses or choose a file, not both.";
                return Err(ApiError::field("addresses", FieldCode::NotAllowed, detail));
            }
            Some(file) => text_of(file)?,
            None => self.addresses.clone(),
        };
        Ok(InviteMembersInput {
            addresses,
            role: Role::parse(&self.role).unwrap_or(Role::Member),
            message: Some(self.message.clone()).filter(|text| !text.is_empty()),
            group_id: self.group_id.parse().ok(),
        })
    }
}

fn text_of(file: &[u8]) -> Result<String, ApiError> {
    let text = decode_address_file(file);
    if text.contains('\0') {
        let detail = "This is not a text file. Save the table as CSV, and choose that file.";
        return Err(ApiError::field("addresses", FieldCode::InvalidFormat, detail));
    }
    Ok(text)
}

/// Reads the fields of the form in any order.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `malformed`, and `invalid` for an unknown field.
pub async fn read_invitation_form(request: Request) -> Result<InvitationForm, ApiError> {
    let mut parts = open_form(request, FORM_BYTES, too_large).await?;
    let mut form = InvitationForm::default();
    while let Some(mut part) = parts.next_part().await.map_err(|e| read_error(&e, too_large))? {
        match part.name() {
            "addresses" => form.addresses = read_text(&mut part, MAX_LIST_BYTES).await?,
            "role" => form.role = read_text(&mut part, MAX_FIELD_BYTES).await?,
            "message" => form.message = read_text(&mut part, MAX_FIELD_BYTES).await?,
            "group_id" => form.group_id = read_text(&mut part, MAX_FIELD_BYTES).await?,
            "file" if form.file.is_none() => {
                let is_named = !part.file_name().is_empty();
                let content = read_part(&mut part, MAX_LIST_BYTES, too_large, too_large).await?;
                // Browsers send an empty part without a file name if no file was chosen.
                form.file = (is_named || !content.is_empty()).then_some(content);
            }
            name => {
                return Err(unknown_field(
                    name,
                    "Send addresses or one file, role, group_id and message.",
                ));
            }
        }
    }
    Ok(form)
}

async fn read_text(part: &mut Part<'_>, max: usize) -> Result<String, ApiError> {
    let bytes = read_part(part, max, too_large, too_large).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn too_large() -> ApiError {
    let detail = format!(
        "This list is too large. Send at most {MAX_BULK_INVITATIONS} addresses at once, as a text or CSV file."
    );
    ApiError::new(ErrorCode::PayloadTooLarge, detail)
}

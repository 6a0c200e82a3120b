//! Files of applications, such as the résumé that was sent.

use crate::{ApiError, FieldCode, FieldErrors, FileId, JobApplicationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum size of a file, in bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
/// Maximum length of a name, in characters.
pub const MAX_FILE_NAME_LEN: usize = 200;

/// The purpose of a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FileKind {
    /// The résumé that was sent.
    Resume,
    /// The cover letter that was sent.
    CoverLetter,
    /// Anything else.
    Other,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Resume, Self::CoverLetter, Self::Other];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A file of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct File {
    /// Id of the file.
    pub id: FileId,
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// Name, as on the user's computer.
    pub name: String,
    /// The purpose of the file.
    pub kind: FileKind,
    /// Media type, as the content says.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// Id of a file, as a query or as a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FileRef {
    /// The file.
    pub file_id: FileId,
}

/// Query of `GET /api/files/get_file`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// The file.
    pub file_id: FileId,
    /// The member who owns the file. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

impl From<FileRef> for FileQuery {
    fn from(FileRef { file_id }: FileRef) -> Self {
        Self {
            file_id,
            owner_id: None,
        }
    }
}

/// The fields of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddFileInput {
    /// The application.
    pub jobapp_id: Option<String>,
    /// The purpose of the file.
    pub kind: Option<String>,
    /// The name of the file.
    pub name: String,
    /// The content; `None` without a file.
    pub content: Option<Vec<u8>>,
}

/// A valid upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The purpose of the file.
    pub kind: FileKind,
    /// The name of the file.
    pub name: String,
    /// The content.
    pub content: Vec<u8>,
}

impl AddFileInput {
    /// The validated fields.
    ///
    /// # Errors
    /// `invalid` with every field that is missing or not valid.
    pub fn parse(self) -> Result<NewFile, ApiError> {
        let mut errors = FieldErrors::default();
        let jobapp_id = errors.check("jobapp_id", parse_id(self.jobapp_id.as_deref()));
        let kind = errors.check("kind", parse_kind(self.kind.as_deref()));
        let content = errors.check("file", check_content(self.content));
        errors.into_result()?;
        match (jobapp_id, kind, content) {
            (Some(jobapp_id), Some(kind), Some(content)) => Ok(NewFile {
                jobapp_id,
                kind,
                name: file_name(&self.name),
                content,
            }),
            _ => Err(ApiError::not_found()),
        }
    }
}

type FieldProblem = (FieldCode, String);

fn parse_id(text: Option<&str>) -> Result<JobApplicationId, FieldProblem> {
    let text = text.ok_or_else(|| (FieldCode::Required, "Name the application.".to_owned()))?;
    text.trim().parse().map_err(|_| {
        (
            FieldCode::InvalidFormat,
            "Send the id of an application.".to_owned(),
        )
    })
}

fn parse_kind(text: Option<&str>) -> Result<FileKind, FieldProblem> {
    let detail = || "Send resume, cover_letter or other.".to_owned();
    let text = text.ok_or_else(|| (FieldCode::Required, detail()))?;
    FileKind::parse(text.trim()).ok_or_else(|| (FieldCode::InvalidFormat, detail()))
}

fn check_content(content: Option<Vec<u8>>) -> Result<Vec<u8>, FieldProblem> {
    match content {
        None => Err((FieldCode::Required, "Choose a file.".to_owned())),
        Some(content) if content.is_empty() => Err((FieldCode::TooShort, "The file is empty.".to_owned())),
        Some(content) => Ok(content),
    }
}

/// Sanitizes a file name: removes folders, control characters and invisible direction marks, and shortens it to [`MAX_FILE_NAME_LEN`].
pub fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_direction_mark =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_direction_mark(*c))
        .collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() {
        return "file".into();
    }
    if clean.chars().count() <= MAX_FILE_NAME_LEN {
        return clean.to_owned();
    }
    // Keep the extension, because it determines which program opens the file.
    let extension = clean
        .rsplit_once('.')
        .map(|(_, extension)| extension)
        .filter(|extension| extension.len() <= 10);
    let kept = MAX_FILE_NAME_LEN - extension.map_or(0, |e| e.chars().count() + 1);
    let stem: String = clean.chars().take(kept).collect();
    match extension {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_name_has_no_folder_and_no_control_characters() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\docs\\Résumé 2026.pdf"), "Résumé 2026.pdf");
        assert_eq!(file_name("a\r\nSet-Cookie: x.pdf"), "aSet-Cookie: x.pdf");
        assert_eq!(file_name("cv\u{202e}fdp.exe"), "cvfdp.exe");
        assert_eq!(file_name("  "), "file");
        assert_eq!(file_name(".."), "file");
    }

    #[test]
    fn long_file_name_keeps_its_extension() {
        let name = file_name(&format!("{}.pdf", "ü".repeat(300)));
        assert_eq!(name.chars().count(), MAX_FILE_NAME_LEN);
        assert!(name.ends_with("ü.pdf"));
    }

    #[test]
    fn upload_without_fields_names_all_of_them() {
        let error = AddFileInput::default().parse().expect_err("invalid");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["jobapp_id", "kind", "file"]);
    }
}

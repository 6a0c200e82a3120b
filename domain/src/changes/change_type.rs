//! What can change.

use crate::scopes::Scope;
use serde::{Deserialize, Serialize};

/// What happened to which kind of object.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChangeType {
    /// An application was added, or split off from another one.
    #[serde(rename = "jobapp.created")]
    #[strum(serialize = "jobapp.created")]
    JobappCreated,
    /// Fields of an application changed.
    #[serde(rename = "jobapp.updated")]
    #[strum(serialize = "jobapp.updated")]
    JobappUpdated,
    /// An application moved to another stage. Its outcome is the same.
    #[serde(rename = "jobapp.moved")]
    #[strum(serialize = "jobapp.moved")]
    JobappMoved,
    /// An application got an outcome, or another one.
    #[serde(rename = "jobapp.closed")]
    #[strum(serialize = "jobapp.closed")]
    JobappClosed,
    /// The outcome of an application was removed.
    #[serde(rename = "jobapp.reopened")]
    #[strum(serialize = "jobapp.reopened")]
    JobappReopened,
    /// An application was deleted. What belongs to it is no longer listed.
    #[serde(rename = "jobapp.deleted")]
    #[strum(serialize = "jobapp.deleted")]
    JobappDeleted,
    /// A deleted application was restored, with what belongs to it.
    #[serde(rename = "jobapp.restored")]
    #[strum(serialize = "jobapp.restored")]
    JobappRestored,
    /// An application became a part of another one, `jobapp_id`, and is no longer listed.
    #[serde(rename = "jobapp.merged")]
    #[strum(serialize = "jobapp.merged")]
    JobappMerged,
    /// An application is no longer a part of another one, `jobapp_id`, and is listed again.
    #[serde(rename = "jobapp.split")]
    #[strum(serialize = "jobapp.split")]
    JobappSplit,
    /// A note was added.
    #[serde(rename = "note.created")]
    #[strum(serialize = "note.created")]
    NoteCreated,
    /// A note changed.
    #[serde(rename = "note.updated")]
    #[strum(serialize = "note.updated")]
    NoteUpdated,
    /// A note was deleted.
    #[serde(rename = "note.deleted")]
    #[strum(serialize = "note.deleted")]
    NoteDeleted,
    /// A contact was added.
    #[serde(rename = "contact.created")]
    #[strum(serialize = "contact.created")]
    ContactCreated,
    /// A contact changed, or was linked to other applications.
    #[serde(rename = "contact.updated")]
    #[strum(serialize = "contact.updated")]
    ContactUpdated,
    /// A contact was deleted.
    #[serde(rename = "contact.deleted")]
    #[strum(serialize = "contact.deleted")]
    ContactDeleted,
    /// An interview was added.
    #[serde(rename = "interview.created")]
    #[strum(serialize = "interview.created")]
    InterviewCreated,
    /// An interview changed or was cancelled.
    #[serde(rename = "interview.updated")]
    #[strum(serialize = "interview.updated")]
    InterviewUpdated,
    /// An interview was deleted.
    #[serde(rename = "interview.deleted")]
    #[strum(serialize = "interview.deleted")]
    InterviewDeleted,
    /// A task was added.
    #[serde(rename = "task.created")]
    #[strum(serialize = "task.created")]
    TaskCreated,
    /// A task changed or was done.
    #[serde(rename = "task.updated")]
    #[strum(serialize = "task.updated")]
    TaskUpdated,
    /// A task was deleted.
    #[serde(rename = "task.deleted")]
    #[strum(serialize = "task.deleted")]
    TaskDeleted,
    /// A file was added.
    #[serde(rename = "file.created")]
    #[strum(serialize = "file.created")]
    FileCreated,
    /// A file belongs to another application.
    #[serde(rename = "file.updated")]
    #[strum(serialize = "file.updated")]
    FileUpdated,
    /// A file was deleted.
    #[serde(rename = "file.deleted")]
    #[strum(serialize = "file.deleted")]
    FileDeleted,
    /// A stage of the workspace was added.
    #[serde(rename = "stage.created")]
    #[strum(serialize = "stage.created")]
    StageCreated,
    /// Name, kind, color or position of a stage changed.
    #[serde(rename = "stage.updated")]
    #[strum(serialize = "stage.updated")]
    StageUpdated,
    /// A stage was deleted.
    #[serde(rename = "stage.deleted")]
    #[strum(serialize = "stage.deleted")]
    StageDeleted,
    /// An email was decided: matched to an application, ignored, or that was undone. `data` is `null`.
    #[serde(rename = "mail.decided")]
    #[strum(serialize = "mail.decided")]
    MailDecided,
    /// A mailbox has to be connected again. `data` is `null`.
    #[serde(rename = "mailbox.reconnect_required")]
    #[strum(serialize = "mailbox.reconnect_required")]
    MailboxReconnectRequired,
    /// Somebody became a member. `object_id` is the user, `data` is `null`.
    #[serde(rename = "member.joined")]
    #[strum(serialize = "member.joined")]
    MemberJoined,
    /// A member left or was removed. `object_id` is the user, `data` is `null`.
    #[serde(rename = "member.left")]
    #[strum(serialize = "member.left")]
    MemberLeft,
    /// A member has another role. `object_id` is the user, `data` is `null`.
    #[serde(rename = "member.role_changed")]
    #[strum(serialize = "member.role_changed")]
    MemberRoleChanged,
}

/// The kind of object that changed: the part of the type before the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// An application.
    Jobapp,
    /// A note.
    Note,
    /// A contact.
    Contact,
    /// An interview.
    Interview,
    /// A task.
    Task,
    /// A file.
    File,
    /// A stage.
    Stage,
    /// An email.
    Mail,
    /// A mailbox.
    Mailbox,
    /// A member.
    Member,
}

impl ChangeType {
    /// All types.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The kind of object that changed.
    pub const fn object_kind(self) -> ObjectKind {
        match self {
            Self::JobappCreated
            | Self::JobappUpdated
            | Self::JobappMoved
            | Self::JobappClosed
            | Self::JobappReopened
            | Self::JobappDeleted
            | Self::JobappRestored
            | Self::JobappMerged
            | Self::JobappSplit => ObjectKind::Jobapp,
            Self::NoteCreated | Self::NoteUpdated | Self::NoteDeleted => ObjectKind::Note,
            Self::ContactCreated | Self::ContactUpdated | Self::ContactDeleted => ObjectKind::Contact,
            Self::InterviewCreated | Self::InterviewUpdated | Self::InterviewDeleted => ObjectKind::Interview,
            Self::TaskCreated | Self::TaskUpdated | Self::TaskDeleted => ObjectKind::Task,
            Self::FileCreated | Self::FileUpdated | Self::FileDeleted => ObjectKind::File,
            Self::StageCreated | Self::StageUpdated | Self::StageDeleted => ObjectKind::Stage,
            Self::MailDecided => ObjectKind::Mail,
            Self::MailboxReconnectRequired => ObjectKind::Mailbox,
            Self::MemberJoined | Self::MemberLeft | Self::MemberRoleChanged => ObjectKind::Member,
        }
    }

    /// What an API key needs to read these changes.
    pub const fn scope(self) -> Scope {
        match self.object_kind() {
            ObjectKind::Mail | ObjectKind::Mailbox => Scope::MailRead,
            ObjectKind::Member => Scope::MembersRead,
            ObjectKind::Jobapp
            | ObjectKind::Note
            | ObjectKind::Contact
            | ObjectKind::Interview
            | ObjectKind::Task
            | ObjectKind::File
            | ObjectKind::Stage => Scope::JobappsRead,
        }
    }

    /// Whether the object is no longer listed after the change.
    pub const fn is_removal(self) -> bool {
        matches!(
            self,
            Self::JobappDeleted
                | Self::JobappMerged
                | Self::NoteDeleted
                | Self::ContactDeleted
                | Self::InterviewDeleted
                | Self::TaskDeleted
                | Self::FileDeleted
                | Self::StageDeleted
        )
    }

    /// Whether the object is listed since the change.
    pub const fn is_addition(self) -> bool {
        matches!(
            self,
            Self::JobappCreated
                | Self::JobappRestored
                | Self::JobappSplit
                | Self::NoteCreated
                | Self::ContactCreated
                | Self::InterviewCreated
                | Self::TaskCreated
                | Self::FileCreated
                | Self::StageCreated
        )
    }

    /// Whether the object was changed in some field, without a more specific type.
    pub const fn is_update(self) -> bool {
        matches!(
            self,
            Self::JobappUpdated
                | Self::NoteUpdated
                | Self::ContactUpdated
                | Self::InterviewUpdated
                | Self::TaskUpdated
                | Self::FileUpdated
                | Self::StageUpdated
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_type_is_the_same_in_json_and_in_the_database() {
        for change_type in ChangeType::ALL {
            let json = serde_json::to_value(change_type).expect("a string");
            assert_eq!(json, change_type.as_str());
            assert_eq!(ChangeType::parse(change_type.as_str()), Some(*change_type));
        }
    }
}

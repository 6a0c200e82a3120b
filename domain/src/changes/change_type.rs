//! Types of changes.

use crate::{FieldCode, scopes::Scope};
use serde::{Deserialize, Serialize};

/// The effect of a change on the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// The change adds the object to its list.
    Adds,
    /// The change removes the object from its list.
    Removes,
    /// Fields of the object changed, and no more specific type describes the change.
    Updates,
    Other,
}

/// Defines [`ChangeType`], one type per line with its name in JSON and in the database, its kind of object and its effect.
macro_rules! change_types {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:tt, $kind:ident, $effect:ident;)+) => {
        /// The kind of object and of change.
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
            $(
                $(#[doc = $doc])+
                #[serde(rename = $value)]
                #[strum(serialize = $value)]
                $name,
            )+
        }

        impl ChangeType {
            /// The kind of object that changed.
            pub const fn object_kind(self) -> ObjectKind {
                match self {
                    $(Self::$name => ObjectKind::$kind,)+
                }
            }

            /// A sentence about the change, for the documentation of the API.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }

            const fn effect(self) -> Effect {
                match self {
                    $(Self::$name => Effect::$effect,)+
                }
            }
        }
    };
}

change_types! {
    /// An application was added, or split off from another one.
    JobappCreated = "jobapp.created", Jobapp, Adds;
    /// Fields of an application changed.
    JobappUpdated = "jobapp.updated", Jobapp, Updates;
    /// An application moved to another stage. Its outcome is the same.
    JobappMoved = "jobapp.moved", Jobapp, Other;
    /// An application got an outcome, or another one. If it moved to another stage at the same time, there is no `jobapp.moved`.
    JobappClosed = "jobapp.closed", Jobapp, Other;
    /// The outcome of an application was removed. If it moved to another stage at the same time, there is no `jobapp.moved`.
    JobappReopened = "jobapp.reopened", Jobapp, Other;
    /// An application was deleted. Its notes, interviews, tasks and files are gone with it: each has a change of its own.
    JobappDeleted = "jobapp.deleted", Jobapp, Removes;
    /// A deleted application was restored, with what belongs to it: each note and so on has a change such as `note.updated`.
    JobappRestored = "jobapp.restored", Jobapp, Adds;
    /// An application became a part of another one, `jobapp_id`, and is no longer listed.
    JobappMerged = "jobapp.merged", Jobapp, Removes;
    /// An application is no longer a part of another one, `jobapp_id`, and is listed again.
    JobappSplit = "jobapp.split", Jobapp, Adds;
    /// A note was added.
    NoteCreated = "note.created", Note, Adds;
    /// A note changed.
    NoteUpdated = "note.updated", Note, Updates;
    /// A note was deleted, or its application was.
    NoteDeleted = "note.deleted", Note, Removes;
    /// A contact was added.
    ContactCreated = "contact.created", Contact, Adds;
    /// A contact changed, or was linked to other applications.
    ContactUpdated = "contact.updated", Contact, Updates;
    /// A contact was deleted.
    ContactDeleted = "contact.deleted", Contact, Removes;
    /// An interview was added.
    InterviewCreated = "interview.created", Interview, Adds;
    /// An interview changed or was cancelled.
    InterviewUpdated = "interview.updated", Interview, Updates;
    /// An interview was deleted, or its application was.
    InterviewDeleted = "interview.deleted", Interview, Removes;
    /// A task was added.
    TaskCreated = "task.created", Task, Adds;
    /// A task changed or was done.
    TaskUpdated = "task.updated", Task, Updates;
    /// A task was deleted, or its application was.
    TaskDeleted = "task.deleted", Task, Removes;
    /// A file was added.
    FileCreated = "file.created", File, Adds;
    /// A file belongs to another application.
    FileUpdated = "file.updated", File, Updates;
    /// A file was deleted, or its application was.
    FileDeleted = "file.deleted", File, Removes;
    /// A stage of the workspace was added.
    StageCreated = "stage.created", Stage, Adds;
    /// Name, kind, color or position of a stage changed.
    StageUpdated = "stage.updated", Stage, Updates;
    /// A stage was deleted.
    StageDeleted = "stage.deleted", Stage, Removes;
    /// An email was decided: matched to an application, ignored, or that was undone. `data` is `null`.
    MailDecided = "mail.decided", Mail, Other;
    /// A mailbox has to be connected again. `data` is `null`.
    MailboxReconnectRequired = "mailbox.reconnect_required", Mailbox, Other;
    /// Somebody became a member. `object_id` is the user, `data` is `null`.
    MemberJoined = "member.joined", Member, Other;
    /// A member left or was removed. `object_id` is the user, `data` is `null`.
    MemberLeft = "member.left", Member, Other;
    /// A member has another role. `object_id` is the user, `data` is `null`.
    MemberRoleChanged = "member.role_changed", Member, Other;
}

/// The kind of object that changed: the part of the type before the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// `jobapp.*`: an application.
    Jobapp,
    /// `note.*`: a note on an application.
    Note,
    /// `contact.*`: a contact with its links to applications.
    Contact,
    /// `interview.*`: an interview of an application.
    Interview,
    /// `task.*`: a task, with or without an application.
    Task,
    /// `file.*`: a file of an application.
    File,
    /// `stage.*`: a stage, which all members share.
    Stage,
    /// `mail.*`: an email of the user.
    Mail,
    /// `mailbox.*`: a mailbox of the user.
    Mailbox,
    /// `member.*`: a member, identified by the id of the user.
    Member,
}

impl ChangeType {
    /// All types, in the order of their declaration.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The types that a name selects: `jobapp.moved` selects itself, `jobapp.*` all types for applications. Empty if the name is unknown.
    pub fn matching(name: &str) -> impl Iterator<Item = Self> {
        let prefix = name.strip_suffix('*').filter(|prefix| prefix.ends_with('.'));
        Self::ALL.iter().copied().filter(move |change_type| match prefix {
            Some(prefix) => change_type.as_str().starts_with(prefix),
            None => change_type.as_str() == name,
        })
    }

    /// Rejects an unknown name.
    ///
    /// # Errors
    /// `not_allowed`.
    pub fn check_name(name: &str) -> Result<(), (FieldCode, String)> {
        if Self::matching(name).next().is_some() {
            return Ok(());
        }
        let name: String = name.chars().take(50).collect();
        let detail = format!("There is no type \"{name}\". Use types such as jobapp.moved or jobapp.*.");
        Err((FieldCode::NotAllowed, detail))
    }

    /// The types that any of the names selects, in declaration order.
    pub fn matching_any<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Vec<Self> {
        let is_named = |change_type: &Self| {
            names
                .clone()
                .any(|name| Self::matching(name).any(|t| t == *change_type))
        };
        Self::ALL.iter().copied().filter(is_named).collect()
    }

    /// The scope that an API key needs to read these changes.
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

    /// Whether the change removes the object from its list.
    pub fn is_removal(self) -> bool {
        self.effect() == Effect::Removes
    }

    /// Whether the change adds the object to its list.
    pub fn is_addition(self) -> bool {
        self.effect() == Effect::Adds
    }

    /// Whether fields of the object changed and no more specific type describes the change.
    pub fn is_update(self) -> bool {
        self.effect() == Effect::Updates
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

//! Server functions of job applications.

pub mod add;
#[cfg(feature = "ssr")]
pub mod add_contact;
#[cfg(feature = "ssr")]
pub mod add_interview;
#[cfg(feature = "ssr")]
pub mod add_note;
#[cfg(feature = "ssr")]
pub mod add_task;
#[cfg(feature = "ssr")]
pub mod bulk;
#[cfg(feature = "ssr")]
pub mod cards;
#[cfg(feature = "ssr")]
pub mod confirm_csv_import;
#[cfg(feature = "ssr")]
pub mod copy_from_personal;
#[cfg(feature = "ssr")]
pub mod delete;
#[cfg(feature = "ssr")]
pub mod delete_contact;
#[cfg(feature = "ssr")]
pub mod delete_file;
#[cfg(feature = "ssr")]
pub mod delete_interview;
#[cfg(feature = "ssr")]
pub mod delete_note;
#[cfg(feature = "ssr")]
pub mod delete_task;
pub mod dismiss_duplicate;
#[cfg(feature = "ssr")]
pub mod link_contact;
#[cfg(feature = "ssr")]
pub mod map_csv_import;
#[cfg(feature = "ssr")]
pub mod merge;
pub mod move_stage;
#[cfg(feature = "ssr")]
pub mod refresh_board;
#[cfg(feature = "ssr")]
pub mod restore;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod set_details;
#[cfg(feature = "ssr")]
pub mod set_names;
pub mod set_outcome;
#[cfg(feature = "ssr")]
pub mod set_posting;
#[cfg(feature = "ssr")]
pub mod set_task_state;
#[cfg(feature = "ssr")]
pub mod split;
#[cfg(feature = "ssr")]
pub mod undo_bulk;
#[cfg(feature = "ssr")]
pub mod undo_merge;
#[cfg(feature = "ssr")]
pub mod unlink_contact;
#[cfg(feature = "ssr")]
pub mod update_contact;
#[cfg(feature = "ssr")]
pub mod update_interview;
#[cfg(feature = "ssr")]
pub mod update_note;
#[cfg(feature = "ssr")]
pub mod update_task;

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{
        merge::Merge, move_stage::MoveStage, restore::Restore, set_outcome::SetOutcome, undo_merge::UndoMerge,
    };
    use crate::server::flash::UndoAction;
    use domain::StageId;
    use leptos::server_fn::ServerFn as _;

    #[test]
    fn undo_action_has_the_url_of_its_server_function() {
        let stage = StageId(uuid::Uuid::nil());
        let (to, from) = (stage, stage);
        assert_eq!(UndoAction::Stage { to, from }.url(), MoveStage::url());
        let outcome = UndoAction::Outcome { to: None, from: None };
        assert_eq!(outcome.url(), SetOutcome::url());
        let id = domain::MergeId(uuid::Uuid::nil());
        assert_eq!(UndoAction::Merge { id }.url(), UndoMerge::url());
        let other = domain::JobApplicationId(uuid::Uuid::nil());
        assert_eq!(UndoAction::Split { other }.url(), Merge::url());
        assert_eq!(UndoAction::Delete.url(), Restore::url());
        assert_eq!(crate::jobapps::board::CARDS_URL, super::cards::Cards::url());
        assert_eq!(
            crate::jobapps::board::REFRESH_URL,
            super::refresh_board::RefreshBoard::url()
        );
    }
}

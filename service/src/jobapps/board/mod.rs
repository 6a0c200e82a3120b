//! The board.

mod queries;

use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps::silence,
};
use domain::{
    JobApplicationId,
    jobapps::{Board, BoardColumn},
    tenants::Action,
};

/// Maximum number of open and of closed cards returned per column. The others are only counted.
const MAX_CARDS_PER_COLUMN: i64 = 100;

/// The caller's applications by stage.
pub async fn get_board(services: &Services, caller: &Caller) -> Result<Board, Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let counts = queries::board_counts(&mut tx).await?;
    let cards = queries::board_cards(&mut tx, MAX_CARDS_PER_COLUMN).await?;
    let open: Vec<JobApplicationId> = cards
        .iter()
        .filter(|(_, _, card)| card.outcome.is_none())
        .map(|(_, _, card)| card.id)
        .collect();
    let mut silence = silence::find_silence(&mut tx, &open, now).await?;
    tx.commit().await?;
    let mut columns: Vec<BoardColumn> = Vec::new();
    for (status, outcome, n) in counts {
        if columns.last().is_none_or(|c| c.status.id != status.id) {
            columns.push(BoardColumn {
                status,
                open: Vec::new(),
                open_count: 0,
                closed: Vec::new(),
                closed_counts: Vec::new(),
            });
        }
        let Some(column) = columns.last_mut() else {
            continue;
        };
        match outcome {
            None => column.open_count = n,
            Some(outcome) => column.closed_counts.push((outcome, n)),
        }
    }
    for (stage, stage_changed_at, mut card) in cards {
        let Some(column) = columns.iter_mut().find(|c| c.status.id == stage) else {
            continue;
        };
        let found = silence.remove(&card.id).unwrap_or_default();
        (card.quiet_days, card.on_hold) = (found.quiet_days, found.on_hold);
        card.days = (now - stage_changed_at).num_days().max(0);
        if card.outcome.is_none() {
            column.open.push(card);
        } else {
            column.closed.push(card);
        }
    }
    Ok(Board { columns })
}

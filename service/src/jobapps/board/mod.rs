//! The board.

mod queries;

use crate::{
    Error, Services, coaching,
    context::{Caller, permit},
    jobapps::{list, silence},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, BoardColumn, ListApplicationsInput},
    tenants::Action,
};
use queries::{CardLimits, LocalNow};

/// Number of open cards, and of closed cards, per column. More open cards are loaded on demand.
pub const CARDS_PER_COLUMN: i64 = 100;
/// Maximum number of open cards per column on a page.
pub const MAX_EXPANDED_CARDS: i64 = 5000;

/// The applications of the caller or of a client that pass the filters, by stage. `expanded` has the number of open cards for stages
/// that the user has expanded.
///
/// # Errors
/// `invalid` for invalid filters; `not_found` if the owner has not granted the caller access.
pub async fn get_board(
    services: &Services,
    caller: &Caller,
    filters: ListApplicationsInput,
    expanded: &[(StageId, i64)],
) -> Result<Board, Error> {
    let now = services.clock.now();
    let owner = filters.owner_id;
    let (filter, _, _) = list::normalized(filters).parse()?;
    let mut tx = coaching::begin_read(services, caller, Action::ReadApplications, owner, None).await?;
    let is_own = tx.user() == caller.user.id;
    let filter = list::query_filter(&mut tx, &filter, now).await?;
    let counts = queries::board_counts(&mut tx, &filter).await?;
    let limits = CardLimits {
        per_stage: CARDS_PER_COLUMN,
        expanded: expanded
            .iter()
            .map(|(stage, n)| (*stage, (*n).clamp(CARDS_PER_COLUMN, MAX_EXPANDED_CARDS)))
            .collect(),
    };
    let cards = queries::board_cards(&mut tx, &filter, &limits, local_now(caller, now)).await?;
    let cards = finish(&mut tx, cards, now).await?;
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
    for (stage, mut card) in cards {
        // Changes that the owner has not seen yet.
        card.is_unread &= is_own;
        let Some(column) = columns.iter_mut().find(|c| c.status.id == stage) else {
            continue;
        };
        if card.outcome.is_none() {
            column.open.push(card);
        } else {
            column.closed.push(card);
        }
    }
    Ok(Board { columns })
}

/// The next open cards of a column after this card, up to [`CARDS_PER_COLUMN`].
///
/// # Errors
/// `invalid` for invalid filters.
pub async fn list_cards_after(
    services: &Services,
    caller: &Caller,
    filters: ListApplicationsInput,
    stage: StageId,
    after: JobApplicationId,
) -> Result<Vec<BoardCard>, Error> {
    let now = services.clock.now();
    let (filter, _, _) = list::normalized(filters).parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let filter = list::query_filter(&mut tx, &filter, now).await?;
    let at = local_now(caller, now);
    let cards = queries::cards_after(&mut tx, &filter, stage, after, CARDS_PER_COLUMN, at).await?;
    let cards = finish(&mut tx, cards, now).await?;
    tx.commit().await?;
    Ok(cards.into_iter().map(|(_, card)| card).collect())
}

fn local_now(caller: &Caller, now: DateTime<Utc>) -> LocalNow<'_> {
    LocalNow {
        now,
        time_zone: caller.user.time_zone.as_str(),
    }
}

/// Fills in the silence and the age of cards.
async fn finish(
    tx: &mut TenantTx,
    cards: Vec<(StageId, DateTime<Utc>, BoardCard)>,
    now: DateTime<Utc>,
) -> Result<Vec<(StageId, BoardCard)>, Error> {
    let open: Vec<JobApplicationId> = cards
        .iter()
        .filter(|(_, _, card)| card.outcome.is_none())
        .map(|(_, _, card)| card.id)
        .collect();
    let mut silence = silence::find_silence(tx, &open, now).await?;
    let finished = cards.into_iter().map(|(stage, stage_changed_at, mut card)| {
        let found = silence.remove(&card.id).unwrap_or_default();
        (card.quiet_days, card.on_hold) = (found.quiet_days, found.on_hold);
        card.days = (now - stage_changed_at).num_days().max(0);
        (stage, card)
    });
    Ok(finished.collect())
}

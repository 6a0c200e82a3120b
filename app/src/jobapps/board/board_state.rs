//! Pure functions that change the board. The client uses them to show a change before the server responds, and to revert it on an
//! error.

use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, BoardColumn, JobApplication, MAX_CARD_TAGS, Outcome, Stage},
};

#[derive(Clone, Debug, PartialEq)]
pub struct CardPosition {
    pub card: BoardCard,
    pub stage: Stage,
    /// The index among the open or closed cards of the stage.
    pub index: usize,
}

pub fn find_card(board: &Board, id: JobApplicationId) -> Option<CardPosition> {
    board.columns.iter().find_map(|column| {
        [&column.open, &column.closed].into_iter().find_map(|cards| {
            let index = cards.iter().position(|card| card.id == id)?;
            Some(CardPosition {
                card: cards.get(index)?.clone(),
                stage: column.status.clone(),
                index,
            })
        })
    })
}

/// Inserts the card into the stage, among its open or closed cards depending on the outcome, at `index` or at the end.
/// Removes it from its previous position and updates the counts.
pub fn insert_card(board: &mut Board, card: BoardCard, stage: StageId, index: usize) {
    for column in &mut board.columns {
        remove_card(column, card.id);
    }
    if let Some(column) = board.columns.iter_mut().find(|column| column.status.id == stage) {
        let cards = match card.outcome {
            None => {
                column.open_count += 1;
                &mut column.open
            }
            Some(outcome) => {
                add_to_count(column, outcome, 1);
                &mut column.closed
            }
        };
        cards.insert(index.min(cards.len()), card);
    }
}

fn remove_card(column: &mut BoardColumn, id: JobApplicationId) {
    if let Some(index) = column.open.iter().position(|card| card.id == id) {
        column.open.remove(index);
        column.open_count -= 1;
    }
    if let Some(index) = column.closed.iter().position(|card| card.id == id)
        && let Some(outcome) = column.closed.remove(index).outcome
    {
        add_to_count(column, outcome, -1);
    }
}

fn add_to_count(column: &mut BoardColumn, outcome: Outcome, change: i64) {
    match column.closed_counts.iter_mut().find(|(key, _)| *key == outcome) {
        Some((_, n)) => *n += change,
        None => column.closed_counts.push((outcome, change)),
    }
    column.closed_counts.retain(|(_, n)| *n > 0);
    column.closed_counts.sort_by_key(|(key, _)| *key);
}

/// Appends more open cards of a stage and skips cards that are already on the board. If no card is new, the column already shows all
/// cards, so its count is corrected.
pub fn append_cards(board: &mut Board, stage: StageId, cards: Vec<BoardCard>) {
    let is_new = |card: &BoardCard| {
        let columns = board.columns.iter();
        let mut shown = columns.flat_map(|column| column.open.iter().chain(&column.closed));
        !shown.any(|other| other.id == card.id)
    };
    let new: Vec<BoardCard> = cards.into_iter().filter(is_new).collect();
    if let Some(column) = board.columns.iter_mut().find(|column| column.status.id == stage) {
        if new.is_empty() {
            column.open_count = i64::try_from(column.open.len()).unwrap_or(column.open_count);
        }
        column.open.extend(new);
    }
}

/// Applies the server's state of an application. Returns whether its position changed.
pub fn apply_server_state(board: &mut Board, application: &JobApplication) -> bool {
    let stage = application.application_status.id;
    let shown = find_card(board, application.id);
    let (days, index) = shown
        .as_ref()
        .map_or((0, 0), |position| (position.card.days, position.index));
    let next_step = shown
        .as_ref()
        .and_then(|position| position.card.next_step.clone());
    let is_unchanged = shown
        .is_some_and(|position| position.stage.id == stage && position.card.outcome == application.outcome);
    let card = BoardCard {
        id: application.id,
        tags: application.tags.iter().take(MAX_CARD_TAGS).cloned().collect(),
        more_tags: application.tags.len().saturating_sub(MAX_CARD_TAGS),
        next_step,
        job_title: application.job_title.clone(),
        company: application.company.clone(),
        source: application.source.clone(),
        location: application.location.clone(),
        outcome: application.outcome,
        days: if is_unchanged { days } else { 0 },
        quiet_days: application.quiet_days,
        on_hold: application.on_hold,
        is_unread: false,
        version: application.version,
    };
    insert_card(board, card, stage, if is_unchanged { index } else { 0 });
    !is_unchanged
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::jobapps::StageKind;
    use uuid::Uuid;

    fn stage(n: u128) -> Stage {
        Stage {
            id: StageId(Uuid::from_u128(n)),
            value: format!("S{n}"),
            kind: StageKind::Applied,
            position: 0,
            color: None,
        }
    }

    fn card(n: u128, outcome: Option<Outcome>) -> BoardCard {
        BoardCard {
            id: JobApplicationId(Uuid::from_u128(n)),
            job_title: Some("Analyst".into()),
            company: Some(format!("C{n}")),
            source: "LinkedIn".into(),
            location: None,
            tags: Vec::new(),
            more_tags: 0,
            next_step: None,
            outcome,
            days: 3,
            quiet_days: None,
            on_hold: false,
            is_unread: false,
            version: 1,
        }
    }

    fn board() -> Board {
        let column =
            |n, open: Vec<BoardCard>, open_count, closed: Vec<BoardCard>, closed_counts| BoardColumn {
                status: stage(n),
                open,
                open_count,
                closed,
                closed_counts,
            };
        let rejected = Some(Outcome::Rejected);
        Board {
            columns: vec![
                // Capped: two of forty open cards are shown.
                column(
                    1,
                    vec![card(10, None), card(11, None)],
                    40,
                    vec![card(12, rejected)],
                    vec![(Outcome::Rejected, 1)],
                ),
                column(2, vec![card(20, None)], 1, vec![], vec![]),
            ],
        }
    }

    fn id(n: u128) -> JobApplicationId {
        JobApplicationId(Uuid::from_u128(n))
    }

    #[test]
    fn moving_back_restores_board() {
        let mut changed = board();
        let position = find_card(&changed, id(11)).expect("on the board");
        insert_card(
            &mut changed,
            BoardCard {
                days: 0,
                ..position.card.clone()
            },
            stage(2).id,
            0,
        );
        assert_eq!(
            (changed.columns[0].open_count, changed.columns[1].open_count),
            (39, 2)
        );
        assert_eq!(changed.columns[1].open[0].id, id(11));
        insert_card(&mut changed, position.card, position.stage.id, position.index);
        assert_eq!(changed, board());
    }

    #[test]
    fn reopening_restores_board() {
        let mut changed = board();
        let position = find_card(&changed, id(10)).expect("on the board");
        insert_card(
            &mut changed,
            BoardCard {
                outcome: Some(Outcome::Ghosted),
                ..position.card.clone()
            },
            position.stage.id,
            0,
        );
        assert_eq!(
            changed.columns[0].closed_counts,
            [(Outcome::Rejected, 1), (Outcome::Ghosted, 1)]
        );
        assert_eq!(changed.columns[0].open_count, 39);
        insert_card(&mut changed, position.card, position.stage.id, position.index);
        assert_eq!(changed, board());
    }

    #[test]
    fn appended_cards_are_shown_once() {
        let mut changed = board();
        append_cards(
            &mut changed,
            stage(1).id,
            vec![card(11, None), card(20, None), card(13, None)],
        );
        let ids: Vec<_> = changed.columns[0].open.iter().map(|card| card.id).collect();
        assert_eq!(ids, [id(10), id(11), id(13)]);
        assert_eq!(changed.columns[0].open_count, 40);
        append_cards(&mut changed, stage(1).id, vec![card(13, None)]);
        assert_eq!(changed.columns[0].open_count, 3, "nothing is left to load");
    }

    #[test]
    fn card_moved_to_unknown_stage_is_removed() {
        let mut changed = board();
        insert_card(&mut changed, card(10, None), stage(9).id, 0);
        assert_eq!(find_card(&changed, id(10)), None);
        assert_eq!(changed.columns[0].open_count, 39);
    }
}

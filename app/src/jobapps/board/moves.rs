//! What happens to the board when a card moves. Pure, so that the page can show it before the server has answered and
//! take it back when the server refuses.

use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, BoardColumn, JobApplication, Outcome, Status},
};

/// A card and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The card.
    pub card: BoardCard,
    /// Its stage.
    pub stage: Status,
    /// Its place among the open or the closed ones of its stage, from 0.
    pub index: usize,
}

/// Finds a card.
pub fn find(board: &Board, id: JobApplicationId) -> Option<Found> {
    board.columns.iter().find_map(|column| {
        let lists = [&column.open, &column.closed];
        lists.into_iter().find_map(|list| {
            let index = list.iter().position(|card| card.id == id)?;
            Some(Found {
                card: list.get(index)?.clone(),
                stage: column.status.clone(),
                index,
            })
        })
    })
}

/// Puts the card into the stage, among the open or closed ones as its outcome says, at `index` or at the end. Wherever
/// it was before, it is no more. The counts follow.
pub fn put(board: &mut Board, card: BoardCard, stage: StageId, index: usize) {
    for column in &mut board.columns {
        take_out(column, card.id);
    }
    if let Some(column) = board.columns.iter_mut().find(|column| column.status.id == stage) {
        let list = match card.outcome {
            None => {
                column.open_count += 1;
                &mut column.open
            }
            Some(outcome) => {
                count(column, outcome, 1);
                &mut column.closed
            }
        };
        list.insert(index.min(list.len()), card);
    }
}

fn take_out(column: &mut BoardColumn, id: JobApplicationId) {
    if let Some(at) = column.open.iter().position(|card| card.id == id) {
        column.open.remove(at);
        column.open_count -= 1;
    }
    if let Some(at) = column.closed.iter().position(|card| card.id == id)
        && let Some(outcome) = column.closed.remove(at).outcome
    {
        count(column, outcome, -1);
    }
}

fn count(column: &mut BoardColumn, outcome: Outcome, change: i64) {
    match column.closed_counts.iter_mut().find(|(of, _)| *of == outcome) {
        Some((_, n)) => *n += change,
        None => column.closed_counts.push((outcome, change)),
    }
    column.closed_counts.retain(|(_, n)| *n > 0);
    column.closed_counts.sort_by_key(|(of, _)| *of);
}

/// Takes over what the server says of an application. Says whether it stands elsewhere than the board showed.
pub fn accept(board: &mut Board, now: &JobApplication) -> bool {
    let stage = now.application_status.id;
    let shown = find(board, now.id);
    let (days, index) = shown
        .as_ref()
        .map_or((0, 0), |found| (found.card.days, found.index));
    let stays = shown.is_some_and(|found| found.stage.id == stage && found.card.outcome == now.outcome);
    let card = BoardCard {
        id: now.id,
        job_title: now.job_title.clone(),
        company: now.company.clone(),
        source: now.source.clone(),
        location: now.location.clone(),
        outcome: now.outcome,
        days: if stays { days } else { 0 },
        version: now.version,
    };
    put(board, card, stage, if stays { index } else { 0 });
    !stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::jobapps::StageKind;
    use uuid::Uuid;

    fn stage(n: u128) -> Status {
        Status {
            id: StageId(Uuid::from_u128(n)),
            value: format!("S{n}"),
            kind: StageKind::Applied,
            position: 0,
        }
    }

    fn card(n: u128, outcome: Option<Outcome>) -> BoardCard {
        BoardCard {
            id: JobApplicationId(Uuid::from_u128(n)),
            job_title: "Analyst".into(),
            company: format!("C{n}"),
            source: "LinkedIn".into(),
            location: None,
            outcome,
            days: 3,
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
                // Capped: forty are open, two of them are shown.
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
    fn a_move_there_and_back_leaves_the_board_as_it_was() {
        let mut now = board();
        let found = find(&now, id(11)).expect("on the board");
        put(
            &mut now,
            BoardCard {
                days: 0,
                ..found.card.clone()
            },
            stage(2).id,
            0,
        );
        assert_eq!((now.columns[0].open_count, now.columns[1].open_count), (39, 2));
        assert_eq!(now.columns[1].open[0].id, id(11));
        put(&mut now, found.card, found.stage.id, found.index);
        assert_eq!(now, board());
    }

    #[test]
    fn closing_and_opening_again_leaves_the_board_as_it_was() {
        let mut now = board();
        let found = find(&now, id(10)).expect("on the board");
        put(
            &mut now,
            BoardCard {
                outcome: Some(Outcome::Ghosted),
                ..found.card.clone()
            },
            found.stage.id,
            0,
        );
        assert_eq!(
            now.columns[0].closed_counts,
            [(Outcome::Rejected, 1), (Outcome::Ghosted, 1)]
        );
        assert_eq!(now.columns[0].open_count, 39);
        put(&mut now, found.card, found.stage.id, found.index);
        assert_eq!(now, board());
    }

    #[test]
    fn a_stage_that_is_gone_takes_nothing() {
        let mut now = board();
        put(&mut now, card(10, None), stage(9).id, 0);
        assert_eq!(find(&now, id(10)), None);
        assert_eq!(now.columns[0].open_count, 39);
    }
}

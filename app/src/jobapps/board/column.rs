//! One stage of the board.

use super::{
    card::{ASK, Card, ClosedRow},
    store::Store,
};
use crate::{
    jobapps::{
        OutcomeGlyph, StageGlyph,
        words::{outcome_name, stage_hint},
    },
    ui::{Icon, Lucide, Size},
};
use domain::jobapps::{BoardCard, BoardColumn, Status};
use leptos::prelude::*;

/// What of a card is shown: while it is the same, the card on the page stays the same element.
fn looks(card: &BoardCard) -> impl Eq + std::hash::Hash + use<> {
    (
        card.id,
        card.job_title.clone(),
        card.company.clone(),
        card.source.clone(),
        card.location.clone(),
        card.days,
    )
}

/// The column with its head, its cards, and the closed ones at its foot.
#[component]
pub fn Column(
    /// The stage.
    status: Status,
) -> impl IntoView {
    let store = Store::get();
    let id = status.id;
    let of = move |read: fn(&BoardColumn) -> Vec<BoardCard>| {
        Memo::new(move |_| {
            store.board.with(|board| {
                let column = board.columns.iter().find(|column| column.status.id == id);
                column.map(read).unwrap_or_default()
            })
        })
    };
    let open = of(|column| column.open.clone());
    let closed = of(|column| column.closed.clone());
    let counts = Memo::new(move |_| {
        store.board.with(|board| {
            let column = board.columns.iter().find(|column| column.status.id == id);
            let (open, mut closed) = column
                .map(|column| (column.open_count, column.closed_counts.clone()))
                .unwrap_or_default();
            closed.sort_by_key(|(outcome, _)| *outcome);
            (open, closed)
        })
    });
    let beyond = move || {
        usize::try_from(counts.get().0)
            .unwrap_or(0)
            .saturating_sub(open.read().len())
    };
    let closed_count = move || counts.get().1.iter().map(|(_, n)| n).sum::<i64>();
    let closed_beyond = move || {
        usize::try_from(closed_count())
            .unwrap_or(0)
            .saturating_sub(closed.read().len())
    };
    let heading = format!("h-{id}");
    view! {
        <section
            class="col"
            id=format!("stage-{id}")
            data-stage=id.to_string()
            data-kind=status.kind.as_str()
            aria-labelledby=heading.clone()
        >
            <header class="col-head">
                <StageGlyph kind=status.kind />
                <h2 id=heading.clone()>{status.value.clone()}</h2>
                <span class="num">{move || counts.get().0}</span>
                <button
                    class="btn btn-quiet btn-xs btn-square"
                    type="submit"
                    form=ASK
                    name="add"
                    value=id.to_string()
                    aria-label=format!("Add to {}", status.value)
                    on:click=move |event| {
                        event.prevent_default();
                        store.add_to.set(id.to_string());
                        store.adding.set(true);
                    }
                >
                    <Icon of=Lucide::Plus size=Size::Small />
                </button>
            </header>
            <ul class="col-body" tabindex="0" aria-labelledby=format!("h-{id}")>
                <Show when=move || counts.get().0 == 0>
                    <li class="col-empty">{stage_hint(status.kind)}</li>
                </Show>
                <For each=move || open.get() key=looks let:card>
                    <Card card />
                </For>
                <Show when=move || beyond() != 0>
                    <li class="col-more">
                        {move || format!("{} more, not moved for longest, are not shown.", beyond())}
                    </li>
                </Show>
            </ul>
            <Show when=move || closed_count() != 0>
                <details class="closed">
                    <summary>
                        <Icon of=Lucide::ChevronRight size=Size::Small class="chev" />
                        "Closed"
                        <span class="tally">
                            <For each=move || counts.get().1 key=|count| *count let:count>
                                <span title=format!("{} {}", count.1, outcome_name(count.0).to_lowercase())>
                                    <OutcomeGlyph outcome=count.0 />
                                    {count.1}
                                    <span class="sr-only">{outcome_name(count.0).to_lowercase()}</span>
                                </span>
                            </For>
                        </span>
                    </summary>
                    <ul>
                        <For each=move || closed.get() key=looks let:card>
                            <ClosedRow card />
                        </For>
                        <Show when=move || closed_beyond() != 0>
                            <li class="closed-note">{move || format!("{} more, closed earlier", closed_beyond())}</li>
                        </Show>
                    </ul>
                </details>
            </Show>
        </section>
    }
    .into_any()
}

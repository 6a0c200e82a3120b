//! A stage of the board.

use super::{
    card::{Card, ClosedRow, OPEN_FORM},
    store::BoardStore,
};
use crate::{
    jobapps::labels::{outcome_name, stage_hint},
    ui::{Icon, IconSize, Lucide, OutcomeIcon, StageIcon},
};
use domain::{
    StageId,
    jobapps::{BoardCard, BoardColumn, Stage, StageKind},
};
use leptos::{html, prelude::*};

/// The list key of a card: all values that it shows. The element is reused until the key changes.
fn card_key(card: &BoardCard) -> impl Eq + std::hash::Hash + use<> {
    (
        card.id,
        card.job_title.clone(),
        card.company.clone(),
        card.source.clone(),
        card.location.clone(),
        (card.days, card.quiet_days, card.on_hold, card.is_unread),
    )
}

/// Number of additional cards that a "show more" link shows without JavaScript.
const CARDS_PER_LINK: usize = 100;

/// The number of cards that are not shown.
fn hidden(total: i64, shown: usize) -> usize {
    usize::try_from(total).unwrap_or(0).saturating_sub(shown)
}

/// The column: header, open applications, and the closed ones below.
#[component]
pub fn Column(stage: Stage) -> impl IntoView {
    let store = BoardStore::get();
    let id = stage.id;
    let cards = move |list: fn(&BoardColumn) -> Vec<BoardCard>| {
        Memo::new(move |_| {
            store.board.with(|board| {
                let column = board.columns.iter().find(|column| column.status.id == id);
                column.map(list).unwrap_or_default()
            })
        })
    };
    let open = cards(|column| column.open.clone());
    let closed = cards(|column| column.closed.clone());
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
    let closed_count = move || counts.get().1.iter().map(|(_, n)| n).sum::<i64>();
    let hidden_closed = move || hidden(closed_count(), closed.read().len());
    let title_id = format!("h-{id}");
    view! {
        <section
            class="column"
            id=format!("stage-{id}")
            data-stage=id.to_string()
            data-kind=stage.color_kind()
            aria-labelledby=title_id.clone()
        >
            <header class="column-header">
                <StageIcon kind=stage.kind color=stage.color_kind() />
                <h2 id=title_id.clone()>{stage.value.clone()}</h2>
                <span class="num">{move || counts.get().0}</span>
                {(!store.is_read_only).then(|| view! { <AddButton id stage=stage.value.clone() /> })}
            </header>
            <OpenCards id kind=stage.kind cards=open count=Memo::new(move |_| counts.get().0) />
            <Show when=move || closed_count() != 0>
                <details class="closed-list">
                    <summary>
                        <Icon of=Lucide::ChevronRight size=IconSize::Small class="chevron" />
                        "Closed"
                        <span class="outcome-counts">
                            <For each=move || counts.get().1 key=|count| *count let:count>
                                <span title=format!("{} {}", count.1, outcome_name(count.0).to_lowercase())>
                                    <OutcomeIcon outcome=count.0 />
                                    {count.1}
                                    <span class="sr-only">{outcome_name(count.0).to_lowercase()}</span>
                                </span>
                            </For>
                        </span>
                    </summary>
                    <ul>
                        <For each=move || closed.get() key=card_key let:card>
                            <ClosedRow card is_read_only=store.is_read_only />
                        </For>
                        <Show when=move || hidden_closed() != 0>
                            <li class="closed-note">
                                {move || format!("{} more, closed earlier", hidden_closed())}
                            </li>
                        </Show>
                    </ul>
                </details>
            </Show>
        </section>
    }
    .into_any()
}

/// Opens the form for a new application in the stage.
#[component]
fn AddButton(id: StageId, stage: String) -> impl IntoView {
    let store = BoardStore::get();
    view! {
        <button
            class="btn btn-quiet btn-xs btn-square"
            type="submit"
            form=OPEN_FORM
            name="add"
            value=id.to_string()
            aria-label=format!("Add to {stage}")
            on:click=move |event| {
                event.prevent_default();
                store.open_add_dialog(id.to_string());
            }
        >
            <Icon of=Lucide::Plus size=IconSize::Small />
        </button>
    }
}

/// The open applications of a column. The server renders them and hydration skips them, because hydrating hundreds of cards would
/// take longer than the rest of the page. The first change renders the list in the browser.
#[component]
fn OpenCards(
    id: StageId,
    kind: StageKind,
    cards: Memo<Vec<BoardCard>>,
    /// The number of open applications, including hidden ones.
    count: Memo<i64>,
) -> impl IntoView {
    let store = BoardStore::get();
    let is_new = !store.is_hydrating.get_value();
    let is_changed =
        Memo::new(move |was_changed| is_new || was_changed == Some(&true) || !store.is_as_rendered(id));
    let (static_list, list) = (NodeRef::<html::Ul>::new(), NodeRef::<html::Ul>::new());
    move || {
        if is_changed.get() {
            let scroll_top = static_list.get_untracked().map_or(0, |list| list.scroll_top());
            Effect::new(move |_| {
                if let Some(list) = list.get() {
                    list.set_scroll_top(scroll_top);
                }
            });
            view! {
                <ul
                    class="column-body"
                    id=format!("cards-{id}")
                    data-keep-scroll
                    tabindex="0"
                    aria-labelledby=format!("h-{id}")
                    node_ref=list
                >
                    <CardItems id kind cards count />
                </ul>
            }
            .into_any()
        } else {
            #[cfg(feature = "ssr")]
            let html = view! { <CardItems id kind cards count /> }.to_html();
            // Hydration ignores this HTML.
            #[cfg(not(feature = "ssr"))]
            let html = String::new();
            view! {
                <ul
                    class="column-body"
                    id=format!("cards-{id}")
                    data-keep-scroll
                    tabindex="0"
                    aria-labelledby=format!("h-{id}")
                    node_ref=static_list
                    inner_html=html
                ></ul>
            }
            .into_any()
        }
    }
}

/// The items of a column.
#[component]
fn CardItems(id: StageId, kind: StageKind, cards: Memo<Vec<BoardCard>>, count: Memo<i64>) -> impl IntoView {
    let store = BoardStore::get();
    let hidden_count = move || hidden(count.get(), cards.read().len());
    view! {
        <Show when=move || count.get() == 0>
            <li class="column-note">
                {if store.is_filtered { "No application matches." } else { stage_hint(kind) }}
            </li>
        </Show>
        <For each=move || cards.get() key=card_key let:card>
            <Card card is_read_only=store.is_read_only />
        </For>
        <Show when=move || hidden_count() != 0>
            <li class="column-more">
                <a
                    class="btn btn-line btn-sm"
                    id=format!("more-{id}")
                    data-more=id.to_string()
                    href=move || store.expanded_query(id, cards.read().len() + CARDS_PER_LINK)
                >
                    {move || format!("Show more ({})", hidden_count())}
                </a>
            </li>
        </Show>
    }
}

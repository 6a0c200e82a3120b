//! The client-side state of the board.

use super::{
    board_state::{self, CardPosition},
    changes::PendingChange,
};
use crate::ui::{Toasts, fetch, js};
use domain::{
    JobApplicationId, StageId,
    jobapps::{Board, BoardCard, BoardColumn, JobApplication, Stage},
    routes::{Route, WorkspacePage},
};
use leptos::{
    html,
    prelude::*,
    task::{spawn_local, tick},
};
use std::collections::VecDeque;

/// Ids and versions of the open applications of a column.
type CardVersions = Vec<(JobApplicationId, i32)>;

fn card_versions(column: &BoardColumn) -> CardVersions {
    column.open.iter().map(|card| (card.id, card.version)).collect()
}

/// The state of the board.
#[derive(Clone, Copy)]
pub struct BoardStore {
    /// The content of the board. Call [`Self::load_cards`] before reading the open applications.
    pub board: RwSignal<Board>,
    open_cards: StoredValue<Option<String>>,
    /// Ids and versions of the open applications that the server rendered, by stage; empty until they are loaded.
    rendered: StoredValue<Vec<CardVersions>>,
    /// The card with the open menu.
    pub menu: RwSignal<Option<JobApplicationId>>,
    /// The card whose menu the URL opens as part of the page.
    pub sheet: RwSignal<Option<CardPosition>>,
    /// Whether the dialog for a new application is open.
    pub add_open: RwSignal<bool>,
    /// The stage that is selected in this dialog; empty for the default.
    pub add_stage: RwSignal<String>,
    /// The element with the columns.
    pub frame: NodeRef<html::Div>,
    /// The element of the card menu.
    pub popover: NodeRef<html::Div>,
    pub slug: StoredValue<String>,
    /// The filters, as in the URL.
    pub filters: StoredValue<String>,
    /// Whether any filter is set.
    pub is_filtered: bool,
    /// Whether the board is read-only: no menus, no selection, no forms.
    pub is_read_only: bool,
    /// Whether the board still shows the elements that the server rendered.
    pub is_hydrating: StoredValue<bool>,
    pub toasts: Toasts,
    /// Number of changes that the user has made to the board.
    pub edits: StoredValue<u32>,
    pub(super) queue: StoredValue<VecDeque<PendingChange>>,
    pub(super) sending: StoredValue<bool>,
    is_loading: StoredValue<bool>,
}

/// The URL of the server function that loads more cards.
pub const CARDS_URL: &str = "/_fn/jobapps/cards";

impl BoardStore {
    /// Creates the store of a board and provides it to all components below.
    pub fn provide(
        board: Board,
        open_cards: String,
        slug: String,
        filters: String,
        is_filtered: bool,
    ) -> Self {
        let store = Self {
            board: RwSignal::new(board),
            open_cards: StoredValue::new(Some(open_cards)),
            rendered: StoredValue::new(Vec::new()),
            menu: RwSignal::new(None),
            sheet: RwSignal::new(None),
            add_open: RwSignal::new(false),
            add_stage: RwSignal::new(String::new()),
            frame: NodeRef::new(),
            popover: NodeRef::new(),
            slug: StoredValue::new(slug),
            filters: StoredValue::new(filters),
            is_filtered,
            is_read_only: false,
            is_hydrating: StoredValue::new(true),
            toasts: Toasts::get(),
            edits: StoredValue::new(0),
            queue: StoredValue::new(VecDeque::new()),
            sending: StoredValue::new(false),
            is_loading: StoredValue::new(false),
        };
        Effect::new(move |_| store.is_hydrating.set_value(false));
        #[cfg(feature = "ssr")]
        store.load_cards();
        provide_context(store);
        store
    }

    /// Creates the store of a read-only board. The caller must provide it as context.
    #[cfg(feature = "ssr")]
    pub fn read_only(board: Board, slug: String, filters: String, is_filtered: bool) -> Self {
        Toasts::provide();
        Self {
            is_read_only: true,
            ..Self::provide(board, String::new(), slug, filters, is_filtered)
        }
    }

    /// The store of the current board.
    pub fn get() -> Self {
        expect_context()
    }

    /// Parses the open applications unless they are already parsed. Does not change what the board shows.
    pub fn load_cards(self) {
        let Some(text) = self.open_cards.try_update_value(Option::take).flatten() else {
            return;
        };
        let cards: Vec<Vec<BoardCard>> = serde_json::from_str(&text).unwrap_or_default();
        self.board.update_untracked(|board| {
            for (column, open) in board.columns.iter_mut().zip(cards) {
                column.open = open;
            }
            let versions = board.columns.iter().map(card_versions);
            self.rendered.set_value(versions.collect());
        });
    }

    /// Whether a column's open applications are unchanged since the server rendered them.
    pub fn is_as_rendered(self, stage: StageId) -> bool {
        self.board.with(|board| {
            let index = board.columns.iter().position(|column| column.status.id == stage);
            let column = index.and_then(|index| board.columns.get(index));
            self.rendered.with_value(|rendered| {
                let versions = index.and_then(|index| rendered.get(index));
                versions
                    .is_none_or(|versions| column.is_some_and(|column| *versions == card_versions(column)))
            })
        })
    }

    /// Finds a card, without tracking changes.
    pub fn find(self, id: JobApplicationId) -> Option<CardPosition> {
        self.load_cards();
        self.board
            .with_untracked(|board| board_state::find_card(board, id))
    }

    /// The stages in order, without tracking changes.
    pub fn stages(self) -> Vec<Stage> {
        self.board
            .with_untracked(|board| board.columns.iter().map(|column| column.status.clone()).collect())
    }

    /// The URL of the board, with its filters.
    pub fn url(self) -> String {
        Route::List(
            self.slug.get_value(),
            WorkspacePage::Board,
            self.filters.get_value(),
        )
        .to_string()
    }

    /// The query of a link to this board that shows this many cards in a column.
    pub fn expanded_query(self, stage: StageId, shown: usize) -> String {
        let filters = self.filters.get_value();
        let separator = if filters.is_empty() { "" } else { "&" };
        format!("?{filters}{separator}stage={stage}&shown={shown}#stage-{stage}")
    }

    /// Loads the next open applications of a column.
    pub fn load_more(self, stage: StageId) {
        self.load_cards();
        let last = self.board.with_untracked(|board| {
            let column = board.columns.iter().find(|column| column.status.id == stage)?;
            column.open.last().map(|card| card.id)
        });
        let Some(last) = last.filter(|_| !self.is_loading.get_value()) else {
            return;
        };
        self.is_loading.set_value(true);
        spawn_local(async move {
            let (slug, filters) = (self.slug.get_value(), self.filters.get_value());
            let (stage_text, last) = (stage.to_string(), last.to_string());
            let fields = [
                ("slug", slug.as_str()),
                ("status_id", &stage_text),
                ("after", &last),
                ("query", &filters),
            ];
            let result: Result<Vec<BoardCard>, _> = fetch::call(CARDS_URL, &fields).await;
            self.is_loading.try_set_value(false);
            match result {
                Ok(cards) => self.show_more(stage, cards),
                Err(error) => self
                    .toasts
                    .show_error(format!("Couldn't load more applications. {}", error.0.detail)),
            }
        });
    }

    /// Shows more cards. The first change of a column replaces its elements, so the focus must be restored.
    fn show_more(self, stage: StageId, cards: Vec<BoardCard>) {
        self.count_edit();
        self.update_keeping_focus(Some(stage), |board| {
            board_state::append_cards(board, stage, cards);
        });
    }

    /// Changes the board and preserves the focus. If the focused element is replaced, the new element is focused; if it disappears,
    /// the list of the stage is.
    pub fn update_keeping_focus(self, stage: Option<StageId>, change: impl FnOnce(&mut Board)) {
        let focused = document().active_element();
        let stage = stage.map(|stage| format!("cards-{stage}")).or_else(|| {
            let list = focused.as_ref()?.closest(".column-body").ok().flatten()?;
            Some(list.id())
        });
        let focused = focused.map(|element| element.id());
        self.board.try_update(change);
        after_render(move || {
            let focused = focused.filter(|id| id.starts_with("card-") || id.starts_with("more-"));
            let is_lost = document()
                .active_element()
                .is_none_or(|element| element.id().is_empty());
            if let (Some(id), true) = (focused, is_lost) {
                let element = document().get_element_by_id(&id);
                let column = || document().get_element_by_id(&stage?);
                if let Some(element) = element.or_else(column) {
                    js::focus_card(&element);
                }
            }
        });
    }

    /// Closes the menu that is part of the page and focuses its card. Returns false if there is no such menu.
    pub fn close_sheet(self) -> bool {
        let Some(position) = self.sheet.get_untracked() else {
            return false;
        };
        self.sheet.set(None);
        js::replace_url(&self.url());
        focus_card(position.card.id);
        true
    }

    /// Opens the dialog for a new application in a stage; an empty `stage` means the default.
    pub fn open_add_dialog(self, stage: String) {
        self.add_stage.set(stage);
        self.add_open.set(true);
    }

    pub fn show_added(self, application: &JobApplication) {
        self.load_cards();
        self.count_edit();
        let added = self
            .board
            .try_update(|board| board_state::apply_server_state(board, application));
        if added == Some(true) {
            let stage = &application.application_status.value;
            self.toasts
                .show(format!("{} added to {stage}", application.company_label()), None);
            focus_card(application.id);
        }
    }

    /// Counts a change by the user, so that boards requested before it are discarded as outdated.
    pub(super) fn count_edit(self) {
        self.edits.update_value(|edits| *edits = edits.wrapping_add(1));
    }

    pub(super) fn show(self, card: BoardCard, stage: StageId, index: usize) {
        let animate = self
            .frame
            .get_untracked()
            .map(|frame| js::record_card_positions(&frame, false));
        self.board
            .update(|board| board_state::insert_card(board, card, stage, index));
        request_animation_frame(move || {
            if let Some(animate) = animate {
                animate.call();
            }
        });
    }
}

/// Calls a function after all changes made so far have been rendered. No key press is handled in between, because the browser runs
/// microtasks before the next event.
pub fn after_render(function: impl FnOnce() + 'static) {
    spawn_local(async move {
        tick().await;
        function();
    });
}

pub(super) fn focus_card(id: JobApplicationId) {
    focus_element(format!("card-{id}"));
}

pub(super) fn focus_element(id: String) {
    after_render(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            js::focus_card(&element);
        }
    });
}

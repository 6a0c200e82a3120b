//! The stages of the workspace. Rendered by the server only: every change is a plain form.

use super::{Section, api::change_stages::ChangeStages};
use crate::{
    error::AppError,
    server::flash,
    ui::{FormSuccess, Icon, IconSize, Lucide, StageIcon},
};
use domain::jobapps::{Stage, StageColor, StageKind, custom_stage::MAX_STAGE_NAME_LEN};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/change_stages";

/// The stages, with forms for members who manage the workspace.
#[component]
pub fn StagesSection(slug: String, stages: Vec<Stage>, can_change: bool) -> impl IntoView {
    let error = flash::error_for(ACTION).map(|AppError(error)| {
        let field = error.errors.first().map(|field| field.detail.clone());
        field.unwrap_or(error.detail)
    });
    // No success message after a move, so that the focus stays on the button and it can be pressed again.
    let is_moved = matches!(flash::form_value(ACTION, "change").as_str(), "up" | "down");
    let saved = Signal::stored(flash::succeeded(ACTION) && !is_moved);
    let rows = if can_change {
        let all = stages.clone();
        stages
            .into_iter()
            .map(|stage| view! { <StageForm slug=slug.clone() stage all=all.clone() /> }.into_any())
            .collect_view()
            .into_any()
    } else {
        stages
            .into_iter()
            .map(|stage| {
                view! {
                    <li>
                        <StageIcon kind=stage.kind color=stage.color_kind() />
                        <div>{stage.value}</div>
                    </li>
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <Section
            id="stages"
            title="Stages"
            description="The columns of the board, for everyone in this workspace. Charts count stages by kind, not by name."
        >
            {error
                .map(|error| {
                    view! {
                        <p class="form-error" role="alert">
                            {error}
                        </p>
                    }
                })}
            <FormSuccess when=saved text="Saved." />
            <ol class="row-list stage-list">{rows}</ol>
            {if can_change {
                view! { <AddForm slug /> }.into_any()
            } else {
                view! {
                    <p>"Your organization has chosen these stages. Its owners and admins can change them; your applications stay where they are."</p>
                }
                    .into_any()
            }}
        </Section>
    }
    .into_any()
}

#[component]
fn StageForm(
    slug: String,
    stage: Stage,
    /// All stages, in order.
    all: Vec<Stage>,
) -> impl IntoView {
    let id = stage.id;
    let (is_first, is_last) = (
        all.first().is_some_and(|first| first.id == id),
        all.last().is_some_and(|last| last.id == id),
    );
    let targets: Vec<Stage> = all
        .into_iter()
        .filter(|other| other.id != id && other.kind == stage.kind)
        .collect();
    let name = stage.value.clone();
    let hidden = {
        let slug = slug.clone();
        move || {
            view! {
                <input type="hidden" name="slug" value=slug.clone() />
                <input type="hidden" name="status_id" value=id.to_string() />
            }
        }
    };
    view! {
        <li>
            <StageIcon kind=stage.kind color=stage.color_kind() />
            <form class="stage-form" method="post" action=ChangeStages::url()>
                {hidden()}
                <input
                    class="input input-sm"
                    name="name"
                    required
                    maxlength=MAX_STAGE_NAME_LEN.to_string()
                    value=name.clone()
                    aria-label=format!("Name of {name}")
                />
                <ColorSelect color=stage.color label=format!("Color of {name}") />
                <button class="btn btn-line btn-sm" type="submit" name="change" value="save" aria-label=format!("Save {name}")>
                    "Save"
                </button>
                <button
                    class="btn btn-quiet btn-sm btn-square"
                    type="submit"
                    id=format!("move-up-{id}")
                    name="change"
                    value="up"
                    disabled=is_first
                    aria-label=format!("Move {name} up")
                >
                    <Icon of=Lucide::ChevronUp size=IconSize::Small />
                </button>
                <button
                    class="btn btn-quiet btn-sm btn-square"
                    type="submit"
                    id=format!("move-down-{id}")
                    name="change"
                    value="down"
                    disabled=is_last
                    aria-label=format!("Move {name} down")
                >
                    <Icon of=Lucide::ChevronDown size=IconSize::Small />
                </button>
            </form>
            {(!targets.is_empty())
                .then(|| {
                    view! {
                        <details class="stage-delete">
                            <summary class="btn btn-quiet btn-sm" aria-label=format!("Delete {name}")>
                                "Delete"
                            </summary>
                            <form method="post" action=ChangeStages::url()>
                                {hidden()}
                                <label>
                                    <span>"Move its applications to"</span>
                                    <select class="select select-sm" name="move_to">
                                        {targets
                                            .into_iter()
                                            .map(|target| {
                                                view! { <option value=target.id.to_string()>{target.value}</option> }
                                            })
                                            .collect_view()}
                                    </select>
                                </label>
                                <button class="btn btn-line btn-sm" type="submit" name="change" value="delete">
                                    "Delete stage"
                                </button>
                            </form>
                        </details>
                    }
                })}
        </li>
    }
    .into_any()
}

#[component]
fn AddForm(slug: String) -> impl IntoView {
    let entered = (flash::form_value(ACTION, "change") == "add").then(|| flash::form_value(ACTION, "name"));
    view! {
        <form method="post" action=ChangeStages::url()>
            <input type="hidden" name="slug" value=slug />
            <div class="field-row">
                <div class="field">
                    <label for="stage-name">"New stage"</label>
                    <input
                        class="input"
                        id="stage-name"
                        name="name"
                        required
                        maxlength=MAX_STAGE_NAME_LEN.to_string()
                        value=entered
                    />
                </div>
                <div class="field">
                    <label for="stage-kind">"What it means"</label>
                    <select class="select" id="stage-kind" name="kind">
                        {StageKind::ALL
                            .map(|kind| view! { <option value=kind.as_str()>{kind_name(kind)}</option> })
                            .collect_view()}
                    </select>
                </div>
            </div>
            <div>
                <button class="btn btn-line" type="submit" name="change" value="add">
                    "Add stage"
                </button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn ColorSelect(color: Option<StageColor>, label: String) -> impl IntoView {
    view! {
        <select class="select select-sm" name="color" aria-label=label>
            <option value="">"Usual color"</option>
            {StageColor::ALL
                .map(|option| {
                    view! {
                        <option value=option.as_str() selected=color == Some(option)>
                            {color_name(option)}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
    .into_any()
}

const fn kind_name(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "Not applied yet",
        StageKind::Applied => "Applied",
        StageKind::Screening => "First conversation",
        StageKind::Interview => "Interview",
        StageKind::Offer => "Offer",
    }
}

const fn color_name(color: StageColor) -> &'static str {
    match color {
        StageColor::Slate => "Slate",
        StageColor::Blue => "Blue",
        StageColor::Violet => "Violet",
        StageColor::Amber => "Amber",
        StageColor::Green => "Green",
        StageColor::Red => "Red",
        StageColor::Clay => "Clay",
        StageColor::Gray => "Gray",
        StageColor::Emerald => "Emerald",
    }
}
